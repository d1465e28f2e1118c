"""Changed and re-signed envelopes, the same for the same seed: what two verifiers must judge alike.

An envelope whose signatures were not made anew may be accepted only with the very content of an accepted
vector. One that was signed again, by whoever, is only compared: every reader must come to the same verdict.
"""

import base64
import copy
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from nguon_protocol import envelope
from nguon_protocol.acceptance import DeviceState
from nguon_protocol.conformance import book, cast
from nguon_protocol.conformance.case import Case, devices, raw
from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import Signer

LARGEST = 6000
WORDS = (
    *('{', "}", "[", "]", '"', ":", ",", "\\", "\\u0000", "\\ud800", "\\u0074", "\ufeff", "=", "\n", "e30="),
    *("-0", "-1", "0", "1e3", "0.5", "NaN", "null", "true", "9007199254740992", "99999999999999999"),
    *('"spec":1,', '"type":"order",', '"v":9,', '"payload":"e30=",', '"action":"stop",', '"target":"vn.5",'),
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 2, -1, 4, 8, 100, 101, 103, 900, 1440, 86_400, 86_401),
    *(2**53 - 1, 2**53, 10**16 - 1),
    *("", "x", "vn", "vn.5", "vn.5.12", "vn.5.120", "vn.5.120.4001", "vn.0", "vn.5.120\n", f"g/{cast.GROUP}"),
    *("live", "/a", "https://a.vn/b", "https://a.vn:/b", "https://a.vn:65/b", "https:///b", "//b", "/b c"),
    *("play", "stop", "cancel", "correct", "open", "close", "fm", "siren", "drill", "UTC", "05:00", "24:00"),
    *(cast.DEVICE, cast.DEVICE.upper(), "ab" * 32, "AB" * 32, "ễ" * 300, "a" * 301, "\0", "audio/ogg;x=1"),
    *([], {}, [[]], ["drill"], ["siren"], [1], [["22:00", "05:00"]], {"a": {"b": []}}),
    *({"n": 0, "sha256": ""}, {"n": 5, "sha256": ""}, {"n": 5, "sha256": "ab" * 32}, {"n": -1}),
)  # fmt: skip
MOMENTS = (0, 1, -300, -301, 300, 301, 899, 900, 901, 36_000, 43_199, 43_200, 61_199, 61_200, 86_400, 10**9)


@dataclass(frozen=True, slots=True)
class Try:
    """One envelope to judge; `signed_again` says that its content may be new and still right."""

    how: str
    data: bytes
    device: str
    state: DeviceState
    now: int
    clock: str
    signed_again: bool


def tries(seed: int, count: int) -> Iterator[Try]:
    """Give `count` changed envelopes."""
    luck = Random(seed)  # noqa: S311  chance that can be repeated, no secret
    known = devices()
    cases = [case for case in book.cases() if len(case.envelope) <= LARGEST and not case.pad]
    while count:
        case = luck.choice(cases)
        how = luck.choice(tuple(WAYS))
        data = WAYS[how](luck, case)
        if data is None or data == case.envelope:
            continue
        again = how in SIGNED_AGAIN
        device = luck.choice(tuple(known)) if again and luck.random() < 0.5 else case.device
        now = cast.NOON + luck.choice(MOMENTS) if again and luck.random() < 0.5 else case.now
        clock = (
            luck.choice(("SYNCED", "HOLDOVER", "UNKNOWN")) if again and luck.random() < 0.2 else case.clock
        )
        yield Try(how, data, device, known[device], now, clock, again)
        count -= 1


