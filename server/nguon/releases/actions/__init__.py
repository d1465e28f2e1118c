"""Writes of releases."""

from nguon.releases.actions.bringing import add, admit
from nguon.releases.actions.moving import halt, resume, start, withdraw
from nguon.releases.actions.stepping import step

__all__ = ["add", "admit", "halt", "resume", "start", "step", "withdraw"]
