"""Which relays are signed: one as it was approved, and none that differs from it in anything."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from nguon_protocol.content import relay_hash
from nguon_protocol.errors import ProtocolError
from nguon_signer.policy import Refusal
from nguon_signer.relay_policy import refuse_relay
from nguon_signer.rows import Approval, LiveSession, Role, Station, Target

TZ = "Asia/Ho_Chi_Minh"
NOW = datetime(2026, 3, 2, 22, 40, tzinfo=UTC)  # 05:40 of a Tuesday
HERE = Target("vn.24.7444", "commune", "vn.24.7444")
ROLES = [Role(user, role, "vn.24", date(2026, 1, 1), None) for user, role in ((1, "writer"), (2, "approver"))]


def approved(station: Station, by: int = 2) -> Station:
    """This function will have somebody approve a station exactly as it is."""
    sha256 = relay_hash(station.content())
    return replace(
        station,
        content_sha256=sha256,
        approval=Approval(by, "approve", datetime(2026, 3, 1, tzinfo=UTC), sha256),
    )


GOOD = approved(
    Station(
        id="00000000-0000-0000-0000-000000000001", author=1, name="VOV1", url="http://radio.example/1",
        weekdays="1234567", begins=time(5, 30), ends=time(6, 0), first_day=date(2026, 3, 1),
        last_day=date(2026, 3, 31), silence_s=10, fallback="plan", instead="", ended=False, content_sha256="",
        targets=(HERE,), approval=None,
    )
)  # fmt: skip
SESSION = LiveSession(
    "00000000-0000-0000-0000-000000000002", 2, 20, NOW, ended=False, targets=(HERE,), relay=GOOD
)


def judged(station: Station = GOOD, at: datetime = NOW, **other: Any) -> str:
    """This function will give why a session of a station is refused, "" when it is not."""
    session = replace(SESSION, opened_at=at, **other)
    found = refuse_relay(session, station, ROLES, TZ, at)
    assert found is None or isinstance(found, Refusal)
    return found.reason if found else ""


def test_what_was_approved_is_sent_on() -> None:
    assert judged() == ""


@pytest.mark.parametrize(
    "changed",
    [
        {"url": "http://evil.example/1"}, {"name": "VOV2"}, {"weekdays": "1"}, {"begins": time(5, 0)},
        {"ends": time(23, 0)}, {"first_day": date(2020, 1, 1)}, {"last_day": date(2030, 1, 1)},
        {"silence_s": 60}, {"fallback": "bulletin"}, {"instead": "x"}, {"author": 7},
        {"targets": (HERE, Target("vn.24.9169", "commune", "vn.24.9169"))},
    ],
    ids=lambda changed: next(iter(changed)),
)  # fmt: skip
def test_anything_else_than_what_was_approved_is_refused(changed: dict[str, Any]) -> None:
    assert judged(replace(GOOD, **changed)) == "content"


@pytest.mark.parametrize(
    ("at", "why"),
    [
        (NOW - timedelta(minutes=11), "hours"),
        (NOW + timedelta(minutes=20), "hours"),
        (NOW + timedelta(days=30), "hours"),
        (NOW - timedelta(days=3), "hours"),
        (NOW + timedelta(minutes=1), "minutes"),
    ],
)
def test_it_is_sent_on_at_its_hours_alone_and_no_longer(at: datetime, why: str) -> None:
    assert judged(at=at) == why


def test_on_a_day_that_was_not_chosen_it_is_silent() -> None:
    assert judged(approved(replace(GOOD, weekdays="13567"))) == "hours"


@pytest.mark.parametrize(
    ("station", "why"),
    [
        (replace(GOOD, approval=None), "approval"),
        (replace(GOOD, ended=True), "withdrawn"),
        (approved(GOOD, by=1), "author"),
        (approved(replace(GOOD, author=3)), "role"),
        (approved(replace(GOOD, targets=(Target("vn.1.1", "commune", "vn.1.1"),))), "role"),
        (approved(replace(GOOD, targets=(Target("vn.24.1", "commune", None),))), "target"),
    ],
)
def test_two_people_of_these_places_must_have_said_so(station: Station, why: str) -> None:
    assert judged(station) == why


def test_a_session_says_nothing_that_the_booking_does_not() -> None:
    elsewhere = Target("vn.24.9169", "commune", "vn.24.9169")
    assert judged(targets=(elsewhere,)) == "target"
    assert judged(by=1) == "person"
    assert judged(ended=True) == "ended"
    late = replace(SESSION, opened_at=NOW - timedelta(minutes=5))
    refusal = refuse_relay(late, GOOD, ROLES, TZ, NOW)
    assert refusal is not None
    assert refusal.reason == "late"


def test_a_hash_leaves_no_field_out() -> None:
    with pytest.raises(ProtocolError):
        relay_hash({key: value for key, value in GOOD.content().items() if key != "url"})
