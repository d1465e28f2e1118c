"""What is said in the profile v2.0, whose words are data: schedules, commands, and what a status tells."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from nguon_device.bridge.far import Told, Wanted
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.profiles import Profile
from nguon_device.bridge.reading import number, percent, words

VIETNAM = timezone(timedelta(hours=7))


def schedule(profile: Profile, box: str, wanted: Wanted) -> dict[str, Any]:
    """Give a schedule of one bulletin for one box, from now until its end. It has whole seconds: it begins
    with the one under way, and ends with the last one that sounds."""
    first_s = wanted.started_at_ms // 1000
    last_s = -(-(wanted.started_at_ms + wanted.dur_ms) // 1000)
    start, end = (datetime.fromtimestamp(one, UTC).astimezone(VIETNAM) for one in (first_s, last_s))
    given = {
        "item": wanted.item,
        "title": wanted.title,
        "box": box,
        "kind": profile.code("LoaiBanTin", "live" if wanted.live else "audio"),
        "priority": profile.code("MucDoUuTien", wanted.priority),
        "field": profile.field_of("LoaiLinhVuc", wanted.priority),
        "made_s": first_s,
        "length": _clock(-(-wanted.dur_ms // 1000)),
        "url": wanted.url,
        "date": f"{start:%Y-%m-%d}",
        "starts": f"{start:%H:%M:%S}",
        "ends": f"{end:%H:%M:%S}",
    }
    return profile.message("schedule", given)


def cancel(profile: Profile, box: str, item: str) -> dict[str, Any]:
    """Give what takes a schedule back."""
    return profile.message("cancel", {"box": box, "item": item})


def command(profile: Profile, box: str, name: str) -> dict[str, Any] | None:
    """Give a command for one box; None when nobody has set its code."""
    found = profile.command(name)
    return None if found is None else profile.message("command", {"box": box, **found})


def stops(profile: Profile, box: str, item: str) -> list[tuple[str, dict[str, Any]]]:
    """Give the kinds and messages that make a box fall silent: the schedule is taken back, and the box is
    stopped by command besides where its code is known."""
    found = [("cancel", cancel(profile, box, item))]
    if (asked := command(profile, box, "stop")) is not None:
        found.append(("command", asked))
    return found


def content(profile: Profile, answer: dict[str, Any]) -> Any:
    """Give the content of an answer that says it worked. Raises FarFault: refused with a reason, rubbish."""
    told = profile.read("answer", answer)
    said = profile.means("TrangThaiGui", told["result"])
    if said == "failure":
        raise FarFault("refused", words(told["reason"]))
    if said != "success":
        raise FarFault("rubbish", "TrangThaiGui")
    return told["content"]


def status(profile: Profile, box: str, said: Any) -> Told:
    """Read a status of the box. Raises FarFault: rubbish, other (a status of another device)."""
    if not isinstance(said, Mapping):
        raise FarFault("rubbish", "NoiDung")
    told = profile.read("status", said)
    if words(told["box"]) != box:
        raise FarFault("other", words(told["box"]))
    activity = profile.means("TrangThaiHoatDong", told["activity"])
    if not activity:
        raise FarFault("unknown-code", f"TrangThaiHoatDong {words(told['activity'])}")
    return Told(
        playing=activity == "playing",
        url=words(told["url"]),
        volume=percent(told["volume"]),
        connection=words(told["connection"])[:40],
        program=words(told["program"])[:40],
        temp=number(told.get("temp"), -60, 200),
        disk=number(told.get("disk"), 0, 100),
    )


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