def question(one: Try, states: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a verifier is asked of it; `states` are the devices' states as JSON, by name."""
    moment = {"state": states[one.device], "now": one.now, "clock": one.clock}
    return moment | {"envelope_b64": base64.b64encode(one.data).decode()}


@cache
def contents() -> frozenset[tuple[str, str]]:
    """Give (payloadType, SHA-256 of the body) of every accepted vector."""
    opened = [envelope.parse(case.data) for case in book.cases() if case.reason is None]
    return frozenset((one.payload_type, one.sha256) for one in opened)


def is_known(data: bytes) -> bool:
    """Say whether an accepted envelope holds the very content of an accepted vector."""
    one = envelope.parse(data)
    return (one.payload_type, one.sha256) in contents()


def _change(luck: Random, data: bytes) -> bytes:
    for _ in range(luck.randint(1, 3)):
        at = luck.randrange(len(data) + 1)
        length = luck.randint(1, 40)
        way = luck.randrange(5)
        if way == 0:
            data = data[:at] + bytes([luck.randrange(256)]) + data[at + 1 :]
        elif way == 1:
            data = data[:at] + data[at + length :]
        elif way == 2:
            data = data[:at] + data[at : at + length] + data[at:]
        elif way == 3:
            data = data[:at] + luck.choice(WORDS).encode() + data[at:]
        else:
            data = (
                data[:at]
                if luck.random() < 0.2
                else data[:at] + data[at : at + 1].swapcase() + data[at + 1 :]
            )
    return data


def _bytes(luck: Random, case: Case) -> bytes | None:
    return _change(luck, case.envelope)


def _opened(case: Case) -> envelope.Envelope | None:
    try:
        return envelope.parse(case.envelope)
    except ProtocolError:
        return None


def _kind(one: envelope.Envelope) -> str:
    return one.payload_type.removeprefix("application/vnd.loa.").removesuffix(".v1+json")


def _body_under_old_signatures(luck: Random, case: Case) -> bytes | None:
    one = _opened(case)
    if one is None:
        return None
    new = _opened(Case(name="", envelope=raw(_change(luck, one.payload), _kind(one))))
    outer = json.loads(case.envelope)
    outer["payload"] = json.loads(raw(new.payload, "order"))["payload"] if new else ""
    return json.dumps(outer).encode()


def _signers(luck: Random, kind: str) -> list[Signer]:
    """Mostly whoever may sign the type; else anybody."""
    if luck.random() < 0.2:
        everybody = [*(signer for signer, _ in cast.HOLDERS), cast.STRANGER, cast.STRANGER_P]
        return luck.sample(everybody, luck.randint(1, 4))
    usual: dict[str, list[Signer]] = {
        "root": cast.ROOTS[:2],
        "urgent": [cast.SERVER, cast.HANH],
        "release": cast.MAINTAINERS,
    }
    return usual.get(kind, [cast.SERVER])


def _bytes_signed_again(luck: Random, case: Case) -> bytes | None:
    one = _opened(case)
    if one is None:
        return None
    return raw(_change(luck, one.payload), _kind(one), *_signers(luck, _kind(one)))


def _other_signers(luck: Random, case: Case) -> bytes | None:
    one = _opened(case)
    if one is None:
        return None
    return raw(one.payload, _kind(one), *_signers(luck, "urgent" if luck.random() < 0.3 else _kind(one)))


def _value_signed_again(luck: Random, case: Case) -> bytes | None:
    """Put another value somewhere into the body, take one away, or add one."""
    one = _opened(case)
    try:
        body = json.loads(one.payload) if one else None
    except ValueError:
        return None
    if one is None or not isinstance(body, dict) or not body:
        return None
    at: Any = body
    while True:
        names = list(at) if isinstance(at, dict) else list(range(len(at)))
        name = luck.choice(names)
        if not isinstance(at[name], dict | list) or not at[name] or luck.random() < 0.3:
            break
        at = at[name]
    if luck.random() < 0.2:
        del at[name]
    else:
        at[name] = copy.deepcopy(luck.choice(VALUES))
    if luck.random() < 0.1:
        body[luck.choice(("item", "items", "of", "cancel", "late", "area", "ack", "now_ms", "later"))] = (
            luck.choice(VALUES)
        )
    text = json.dumps(body, ensure_ascii=luck.random() < 0.5).encode("utf-8", "surrogatepass")
    return raw(text, _kind(one), *_signers(luck, _kind(one)))


WAYS: dict[str, Callable[[Random, Case], bytes | None]] = {
    "bytes of the envelope": _bytes,
    "bytes of the body": _body_under_old_signatures,
    "bytes of the body, signed again": _bytes_signed_again,
    "a value of the body, signed again": _value_signed_again,
    "other signers": _other_signers,
}
SIGNED_AGAIN = frozenset(
    {"bytes of the body, signed again", "a value of the body, signed again", "other signers"}
)
