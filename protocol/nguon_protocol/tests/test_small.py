"""Quiet hours, targets, claim codes, ids, hashes, instants, the LOA header, receipts."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon_protocol import claims, clocks, content, http_auth, ids, instants, keys, quiet, receipts, targets
from nguon_protocol.documents import Loudness, Policy
from nguon_protocol.errors import ProtocolError
from nguon_protocol.receipts import Chain, Receipt
from nguon_protocol.tests.cast import AREA, COMMUNE, DEVICE, GROUP, STRANGER

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
DEVICE_KEY = keys.generate()


def ms(clock: str, day: int = 10) -> int:
    hour, minute = clock.split(":")
    return int(datetime(2026, 3, day, int(hour), int(minute), tzinfo=HANOI).timestamp() * 1000)


@pytest.mark.parametrize(
    ("clock", "expected"),
    [("21:59", False), ("22:00", True), ("00:00", True), ("04:59", True), ("05:00", False), ("12:00", False)],
)
def test_quiet_hours_cross_midnight(clock: str, expected: bool) -> None:
    assert quiet.is_quiet(Policy(), ms(clock)) is expected


@given(st.integers(0, 86_400_000 * 30), st.integers(1, 3 * 3600_000))
def test_a_sound_touches_quiet_hours_when_one_of_its_moments_is_quiet(start: int, length: int) -> None:
    start += ms("00:00", 1)
    moments = [*range(start, start + length, 30_000), start + length - 1]
    expected = any(quiet.is_quiet(Policy(), moment) for moment in moments)
    assert quiet.touches_quiet(Policy(), start, length) is expected


def test_the_minutes_of_a_day_begin_at_local_midnight() -> None:
    since = quiet.day_start_ms(Policy(), ms("12:00"))
    assert since == ms("00:00")
    assert quiet.heard_ms([(since - 1000, 5000), (since + 9000, 1000), (since - 9000, 1000)], since) == 5000


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("vn", True),
        ("vn.5", True),
        (COMMUNE, True),
        (AREA, True),
        (f"g/{GROUP}", True),
        (f"d/{DEVICE}", True),
        ("vn.5.12", False),
        ("vn.5.1200", False),
        (f"{AREA}.1", False),
        (f"d/{GROUP}", False),
    ],
)
def test_who_is_meant(target: str, expected: bool) -> None:
    assert targets.covers(target, AREA, {GROUP}, DEVICE) is expected
    assert str(targets.parse(target)) == target


@pytest.mark.parametrize(
    "text", ["", "vn.", "vn.05", "us.5", "vn..5", "g/1", "vn.5\n", "d/" + DEVICE.upper()]
)
def test_no_target(text: str) -> None:
    with pytest.raises(ProtocolError):
        targets.parse(text)


def test_the_plans_of_a_device() -> None:
    assert targets.of_device(AREA, {GROUP}, DEVICE) == [COMMUNE, AREA, f"g/{GROUP}", f"d/{DEVICE}"]
    assert targets.ancestors(AREA) == ["vn.5", COMMUNE, AREA]


def test_claim_codes() -> None:
    code = claims.new_code()
    assert claims.normalise(f" {claims.show(code).lower()} ") == code
    for wrong in ("", "ABCDEFG", "ABCDEFGO", "ABCD-EFG1", "ABCDEFGHJ"):
        with pytest.raises(ProtocolError):
            claims.normalise(wrong)


def test_ids_stay_the_same() -> None:
    assert ids.item_id("r", 0) == ids.item_id("r", 0) != ids.item_id("r", 1)
    assert ids.item_id("7", 0) == "d894e779-6759-5dad-9b36-70dfcb9d8255"


def approved(**changes: Any) -> dict[str, Any]:
    timing = {"mode": "at", "starts_at": 5, "rrule": "", "until": None}
    fields: dict[str, Any] = dict.fromkeys(content.FIELDS, "x")
    return fields | {"timing": timing, "targets": ["vn.5", "vn.4"], "duration_ms": 1} | changes


def test_the_content_hash_covers_every_field_and_not_the_order_of_targets() -> None:
    usual = content.content_hash(approved())
    assert content.content_hash(approved(targets=["vn.4", "vn.5"])) == usual
    for name in content.FIELDS - {"timing", "targets"}:
        assert content.content_hash(approved(**{name: "y"})) != usual, name
    for wrong in ({"more": 1}, {"timing": {"mode": "now"}}):
        with pytest.raises(ProtocolError):
            content.content_hash(approved(**wrong))


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=HANOI).timestamp())


START = seconds("2026-01-30T05:00")


@pytest.mark.parametrize(
    ("mode", "rule", "expected"),
    [
        ("now", "", []),
        ("at", "", ["2026-01-30T05:00"]),
        ("repeat", "FREQ=DAILY;COUNT=3", ["2026-01-30T05:00", "2026-01-31T05:00", "2026-02-01T05:00"]),
        ("repeat", "RRULE:FREQ=MONTHLY;BYMONTHDAY=30;COUNT=2", ["2026-01-30T05:00"]),
        ("repeat", "FREQ=DAILY;UNTIL=20260130T220000Z", ["2026-01-30T05:00", "2026-01-31T05:00"]),
        ("repeat", "FREQ=DAILY;UNTIL=20260131", ["2026-01-30T05:00", "2026-01-31T05:00"]),
        ("repeat", "FREQ=DAILY;COUNT=1;BYHOUR=5,17", ["2026-01-30T05:00"]),
        (
            "repeat",
            "FREQ=DAILY;COUNT=1\nFREQ=DAILY;BYHOUR=17;COUNT=1",
            ["2026-01-30T05:00", "2026-01-30T17:00"],
        ),
        ("repeat", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", []),
    ],
)
def test_instants(mode: str, rule: str, expected: list[str]) -> None:
    found = instants.expand(mode, START, rule, START, START + 35 * 86400)
    assert found == [seconds(one) for one in expected]


def test_instants_keep_to_the_window_and_to_until() -> None:
    window = (START + 86400, START + 5 * 86400)
    assert len(instants.expand("repeat", START, "FREQ=DAILY", *window)) == 4
    assert len(instants.expand("repeat", START, "FREQ=DAILY", *window, until=START + 3 * 86400)) == 3
    assert instants.expand("at", START, "", *window) == []


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=SECONDLY",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYSECOND=1",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;X=1",
        "FREQ=DAILY;BYDAY=XX",
        "FREQ=DAILY;UNTIL=soon",
        "FREQ=DAILY;FREQ=DAILY",
        "DTSTART:19970902T090000",
    ],
)
def test_rules_that_are_refused(rule: str) -> None:
    with pytest.raises(ProtocolError):
        instants.check_rule(rule)


def test_a_rule_that_would_take_forever_is_refused() -> None:
    minutes = ",".join(str(minute) for minute in range(60))
    with pytest.raises(ProtocolError):
        instants.expand("repeat", 0, f"FREQ=DAILY;BYMINUTE={minutes}", START, START + 86400)


def test_the_loa_header() -> None:
    value = http_auth.header(DEVICE_KEY, DEVICE, "get", "/lsp/v1/state?x=1", 1000)
    found = http_auth.parse(value)
    assert found.device == DEVICE
    path = "/lsp/v1/state?x=1"
    good = (DEVICE_KEY.public, "GET", path, b"")
    assert http_auth.verify(found, *good, 1300)
    assert not http_auth.verify(found, *good, 1301)
    assert http_auth.verify(found, *good, 0, None)
    assert not http_auth.verify(found, STRANGER.public, "GET", path, b"", 1000)
    assert not http_auth.verify(found, DEVICE_KEY.public, "GET", "/lsp/v1/state", b"", 1000)
    for wrong in ("", "LOA", "LOA a:b:c", "LOA a:1:zz", "Basic a:1:00", "LOA a:-1:00", "LOA a:٣:00"):
        with pytest.raises(ProtocolError):
            http_auth.parse(wrong)


def test_clock_states() -> None:
    day = 86400
    expected = {
        None: "UNKNOWN",
        0: "SYNCED",
        day - 1: "SYNCED",
        day: "HOLDOVER",
        35 * day: "UNKNOWN",
        -1: "UNKNOWN",
    }
    assert {age: str(clocks.state_after(age)) for age in expected} == expected


def a_receipt(**changes: Any) -> Receipt:
    usual = Receipt(device=DEVICE, n=1, prev="", boot=1, clock="SYNCED", at=1000, event="info")
    return replace(usual, **changes)


def test_receipts_are_chained_and_signed() -> None:
    chain, first = Chain(), a_receipt()
    second = a_receipt(
        n=2, prev=first.sha256, event="partly", seconds_ms=2, reason="power", item="i", doc="a" * 64
    )
    ready = a_receipt(event="ready", doc="a" * 64, items=("i", "j"))
    assert receipts.verify(ready.sign(DEVICE_KEY), DEVICE_KEY.public).named == ("i", "j")
    for one in (first, second):
        assert receipts.verify(one.sign(DEVICE_KEY), DEVICE_KEY.public) == one
        chain.add(one)
    for wrong in (first, second, a_receipt(n=3, prev=first.sha256), a_receipt(n=4, prev=second.sha256)):
        with pytest.raises(ProtocolError):
            chain.add(wrong)


def test_a_receipt_of_another_key_or_of_another_shape_is_refused() -> None:
    with pytest.raises(ProtocolError):
        receipts.verify(a_receipt().sign(STRANGER), DEVICE_KEY.public)
    for changes in (
        {"n": 2},
        {"event": "sang"},
        {"clock": "?"},
        {"prev": "ab"},
        {"seconds_ms": -1},
        {"spec": 2},
        {"items": ["a", "b"]},  # of what is ready alone
        {"event": "ready", "items": ["a"]},
        {"event": "ready", "items": ["a", "a"]},
        {"event": "ready", "items": ["a", 1]},
        {"event": "ready", "items": ["a", "b" * 65]},
        {"event": "ready", "items": [str(n) for n in range(201)]},
        {"event": "ready", "items": ["a", "b"], "item": "c"},
        {"event": "ready", "items": "ab"},
    ):
        with pytest.raises(ProtocolError):
            Receipt.parse(json.dumps(a_receipt().to_json() | changes).encode())


@pytest.mark.parametrize("alg", [keys.ED25519, keys.P256])
def test_keys_are_kept_as_pem(alg: str) -> None:
    key = keys.generate(alg)
    same = keys.load_pem(key.to_pem())
    assert same.public == key.public == keys.PublicKey.from_hex(alg, key.public.pub.hex())
    assert key.public.verify(same.sign(b"x"), b"x")
    assert not key.public.verify(same.sign(b"x"), b"y")
    for wrong in (("rsa", "00"), (alg, "00"), (alg, "zz"), (alg, key.public.pub.hex().upper())):
        with pytest.raises(ProtocolError):
            keys.PublicKey.from_hex(*wrong)
    with pytest.raises(ProtocolError):
        keys.load_pem(b"-----BEGIN NOTHING-----")


@pytest.mark.parametrize(
    ("clock", "loudest"),
    [("06:59", 80), ("07:00", 60), ("10:00", 30), ("16:59", 60), ("17:00", 80), ("23:30", 0), ("02:00", 0)],
)
def test_the_least_loudness_of_the_hours_counts(clock: str, loudest: int) -> None:
    hours = [Loudness("07:00", "17:00", 60), Loudness("09:30", "10:30", 30), Loudness("23:00", "05:00", 0)]
    assert quiet.loudest_at(Policy(), 80, hours, ms(clock)) == loudest
