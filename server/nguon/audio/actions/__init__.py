"""What can be done with speech and sound."""

from nguon.audio.actions.checking import check_media
from nguon.audio.actions.recover import sweep
from nguon.audio.actions.rendering import render, request_rendering
from nguon.audio.actions.uploads import process_upload, upload

__all__ = ["check_media", "process_upload", "render", "request_rendering", "sweep", "upload"]
