"""The op `command`: what operators and the clock tell loudspeakers, by identifiers alone."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from nguon_protocol import envelope
from nguon_protocol.documents import Drill, Loudness, Order
from nguon_signer.commanding import MOST_SAID
from nguon_signer.errors import Refused
from nguon_signer.tests.cast import (
    ADMINISTRATOR,
    COMMUNE,
    DUTY,
    EPOCH,
    NOW,
    OTHER,
    PROVINCE,
    STRANGER,
    VILLAGE,
    WRITER,
    Call,
    Clock,
    World,
)

pytestmark = pytest.mark.django_db


def ordered(
    world: World, kind: str = "volume", by: int | None = DUTY, at: datetime = NOW, **more: Any
) -> str:
    name = str(uuid4())
    usual = {"area": COMMUNE, "volume": 70 if kind == "volume" else None, "hours": "[]", "reason": ""}
    world.insert("control_command", id=name, kind=kind, by_id=by, at=at, **usual | more)
    return name


def body(answer: dict[str, Any]) -> Any:
    parsed = envelope.parse(answer["document"]["envelope"])
    return (Drill if "drill" in parsed.payload_type else Order).parse(parsed.payload)


def refused(call: Call, **given: Any) -> str:
    with pytest.raises(Refused) as told:
        call("command", **given)
    return told.value.reason


def test_how_loud_by_the_hour_is_signed_once_for_five_weeks(call: Call, world: World) -> None:
    name = ordered(world, hours='[["21:00", "06:00", 20]]')
    target = f"d/{world.device}"
    answer = call("command", command=name, target=target)
    order = body(answer)
    assert (order.action, order.volume, order.hours) == ("volume", 70, (Loudness("21:00", "06:00", 20),))
    assert (order.target, order.expires) == (target, EPOCH + 35 * 86_400)
    assert call("command", command=name, target=target) == answer


def test_the_silent_drill_of_the_night_needs_nobody_and_has_no_sound(call: Call, world: World) -> None:
    drill = body(call("command", command=ordered(world, "test", None), target=COMMUNE))
    assert (drill.action, drill.sounds, drill.item) == ("test", ("drill",), None)


def test_what_people_hear_or_miss_needs_a_person_with_a_role_there(call: Call, world: World) -> None:
    target = f"d/{world.device}"
    for kind in ("volume", "restart", "say"):
        for by in (WRITER, STRANGER):
            assert refused(call, command=ordered(world, kind, by), target=target) == "role"
        assert call("command", command=ordered(world, kind, ADMINISTRATOR), target=target)
    other = f"d/{world.other_device}"
    assert refused(call, command=ordered(world), target=other) == "target"
    assert refused(call, command=ordered(world, area=OTHER), target=other) == "role"
    assert refused(call, command=ordered(world, "test", None, area=PROVINCE), target=PROVINCE) == "scope"
    assert refused(call, command=str(uuid4()), target=target) == "unknown"
    assert refused(call, command=ordered(world, at=NOW - timedelta(hours=2)), target=target) == "late"
    assert refused(call, command=ordered(world, hours='[["21:00", 6, 20]]'), target=target) == "spec"


def test_one_loudspeaker_at_a_time_says_that_it_is_a_drill(call: Call, world: World, clock: Clock) -> None:
    assert refused(call, command=ordered(world, "say"), target=VILLAGE) == "scope"
    target = f"d/{world.device}"
    for _ in range(MOST_SAID):
        assert body(call("command", command=ordered(world, "say"), target=target)).action == "play"
    assert refused(call, command=ordered(world, "say"), target=target) == "burst"
    clock.now += 601
    call("command", command=ordered(world, "say", at=NOW + timedelta(seconds=601)), target=target)


def test_the_beacon_names_the_last_word_of_how_loud(call: Call, world: World) -> None:
    target = f"d/{world.device}"
    call("command", command=ordered(world), target=target)
    last = call("command", command=ordered(world, volume=0), target=target)["document"]["sha256"]
    beacon = call("beacon", device=world.device, nonce="ab")["document"]["envelope"]
    named = [one["sha256"] for one in _latest(beacon)]
    assert named == [last]


def _latest(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(envelope.parse(text).payload)["latest"]
    return found


def test_one_loudspeaker_is_asked_for_its_log(call: Call, world: World) -> None:
    target = f"d/{world.device}"
    assert body(call("command", command=ordered(world, "logs"), target=target)).action == "logs"
    assert refused(call, command=ordered(world, "logs"), target=COMMUNE) == "scope"
    assert refused(call, command=ordered(world, "logs", WRITER), target=target) == "role"
