"""What a device refuses before it believes a word of it: parse, type, threshold."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

from nguon_protocol.conformance import cast, signatures
from nguon_protocol.conformance.accepted import next_root
from nguon_protocol.conformance.case import Case, opened, raw, seal
from nguon_protocol.conformance.cast import DAY, NOON
from nguon_protocol.documents import Role
from nguon_protocol.keys import Signer


def untrusted() -> Iterator[Case]:
    """Give the vectors whose bytes have no one meaning, or whose signatures are not enough."""
    for part in (_parse_envelope, _parse_json, _type, _threshold, _signature, _threshold_of_roots):
        yield from part()


def no(reason: str, name: str, envelope: bytes, **more: Any) -> Case:
    """Give a vector that is refused for this reason."""
    return Case(name=f"{reason}: {name}", envelope=envelope, reason=reason, **more)


def _parse_envelope() -> Iterator[Case]:
    whole = seal(cast.an_order())
    yield no("parse", "nothing", b"")
    yield no("parse", "no JSON", b"hello")
    yield no("parse", "cut short", whole[:-1])
    yield no("parse", "something after it", whole + b"x")
    yield no("parse", "256 KiB and a byte", whole, pad=256 * 1024 - len(whole) + 1)
    yield no("parse", "a list", b"[" + whole + b"]")
    changed: dict[str, Callable[[dict[str, Any]], object]] = {
        "a field too many": lambda one: one.update(more=1),
        "a field too few": lambda one: one.pop("payloadType"),
        "payloadType is a number": lambda one: one.update(payloadType=1),
        "no signature": lambda one: one.update(signatures=[]),
        "nine signatures": lambda one: one.update(signatures=one["signatures"] * 9),
        "signatures is an object": lambda one: one.update(signatures={}),
        "a signature with a field too many": lambda one: one["signatures"][0].update(alg="none"),
        "a signature without keyid": lambda one: one["signatures"][0].pop("keyid"),
        "keyid is null": lambda one: one["signatures"][0].update(keyid=None),
        "payload is null": lambda one: one.update(payload=None),
        "payload without its padding": lambda one: one.update(payload="YQ"),
        "payload with padding inside": lambda one: one.update(payload="YQ==YQ=="),
        "payload with a line break": lambda one: one.update(payload=one["payload"] + "\n"),
        "payload in the URL alphabet": lambda one: one.update(payload="_-8="),
        "payload with bits after its end": lambda one: one.update(payload="YR=="),
        "an integer out of range": lambda one: one["signatures"][0].update(keyid=-1),
    }
    for name, change in changed.items():
        one = opened(whole)
        change(one)
        yield no("parse", name, json.dumps(one).encode())
    twice = whole.replace(b'{"payload":', b'{"payload":"","payload":', 1)
    yield no("parse", "payload twice", twice)
    yield no("parse", "a byte order mark", b"\xef\xbb\xbf" + whole)


def _parse_json() -> Iterator[Case]:
    """Bodies with a good signature that two readers could read as two things."""
    good = cast.an_order().body()

    def with_field(text: bytes) -> bytes:
        return good[:-1] + b"," + text + b"}"

    bodies = {
        "body is no JSON": b"{",
        "body is empty": b"",
        "the same key twice": with_field(b'"target":"vn.5.120"'),
        "the same key twice, once escaped": with_field(b'"t\\u0061rget":"vn.5"'),
        "the same key twice, deep inside": with_field(b'"x":{"a":[{"b":1,"b":1}]}'),
        "depth 9": with_field(b'"x":[[[[[[[[]]]]]]]]'),
        "10,000 brackets": with_field(b'"x":' + b"[" * 10_000),
        "a fraction": with_field(b'"x":1.0'),
        "an exponent": with_field(b'"x":1e3'),
        "NaN": with_field(b'"x":NaN'),
        "Infinity": with_field(b'"x":-Infinity'),
        "minus zero": with_field(b'"x":-0'),
        "a zero in front": with_field(b'"x":01'),
        "17 digits": with_field(b'"x":' + b"9" * 17),
        "5,000 digits": with_field(b'"x":' + b"9" * 5000),
        "a comma at the end": with_field(b'"x":[1,]'),
        "a comma missing": with_field(b'"x":[1 2]'),
        "a comment": with_field(b'"x":/**/1'),
        "single quotes": with_field(b"'x':1"),
        "a key that is a number": with_field(b"1:1"),
        "True": with_field(b'"x":True'),
        "an unknown escape": with_field(b'"x":"\\x41"'),
        "half an escape": with_field(b'"x":"\\u00"'),
        "a control character": with_field(b'"x":"\n"'),
        "a vertical tab between": with_field(b'"x":\x0b1'),
        "a lone surrogate": with_field(b'"x":"\\ud800"'),
        "surrogates the wrong way round": with_field(b'"x":"\\udc00\\ud800"'),
        "bad UTF-8": with_field(b'"x":"\xff"'),
        "a surrogate in UTF-8": with_field(b'"x":"\xed\xa0\x80"'),
        "UTF-8 longer than need be": with_field(b'"x":"\xc0\xaf"'),
        "UTF-8 past U+10FFFF": with_field(b'"x":"\xf4\x90\x80\x80"'),
        "UTF-8 cut short": with_field(b'"x":"\xe1\xba"'),
        "two values": good + b"{}",
        "a byte order mark in the body": b"\xef\xbb\xbf" + good,
        "a NUL after the body": good + b"\0",
    }
    for name, body in bodies.items():
        yield no("parse", name, raw(body, "order"))


def _type() -> Iterator[Case]:
    yield no("type", "a receipt", raw({}, "receipt"))
    yield no("type", "a type that nobody knows", raw({}, "poem"))
    for name, kind in {
        "another version": b"application/vnd.loa.order.v2+json",
        "capitals": b"application/vnd.loa.Order.v1+json",
        "a parameter": b"application/vnd.loa.order.v1+json;x=1",
        "a NUL at the end": b"application/vnd.loa.order.v1+json\\u0000",
        "empty": b"",
    }.items():
        whole = seal(cast.an_order())
        yield no("type", name, whole.replace(b"application/vnd.loa.order.v1+json", kind))


def _threshold() -> Iterator[Case]:
    order, alert = cast.an_order(), cast.an_alert()[0]
    ill = cast.an_order(target="vn.5", epoch=9, issued=NOON + DAY)
    yield no("threshold", "a stranger", seal(order, cast.STRANGER))
    yield no("threshold", "a stranger with P-256", seal(order, cast.STRANGER_P))
    yield no("threshold", "comes before every later reason", seal(ill, cast.STRANGER))
    yield no("threshold", "a stranger's body is not even read", raw(b"{", "order", cast.STRANGER))
    yield no("threshold", "a duty officer's plan", seal(cast.a_plan(epoch=4), cast.HANH))
    yield no("threshold", "a duty officer's beacon", seal(cast.a_beacon(), cast.HANH))
    yield no("threshold", "an alert by the server alone", seal(alert, cast.SERVER))
    yield no("threshold", "an alert by one duty officer", seal(alert, cast.HANH))
    yield no("threshold", "an alert by two keys of the server", seal(alert, cast.SERVER, cast.SERVER_P))
    yield no("threshold", "an alert by two keys of one officer", seal(alert, cast.HANH, cast.HANH_P))
    yield no("threshold", "an alert twice by one key", seal(alert, cast.HANH, cast.HANH))
    yield no("threshold", "an alert by root holders", seal(alert, *cast.ROOTS))
    yield no("threshold", "a drill by a duty officer", seal(cast.a_drill(), cast.HANH))
    yield no("threshold", "an input by a duty officer", seal(cast.an_input(), cast.HANH))
    yield no("threshold", "a release by one maintainer", seal(cast.a_release(), cast.MAINTAINERS[0]))
    yield no("threshold", "a release by the server", seal(cast.a_release(), cast.SERVER, cast.SERVER_P))
    two = "two duty officers"
    play = seal(cast.an_order(epoch=4), cast.HANH)
    yield no("threshold", "to play by one of two duty officers", play, device=two)
    broken = raw(b"{", "order", cast.HANH)
    yield no("threshold", "half a quorum under what is no JSON", broken, device=two)
    servers = seal(order, cast.SERVER, cast.SERVER_P)
    yield no("threshold", "two keys of one holder", servers, device="two server holders")
    yield no("threshold", "a stop by a root holder", seal(cast.a_stop(), cast.ROOTS[0]))
    yield no("threshold", "a stop by a maintainer", seal(cast.a_stop(), cast.MAINTAINERS[0]))


def _signature() -> Iterator[Case]:
    """Signatures that belong to something else, or that are written in another way."""
    order = opened(seal(cast.an_order()))
    stop = opened(seal(cast.a_stop()))
    moved = order | {"payload": stop["payload"]}
    yield no("threshold", "another body's signature", json.dumps(moved).encode())
    as_plan = order | {"payloadType": "application/vnd.loa.plan.v1+json"}
    yield no("threshold", "signed as another type", json.dumps(as_plan).encode())
    naked = cast.SERVER.sign(cast.an_order().body())
    yield no("threshold", "a signature of the body alone", _signed_by(cast.SERVER, lambda _: naked))
    body = bytearray(cast.an_order().body())
    body[-2] ^= 1
    changed = order | {"payload": base64.b64encode(body).decode()}
    yield no("threshold", "one bit of the body changed", json.dumps(changed).encode())
    ways = {
        "Ed25519 with S + L": (cast.SERVER, signatures.added_order),
        "Ed25519, 63 bytes": (cast.SERVER, lambda sig: sig[:-1]),
        "Ed25519, 65 bytes": (cast.SERVER, signatures.trailing),
        "Ed25519, all zero": (cast.SERVER, lambda _: bytes(64)),
        "P-256 with a length of two bytes": (cast.SERVER_P, signatures.long_length),
        "P-256 with a zero too many": (cast.SERVER_P, signatures.padded_integer),
        "P-256 with a byte after it": (cast.SERVER_P, signatures.trailing),
        "P-256 with r = s = 0": (cast.SERVER_P, lambda _: bytes.fromhex("3006020100020100")),
        "an empty signature": (cast.SERVER_P, lambda _: b""),
    }
    for name, (signer, change) in ways.items():
        yield no("threshold", name, _signed_by(signer, change))


def _signed_by(signer: Signer, change: Callable[[bytes], bytes]) -> bytes:
    one = opened(seal(cast.an_order(), signer))
    sig = base64.b64decode(one["signatures"][0]["sig"])
    one["signatures"][0]["sig"] = base64.b64encode(change(sig)).decode()
    return json.dumps(one).encode()


def _threshold_of_roots() -> Iterator[Case]:
    root = cast.a_root(v=2)
    yield no("threshold", "a root by one of two", seal(root, cast.ROOTS[0]))
    yield no("threshold", "a root by two keys of one holder", seal(root, cast.ROOTS[0], cast.ROOTS_P[0]))
    yield no("threshold", "a root by the server", seal(root, cast.SERVER, cast.SERVER_P))
    three = {"root": Role(3, cast.kids(*cast.ROOTS), 1)}
    yield no("threshold", "the new root's quorum is missing", next_root(roles=three))
    thieves = cast.a_root(v=2, roles={"root": Role(1, cast.kids(cast.SERVER), 1)})
    yield no("threshold", "the old root's quorum is missing", seal(thieves, cast.SERVER))
