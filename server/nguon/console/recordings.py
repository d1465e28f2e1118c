"""What demo loudspeakers wrote to wav files, to be listened to again; there are none outside of the demo."""

import json
import re
import wave
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from nguon.broadcasts.models import Airing
from nguon.console.presenters import Sound
from nguon.devices.models import Device
from nguon.ui.templatetags.ui import instant

OWNER_FILE = "device.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.wav")
# As the agent names its files: when the sound began, and of which airing it is.
_TOLD = re.compile(r"(\d{8}T\d{6})[.\d]*Z_([0-9a-f-]{36})\.wav")
_HEADER = 44


def folder_of(device: Device) -> Path | None:
    """This function will return the folder in which a demo loudspeaker writes what it played, or None.

    A demo loudspeaker's id is written down in its folder when it joins; the folder's name is only a number.
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


def _files(device: Device) -> list[Path]:
    folder = folder_of(device)
    if folder is None:
        return []
    found = [
        path for path in folder.glob("*.wav") if _NAME.fullmatch(path.name) and path.stat().st_size > _HEADER
    ]
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def listed(device: Device, limit: int = 10) -> list[Sound]:
    """This function will list what a demo loudspeaker played, newest first."""
    files = _files(device)[:limit]
    told = {path.name: match for path in files if (match := _TOLD.fullmatch(path.name))}
    airings = Airing.objects.filter(pk__in={match[2] for match in told.values()}).select_related("revision")
    titles = {str(airing.pk): airing.revision.title for airing in airings}
    return [_sound(device, path, _label(told.get(path.name), titles, path.name)) for path in files]


def newest(device: Device) -> Sound | None:
    """This function will return the newest recording of a demo loudspeaker, or None."""
    files = _files(device)
    return _sound(device, files[0], device.name) if files else None


def _label(match: re.Match[str] | None, titles: dict[str, str], name: str) -> str:
    if match is None:
        return name
    began = datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return _("{time}: {title}").format(time=instant(began), title=titles.get(match[2], name))


def _sound(device: Device, path: Path, label: str) -> Sound:
    return Sound(reverse("console:recording", args=[device.pk, path.name]), _length(path), label)


def _length(path: Path) -> int | None:
    try:
        with wave.open(str(path)) as sound:
            return int(sound.getnframes() * 1000 / sound.getframerate())
    except (OSError, EOFError, wave.Error, ZeroDivisionError):
        return None
