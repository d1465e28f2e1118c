"""What a device refuses, and the one reason that each verifier must give."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from nguon_protocol.conformance import cast, signatures
from nguon_protocol.conformance.accepted import DAWN, NIGHT, next_root
from nguon_protocol.conformance.case import Case, body_of, opened, raw, seal
from nguon_protocol.conformance.cast import AREA, COMMUNE, DAY, GROUP, HOUR, NOON, OTHER
from nguon_protocol.documents import PlanItem, Role
from nguon_protocol.keys import Signer


def refused() -> Iterator[Case]:
    """Give every vector that is to be refused, by reason in the order of rule 4."""
    for part in (_parse_envelope, _parse_json, _type, _threshold, _signature, _threshold_of_roots):
        yield from part()
    for part in (_spec, _spec_of_alerts, _spec_of_roots, _target, _epoch, _rollback, _time, _policy):
        yield from part()


def _no(reason: str, name: str, envelope: bytes, **more: Any) -> Case:
    return Case(name=f"{reason}: {name}", envelope=envelope, reason=reason, **more)


def _parse_envelope() -> Iterator[Case]:
    whole = seal(cast.an_order())
    yield _no("parse", "nothing", b"")
    yield _no("parse", "no JSON", b"hello")
    yield _no("parse", "cut short", whole[:-1])
    yield _no("parse", "something after it", whole + b"x")
    yield _no("parse", "256 KiB and a byte", whole, pad=256 * 1024 - len(whole) + 1)
    yield _no("parse", "a list", b"[" + whole + b"]")
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
        yield _no("parse", name, json.dumps(one).encode())
    twice = whole.replace(b'{"payload":', b'{"payload":"","payload":', 1)
    yield _no("parse", "payload twice", twice)
    yield _no("parse", "a byte order mark", b"\xef\xbb\xbf" + whole)


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
        yield _no("parse", name, raw(body, "order"))


def _type() -> Iterator[Case]:
    yield _no("type", "a receipt", raw({}, "receipt"))
    yield _no("type", "a type that nobody knows", raw({}, "poem"))
    for name, kind in {
        "another version": b"application/vnd.loa.order.v2+json",
        "capitals": b"application/vnd.loa.Order.v1+json",
        "a parameter": b"application/vnd.loa.order.v1+json;x=1",
        "a NUL at the end": b"application/vnd.loa.order.v1+json\\u0000",
        "empty": b"",
    }.items():
        whole = seal(cast.an_order())
        yield _no("type", name, whole.replace(b"application/vnd.loa.order.v1+json", kind))


def _threshold() -> Iterator[Case]:
    order, alert = cast.an_order(), cast.an_alert()[0]
    ill = cast.an_order(target="vn.5", epoch=9, issued=NOON + DAY)
    yield _no("threshold", "a stranger", seal(order, cast.STRANGER))
    yield _no("threshold", "a stranger with P-256", seal(order, cast.STRANGER_P))
    yield _no("threshold", "comes before every later reason", seal(ill, cast.STRANGER))
    yield _no("threshold", "a stranger's body is not even read", raw(b"{", "order", cast.STRANGER))
    yield _no("threshold", "a duty officer's plan", seal(cast.a_plan(epoch=4), cast.HANH))
    yield _no("threshold", "a duty officer's beacon", seal(cast.a_beacon(), cast.HANH))
    yield _no("threshold", "an alert by the server alone", seal(alert, cast.SERVER))
    yield _no("threshold", "an alert by one duty officer", seal(alert, cast.HANH))
    yield _no("threshold", "an alert by two keys of the server", seal(alert, cast.SERVER, cast.SERVER_P))
    yield _no("threshold", "an alert by two keys of one officer", seal(alert, cast.HANH, cast.HANH_P))
    yield _no("threshold", "an alert twice by one key", seal(alert, cast.HANH, cast.HANH))
    yield _no("threshold", "an alert by root holders", seal(alert, *cast.ROOTS))
    yield _no("threshold", "a drill by a duty officer", seal(cast.a_drill(), cast.HANH))
    yield _no("threshold", "an input by a duty officer", seal(cast.an_input(), cast.HANH))
    yield _no("threshold", "a release by one maintainer", seal(cast.a_release(), cast.MAINTAINERS[0]))
    yield _no("threshold", "a release by the server", seal(cast.a_release(), cast.SERVER, cast.SERVER_P))
    two = "two duty officers"
    play = seal(cast.an_order(epoch=4), cast.HANH)
    yield _no("threshold", "to play by one of two duty officers", play, device=two)
    broken = raw(b"{", "order", cast.HANH)
    yield _no("threshold", "half a quorum under what is no JSON", broken, device=two)
    servers = seal(order, cast.SERVER, cast.SERVER_P)
    yield _no("threshold", "two keys of one holder", servers, device="two server holders")
    yield _no("threshold", "a stop by a root holder", seal(cast.a_stop(), cast.ROOTS[0]))
    yield _no("threshold", "a stop by a maintainer", seal(cast.a_stop(), cast.MAINTAINERS[0]))


def _signature() -> Iterator[Case]:
    """Signatures that belong to something else, or that are written in another way."""
    order = opened(seal(cast.an_order()))
    stop = opened(seal(cast.a_stop()))
    moved = order | {"payload": stop["payload"]}
    yield _no("threshold", "another body's signature", json.dumps(moved).encode())
    as_plan = order | {"payloadType": "application/vnd.loa.plan.v1+json"}
    yield _no("threshold", "signed as another type", json.dumps(as_plan).encode())
    naked = cast.SERVER.sign(cast.an_order().body())
    yield _no("threshold", "a signature of the body alone", _signed_by(cast.SERVER, lambda _: naked))
    body = bytearray(cast.an_order().body())
    body[-2] ^= 1
    changed = order | {"payload": base64.b64encode(body).decode()}
    yield _no("threshold", "one bit of the body changed", json.dumps(changed).encode())
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
        yield _no("threshold", name, _signed_by(signer, change))


def _signed_by(signer: Signer, change: Callable[[bytes], bytes]) -> bytes:
    one = opened(seal(cast.an_order(), signer))
    sig = base64.b64decode(one["signatures"][0]["sig"])
    one["signatures"][0]["sig"] = base64.b64encode(change(sig)).decode()
    return json.dumps(one).encode()


def _threshold_of_roots() -> Iterator[Case]:
    root = cast.a_root(v=2)
    yield _no("threshold", "a root by one of two", seal(root, cast.ROOTS[0]))
    yield _no("threshold", "a root by two keys of one holder", seal(root, cast.ROOTS[0], cast.ROOTS_P[0]))
    yield _no("threshold", "a root by the server", seal(root, cast.SERVER, cast.SERVER_P))
    three = {"root": Role(3, cast.kids(*cast.ROOTS), 1)}
    yield _no("threshold", "the new root's quorum is missing", next_root(roles=three))
    thieves = cast.a_root(v=2, roles={"root": Role(1, cast.kids(cast.SERVER), 1)})
    yield _no("threshold", "the old root's quorum is missing", seal(thieves, cast.SERVER))


def _spec() -> Iterator[Case]:
    order, plan = cast.an_order(), cast.a_plan()
    item = body_of(order)["item"]
    bodies: dict[str, tuple[dict[str, Any], str]] = {
        "spec 2": (body_of(order, spec=2), "order"),
        "spec is true": (body_of(order, spec=True), "order"),
        "no spec": (body_of(order, spec=None), "order"),
        "a plan's body as an order": (body_of(plan), "order"),
        "an order's body as a plan": (body_of(order), "plan"),
        "a negative integer": (body_of(order, v=-1), "order"),
        "2^53": (body_of(order, v=2**53), "order"),
        "2^53 in a field nobody reads": (body_of(order, later=[2**53]), "order"),
        "v as text": (body_of(order, v="3"), "order"),
        "no expiry": (body_of(order, expires=None), "order"),
        "target is no target": (body_of(order, target="vn.05.120"), "order"),
        "target is a list": (body_of(order, target=[COMMUNE]), "order"),
        "a group in capitals": (body_of(order, target=f"g/{GROUP.upper()}"), "order"),
        "an action nobody knows": (body_of(order, action="live"), "order"),
        "a stop with an item": (body_of(order, action="stop"), "order"),
        "to play without an item": (body_of(order, item=None), "order"),
        "a cancel without items": (body_of(order, action="cancel", item=None), "order"),
        "id is no UUID": (body_of(order, id="r1"), "order"),
        "volume 101": (body_of(order, item=item | {"volume": 101}), "order"),
        "priority 0": (body_of(order, item=item | {"priority": 0}), "order"),
        "no length": (body_of(order, item=item | {"dur_ms": 0}), "order"),
        "a title of 301 letters": (body_of(order, item=item | {"title": "a" * 301}), "order"),
        "a hash in capitals": (
            body_of(order, item=item | {"media": item["media"] | {"sha256": "AB" * 32}}),
            "order",
        ),
        "items are no list": (body_of(plan, items={}), "plan"),
        "an item is there twice": (body_of(plan, items=body_of(plan)["items"] * 2), "plan"),
        "late by more than a day": (
            body_of(plan, items=[body_of(plan)["items"][0] | {"late": 86_401}]),
            "plan",
        ),
        "an input nobody knows": (body_of(cast.an_input(), input="usb"), "input"),
        "to close an input for ten minutes": (body_of(cast.an_input(), action="close"), "input"),
        "a beacon for a village in groups": (body_of(cast.a_beacon(), area="x", groups=[]), "beacon"),
        "a beacon that keeps receipts without a hash": (
            body_of(cast.a_beacon(), ack={"n": 1, "sha256": ""}),
            "beacon",
        ),
        "a beacon with a plan for nowhere": (
            body_of(
                cast.a_beacon(),
                latest=[{"type": "plan", "target": "x", "epoch": 1, "v": 1, "sha256": "ef" * 32}],
            ),
            "beacon",
        ),
        "a beacon without its time": (body_of(cast.a_beacon(), now=None), "beacon"),
    }
    for name, (body, kind) in bodies.items():
        yield _no("spec", name, raw(body, kind))
    yield _no("spec", "a list as a body", raw(b"[]", "order"))
    unsorted = (PlanItem(NOON + 9, cast.an_item("a")), PlanItem(NOON, cast.an_item("b")))
    yield _no("spec", "a plan out of order", seal(cast.a_plan(items=unsorted)))
    bundle = {"sha256": "cd" * 32, "bytes": 0}
    yield _no(
        "spec", "an empty bundle", raw(body_of(cast.a_release(), bundle=bundle), "release", *cast.MAINTAINERS)
    )


def _spec_of_alerts() -> Iterator[Case]:
    alert, cancel, correction = (body_of(one) for one in cast.an_alert())
    both = (cast.SERVER, cast.HANH)
    urgent = {
        "an alert born without its cancel": {key: alert[key] for key in alert if key != "cancel"},
        "an alert born without its correction": {key: alert[key] for key in alert if key != "correction"},
        "an alert that nobody hears": {key: alert[key] for key in alert if key != "item"} | {"sounds": []},
        "an alert for ever": alert | {"repeat": 11},
        "a sound with a path": alert | {"sounds": ["../siren"]},
        "a cancel of nothing": {key: cancel[key] for key in cancel if key != "of"},
        "a cancel that sounds": cancel | {"sounds": ["siren"]},
        "a correction of nothing": {key: correction[key] for key in correction if key != "of"},
        "an alert to stop": cancel | {"action": "stop"},
    }
    for name, body in urgent.items():
        yield _no("spec", name, raw(body, "urgent", *both))
    drill = body_of(cast.a_drill())
    drills = {
        "a drill with the siren": drill | {"sounds": ["drill", "siren"]},
        "a drill that does not say so first": drill | {"sounds": ["flood", "drill"]},
        "a drill of words alone": drill | {"sounds": [], "item": body_of(cast.an_order())["item"]},
        "an alert's body as a drill": alert,
    }
    for name, body in drills.items():
        yield _no("spec", name, raw(body, "drill"))


def _spec_of_roots() -> Iterator[Case]:
    root = body_of(cast.a_root(v=2))
    first, *_ = root["keys"]
    alone = root["roles"]["urgent"] | {"quorum": 1}
    duty = root["roles"]["duty"]
    bodies = {
        "two equal public keys": root | {"keys": root["keys"] | {"0" * 16: root["keys"][first]}},
        "a key under another's name": root
        | {"keys": root["keys"] | {first: root["keys"][cast.HANH.public.kid]}},
        "a role of a key that is not there": root
        | {"roles": root["roles"] | {"duty": duty | {"kids": ["0" * 16]}}},
        "a quorum that nobody can reach": root | {"roles": root["roles"] | {"duty": duty | {"quorum": 3}}},
        "one person enough for an alert": root | {"roles": root["roles"] | {"urgent": alone}},
        "a role nobody knows": root | {"roles": root["roles"] | {"guest": duty}},
        "quiet hours at 24:00": root | {"policy": root["policy"] | {"quiet": [["22:00", "24:00"]]}},
        "a time zone nobody knows": root | {"policy": root["policy"] | {"tz": "Asia/Nowhere"}},
        "no policy": {key: root[key] for key in root if key != "policy"},
    }
    for name, body in bodies.items():
        yield _no("spec", name, raw(body, "root", *cast.ROOTS))


def _target() -> Iterator[Case]:
    for name, target in {
        "a prefix that does not end at a dot": "vn.5.12",
        "a longer number": "vn.5.1200",
        "another commune": "vn.5.121",
        "another village": "vn.5.120.4002",
        "a narrower place than the device's": f"{AREA}.1",
        "another group": f"g/{OTHER}",
        "another device": f"d/{OTHER}",
        "the device's id as a group": f"g/{cast.DEVICE}",
        "another province": "vn.6",
    }.items():
        yield _no("target", name, seal(cast.an_order(target=target)))
    yield _no("target", "another device's beacon", seal(cast.a_beacon(device=OTHER)))
    yield _no("target", "another model's release", seal(cast.a_release(model="loa-b2"), *cast.MAINTAINERS))
    alert = cast.an_alert(target="vn.6")[0]
    yield _no("target", "another province's alert", seal(alert, cast.SERVER, cast.HANH))
    for name, document in {
        "the country's plan": cast.a_plan(target="vn"),
        "the province's plan": cast.a_plan(target="vn.5"),
        "the province's order": cast.an_order(target="vn.5"),
        "the province's stop": cast.a_stop(target="vn.5"),
        "the province's drill": cast.a_drill(target="vn.5"),
        "the province's input": cast.an_input(target="vn.5"),
    }.items():
        yield _no("scope", name, seal(document))


def _epoch() -> Iterator[Case]:
    yield _no("epoch", "an older one", seal(cast.an_order(epoch=0)))
    yield _no("epoch", "a newer one", seal(cast.a_plan(epoch=2)))
    yield _no("epoch", "the server with the duty officers' epoch", seal(cast.an_order(epoch=4)))
    yield _no("epoch", "a stop with an epoch that the signer has not", seal(cast.a_stop(epoch=4)))
    alert = cast.an_alert(epoch=1)[0]
    yield _no("epoch", "an alert with the server's epoch", seal(alert, cast.SERVER, cast.HANH))
    yield _no("epoch", "an older release", seal(cast.a_release(epoch=2), *cast.MAINTAINERS))


def _rollback() -> Iterator[Case]:
    yield _no("rollback", "an older plan", seal(cast.a_plan(v=6)))
    yield _no("rollback", "the same number, another plan", seal(cast.a_plan(v=7)))
    yield _no("rollback", "an order that was heard", seal(cast.an_order(v=99)))
    yield _no("rollback", "the newest number, another order", seal(cast.an_order(v=100)))
    yield _no("rollback", "an order older than the window", seal(cast.an_order(v=36)))
    yield _no("rollback", "a release older than what runs", seal(cast.a_release(v=3), *cast.MAINTAINERS))
    yield _no("rollback", "root 3 after root 1", next_root(v=3))
    yield _no("rollback", "another root 1", seal(cast.a_root(issued=NOON), *cast.ROOTS[:2]))
    yield _no("rollback", "a beacon with another nonce", seal(cast.a_beacon(nonce="aa" * 16)))
    yield _no("rollback", "a beacon nobody asked for", seal(cast.a_beacon()), device="without a nonce")


def _time() -> Iterator[Case]:
    both = (cast.SERVER, cast.HANH)
    alert, _, correction = cast.an_alert()
    yield _no("future", "301 s from now", seal(cast.an_order(issued=NOON + 301)))
    yield _no("future", "a plan of tomorrow", seal(cast.a_plan(issued=NOON + DAY)))
    yield _no("expired", "by a second", seal(cast.an_order()), now=NOON + 901)
    yield _no("expired", "an alert of an hour ago", seal(alert, *both), now=NOON + HOUR)
    yield _no("expired", "a correction of two days ago", seal(correction, *both), now=NOON + 2 * DAY)
    yield _no("expired", "the root itself", seal(cast.an_order()), device="root expired")
    late = seal(cast.a_release(expires=NOON - 1), *cast.MAINTAINERS)
    yield _no("expired", "a release", late)
    drill = cast.a_drill(expires=NOON - 1)
    yield _no("expired", "a drill", seal(drill))
    for name, envelope in {
        "plan": seal(cast.a_plan()),
        "order": seal(cast.an_order()),
        "alert": seal(alert, *both),
        "drill": seal(cast.a_drill()),
        "input": seal(cast.an_input()),
        "release": seal(cast.a_release(), *cast.MAINTAINERS),
    }.items():
        yield _no("clock", f"{name} without one", envelope, now=0, clock="UNKNOWN")


def _policy() -> Iterator[Case]:
    moments = {"at 22:00": NIGHT, "at 23:59:59": NIGHT + 2 * HOUR - 1, "at 00:00": NIGHT + 2 * HOUR}
    moments["a second before it ends"] = DAWN - 1
    for name, now in moments.items():
        order = cast.an_order(issued=now, expires=now + 900)
        yield _no("quiet", name, seal(order), now=now)
    almost = NIGHT - 59
    reaching = cast.an_order(issued=almost, expires=almost + 900)
    yield _no("quiet", "begins before, ends inside", seal(reaching), now=almost)
    noon = {"device": "quiet at noon"}
    yield _no("quiet", "hours that do not cross midnight", seal(cast.an_order()), **noon)
    yield _no("quiet", "a drill", seal(cast.a_drill()), **noon)
    yield _no("quiet", "an input", seal(cast.an_input()), **noon)
    item = cast.an_item(dur_ms=4 * 3_600_000)
    morning = NOON - 2 * HOUR
    over = cast.an_order(issued=morning, expires=morning + 900, item=item)
    yield _no("quiet", "begins before, ends after", seal(over), now=morning, **noon)
    used = {"device": "a minute more than that"}
    yield _no("limit", "a millisecond too much", seal(cast.an_order()), **used)
    yield _no("limit", "a drill", seal(cast.a_drill()), **used)
    long = replace(cast.an_input(), dur_ms=31 * 60_000)
    yield _no("limit", "an input for longer than the day has", seal(long), device="heard yesterday")
