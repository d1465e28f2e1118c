"""The profile v1.0 over HTTP: a medium is sent to a box by its IMEI, and the box reports what it plays."""

import json
from typing import Any

from nguon_device.bridge.far import Told, Wanted
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.profiles import Profile
from nguon_device.bridge.reaching import Address, Answer, Caller, Reach, read_json
from nguon_device.bridge.settings import BoxSettings

_HEADERS = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}


class V1Http:
    """One box of the older profile. It names no way to log in: HTTP's own (Basic) is used, if any."""

    proves = True

    def __init__(self, settings: BoxSettings, reach: Reach) -> None:
        """Read the settings; FarFault `settings` or `address`. Nothing is connected yet."""
        if not settings.box:
            raise FarFault("settings")
        self._settings = settings
        self._profile = Profile.load("v1.0", settings.options.get("profile"))
        self._caller = Caller(Address.parse(settings.address), reach)
        self._caller.seconds = settings.option("seconds", self._caller.seconds, 0.2, 30)

    def play(self, wanted: Wanted) -> None:
        """Send a medium to be played now. Its `Volume` is full: the signed loudness is in the samples."""
        kind = self._profile.code("ContentType", "live" if wanted.live else "audio")
        priority = self._profile.code("Priority", wanted.priority)
        source = self._profile.values["source"]
        self._said(
            "play",
            {
                **source,
                "MediaId": wanted.item,
                "Title": wanted.title,
                "Description": "",
                "Body": wanted.url,
                "IsExternal": False,
                "ExternalSource": "",
                "Volume": 100,
                "Priority": {"id": priority, "value": ""},
                "Category": {"id": 1, "value": ""},
                "ContentType": {"id": kind, "value": ""},
                "StartTime": wanted.started_at_ms // 1000,
                "Duration": (wanted.dur_ms + 999) // 1000,
                "Imei": self._settings.box,
            },
        )

    def stop(self, item: str) -> None:
        """Have the box stop a medium."""
        self._said("stop", {"Imei": self._settings.box, "MediaId": item})

    def look(self) -> Told:
        """Ask for the report."""
        said = self._said("status", {"Imei": self._settings.box})
        if str(said.get("Imei", "")) != self._settings.box:
            raise FarFault("other", said.get("Imei", ""))
        state = self._profile.means("Status", said.get("Status"))
        if not state:
            raise FarFault("unknown-code", f"Status {said.get('Status')}")
        video = said.get("Video")
        path = video.get("Path") if isinstance(video, dict) else ""
        return Told(
            playing=state == "playing",
            url=path if isinstance(path, str) else "",
            volume=_percent(said.get("Volume")),
            connection=_text(said.get("NetworkInfo")),
            program=_text(said.get("Version")),
        )

    def hang_up(self) -> None:
        """End the exchange under way."""
        self._caller.hang_up()

    def close(self) -> None:
        """Nothing is kept open."""

    def _said(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        data = json.dumps(body, ensure_ascii=False).encode()
        headers = _HEADERS | self._settings.basic()
        return _read(self._caller.ask("POST", self._profile.text("paths", path), data, headers))


def _read(answer: Answer) -> dict[str, Any]:
    if answer.status in {401, 403}:
        raise FarFault("password")
    if answer.status != 200:
        raise FarFault("status", answer.status)
    return read_json(answer.body)


def _text(value: object) -> str:
    return "".join(one for one in value[:40] if one.isprintable()) if isinstance(value, str) else ""


def _percent(value: object) -> int | None:
    known = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100
    return int(str(value)) if known else None
