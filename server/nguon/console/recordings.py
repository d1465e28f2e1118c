"""What demo loudspeakers wrote to wav files, to be listened to again; there are none outside of the demo."""

import json
import re
import wave
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from nguon.console.presenters import Sound
from nguon.devices.models import Device

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.wav")
_HEADER = 44
OWNER_FILE = "device.json"


def folder_of(device: Device) -> Path | None:
    """This function will return the folder in which a demo loudspeaker writes what it played, or None.

    A demo loudspeaker keeps its own id in its folder; the folder's name is only a number.
    """
    if settings.NGUON_MODE != "demo":
        return None
    for folder in sorted((Path(settings.NGUON_DATA) / "demo" / "speakers").glob("*")):
        if _owner(folder) == str(device.pk) and (folder / "wav").is_dir():
            return folder / "wav"
    return None


def _owner(folder: Path) -> str:
    try:
        found = json.loads((folder / OWNER_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(found.get("device", "")) if isinstance(found, dict) else ""


def file_of(device: Device, name: str) -> Path | None:
    """This function will return one recording by its bare file name, or None."""
    folder = folder_of(device)
    if folder is None or not _NAME.fullmatch(name):
        return None
    path = folder / name
    return path if path.is_file() and path.resolve().parent == folder.resolve() else None


def listed(device: Device, limit: int = 10) -> list[Sound]:
    """This function will list what a demo loudspeaker played, newest first."""
    folder = folder_of(device)
    if folder is None:
        return []
    files = [
        path for path in folder.glob("*.wav") if _NAME.fullmatch(path.name) and path.stat().st_size > _HEADER
    ]
    files.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    return [_sound(device, path) for path in files[:limit]]


def newest(device: Device) -> Sound | None:
    """This function will return the newest recording of a demo loudspeaker, or None."""
    found = listed(device, limit=1)
    return found[0] if found else None


def _sound(device: Device, path: Path) -> Sound:
    label = _("{device}, tệp {file}").format(device=device.name, file=path.name)
    return Sound(reverse("console:recording", args=[device.pk, path.name]), _length(path), label)


def _length(path: Path) -> int | None:
    try:
        with wave.open(str(path)) as sound:
            return int(sound.getnframes() * 1000 / sound.getframerate())
    except (OSError, EOFError, wave.Error, ZeroDivisionError):
        return None
