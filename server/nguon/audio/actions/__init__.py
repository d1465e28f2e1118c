"""What can be done with speech and sound."""

from nguon.audio.actions.arriving import add_piece, begin_upload, close_upload, cut_again, drop_upload
from nguon.audio.actions.checking import check_media
from nguon.audio.actions.dictionary import add_pronunciation, end_pronunciation, set_area_manner
from nguon.audio.actions.drawing import draw_missing
from nguon.audio.actions.joining import join, request_joining
from nguon.audio.actions.keeping import keep_file, keep_sound
from nguon.audio.actions.recover import sweep
from nguon.audio.actions.rendering import render, request_rendering
from nguon.audio.actions.speaking import Manner
from nguon.audio.actions.uploads import process_upload, reuse, upload
from nguon.audio.sound.cutting import Wish

__all__ = [
    "Manner",
    "Wish",
    "add_piece",
    "add_pronunciation",
    "begin_upload",
    "check_media",
    "close_upload",
    "cut_again",
    "draw_missing",
    "drop_upload",
    "end_pronunciation",
    "join",
    "keep_file",
    "keep_sound",
    "process_upload",
    "render",
    "request_joining",
    "request_rendering",
    "reuse",
    "set_area_manner",
    "sweep",
    "upload",
]
