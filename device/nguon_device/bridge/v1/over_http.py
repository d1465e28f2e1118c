"""The profile v1.0 over HTTP: a medium is sent to a box by its IMEI, and the box reports what it plays."""

import json
from typing import Any

from nguon_device.bridge.far import Told, Wanted
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.profiles import Profile
from nguon_device.bridge.reaching import Answer, Caller, Reach
from nguon_device.bridge.reading import percent, read_json, words
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
        self._caller = Caller(settings, reach)

    def play(self, wanted: Wanted) -> None:
        """Send a medium to be played now. Its `Volume` is full: the signed loudness is in the samples."""
        profile = self._profile
        given = {
            "item": wanted.item,
            "title": wanted.title,
            "url": wanted.url,
            "priority": profile.code("Priority", wanted.priority),
            "kind": profile.code("ContentType", "live" if wanted.live else "audio"),
            "field": profile.field_of("Category", wanted.priority),
            "made_s": wanted.started_at_ms // 1000,
            "seconds": -(-wanted.dur_ms // 1000),
            "box": self._settings.box,
        }
        self._said("play", profile.message("play", given))

    def stop(self, item: str) -> None:
        """Have the box stop a medium."""
        self._said("stop", self._profile.message("stop", {"box": self._settings.box, "item": item}))

    def look(self) -> Told:
        """Ask for the report."""
        asked = self._profile.message("status", {"box": self._settings.box})
        told = self._profile.read("status", self._said("status", asked))
        if words(told["box"]) != self._settings.box:
            raise FarFault("other", words(told["box"]))
        state = self._profile.means("Status", told["activity"])
        if not state:
            raise FarFault("unknown-code", f"Status {words(told['activity'])}")
        return Told(
            playing=state == "playing",
            url=words(told["url"]) if isinstance(told["url"], str) else "",
            volume=percent(told["volume"]),
            connection=words(told["connection"])[:40],
            program=words(told["program"])[:40],
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
