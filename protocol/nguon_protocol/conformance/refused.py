"""What a device refuses though it is well signed, and the one reason that each verifier must give."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from nguon_protocol.conformance import cast
from nguon_protocol.conformance.accepted import DAWN, NIGHT, next_root
from nguon_protocol.conformance.case import Case, body_of, raw, seal
from nguon_protocol.conformance.cast import AREA, COMMUNE, DAY, GROUP, HOUR, NOON, OTHER
from nguon_protocol.conformance.untrusted import no, untrusted
from nguon_protocol.counters import PEOPLES
from nguon_protocol.documents import PlanItem


def refused() -> Iterator[Case]:
    """Give every vector that is to be refused, by reason in the order of rule 4."""
    yield from untrusted()
    for part in (
        _spec,
        _spec_of_live,
        _spec_of_others,
        _spec_of_alerts,
        _spec_of_roots,
        _target,
        _epoch,
        _rollback,
    ):
        yield from part()
    for part in (_time, _policy):
        yield from part()


_HOURS = {"from": "07:00", "to": "17:00", "volume": 60}


def _spec() -> Iterator[Case]:
    order, plan = cast.an_order(), cast.a_plan()
    item = body_of(order)["item"]
    louder = cast.an_order(action="volume", item=None, volume=40)
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
        "an action nobody knows": (body_of(order, action="show"), "order"),
        "a stop with an item": (body_of(order, action="stop"), "order"),
        "to play without an item": (body_of(order, item=None), "order"),
        "a cancel without items": (body_of(order, action="cancel", item=None), "order"),
        "id is no UUID": (body_of(order, id="r1"), "order"),
        "a loudness of 101": (body_of(order, action="volume", item=None, volume=101), "order"),
        "to be louder without saying how loud": (body_of(order, action="volume", item=None), "order"),
        "hours of what is played": (body_of(order, hours=[_HOURS]), "order"),
        "hours without a loudness": (body_of(order, action="volume", item=None, hours=[_HOURS]), "order"),
        "no hours": (body_of(louder, hours=[]), "order"),
        "nine hours": (body_of(louder, hours=[_HOURS] * 9), "order"),
        "hours that begin when they end": (body_of(louder, hours=[_HOURS | {"to": "07:00"}]), "order"),
        "hours at 24:00": (body_of(louder, hours=[_HOURS | {"to": "24:00"}]), "order"),
        "hours of a loudness of 101": (body_of(louder, hours=[_HOURS | {"volume": 101}]), "order"),
        "hours as a pair": (body_of(louder, hours=[["07:00", "17:00"]]), "order"),
        "to begin anew with an item": (body_of(order, action="restart"), "order"),
        "to play at a loudness of its own": (body_of(order, volume=50), "order"),
        "volume 101": (body_of(order, item=item | {"volume": 101}), "order"),
        "priority 0": (body_of(order, item=item | {"priority": 0}), "order"),
        "no length": (body_of(order, item=item | {"dur_ms": 0}), "order"),
        "a title of 301 letters": (body_of(order, item=item | {"title": "a" * 301}), "order"),
        "a hash in capitals": (
            body_of(order, item=item | {"media": item["media"] | {"sha256": "AB" * 32}}),
            "order",
        ),
    }
    for name, (body, kind) in bodies.items():
        yield no("spec", name, raw(body, kind))


def _spec_of_live() -> Iterator[Case]:
    order = body_of(cast.a_live_order())
    live = order["live"]
    bodies = {
        "live without a session": {key: order[key] for key in order if key != "live"},
        "live for half an hour and a second": order | {"expires": NOON + 1801},
        "live that ends as it begins": order | {"issued": NOON, "expires": NOON},
        "live and an item": order | {"item": body_of(cast.an_order())["item"]},
        "a stop that goes live": order | {"action": "stop"},
        "live with the volume outside": order | {"volume": 50},
        "a session key in capitals": order | {"live": live | {"session_pub": "AB" * 32}},
        "a session key of 31 bytes": order | {"live": live | {"session_pub": "ab" * 31}},
        "a session key of P-256": order | {"live": live | {"session_pub": cast.SERVER_P.public.pub.hex()}},
        "live without encryption": order | {"live": live | {"url": "http://loa.example.vn/live"}},
        "live from a file": order | {"live": live | {"url": "file:///etc/passwd"}},
        "live from a host without a path": order | {"live": live | {"url": "https://loa.example.vn"}},
        "live from no host": order | {"live": live | {"url": "https:///live"}},
        "live from somebody at a host": order | {"live": live | {"url": "https://loa@example.vn/live"}},
        "live from a port without a number": order | {"live": live | {"url": "https://example.vn:/live"}},
        "live from an address with a line's end": order | {"live": live | {"url": "/live\n"}},
        "live from an address of 501 letters": order | {"live": live | {"url": "/" + "a" * 500}},
        "live at volume 101": order | {"live": live | {"volume": 101}},
        "live of priority 4": order | {"live": live | {"priority": 4}},
    }
    for name, body in bodies.items():
        yield no("spec", name, raw(body, "order"))


def _spec_of_others() -> Iterator[Case]:
    plan = cast.a_plan()
    bodies: dict[str, tuple[dict[str, Any], str]] = {
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
        yield no("spec", name, raw(body, kind))
    yield no("spec", "a list as a body", raw(b"[]", "order"))
    unsorted = (PlanItem(NOON + 9, cast.an_item("a")), PlanItem(NOON, cast.an_item("b")))
    yield no("spec", "a plan out of order", seal(cast.a_plan(items=unsorted)))
    bundle = {"sha256": "cd" * 32, "bytes": 0}
    yield no(
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
        "an alert for a test": alert | {"action": "test"},
        "a cancel that sounds": cancel | {"sounds": ["siren"]},
        "a correction of nothing": {key: correction[key] for key in correction if key != "of"},
        "an alert to stop": cancel | {"action": "stop"},
    }
    for name, body in urgent.items():
        yield no("spec", name, raw(body, "urgent", *both))
    drill = body_of(cast.a_drill())
    drills = {
        "a drill with the siren": drill | {"sounds": ["drill", "siren"]},
        "a drill that does not say so first": drill | {"sounds": ["flood", "drill"]},
        "a drill of words alone": drill | {"sounds": [], "item": body_of(cast.an_order())["item"]},
        "an alert's body as a drill": alert,
        "a test with the siren": drill | {"action": "test", "sounds": ["drill", "siren"]},
        "a drill that corrects": drill | {"action": "correct", "of": drill["id"]},
        "a test of something": drill | {"action": "test", "of": drill["id"]},
    }
    for name, body in drills.items():
        yield no("spec", name, raw(body, "drill"))


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
        yield no("spec", name, raw(body, "root", *cast.ROOTS))


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
        yield no("target", name, seal(cast.an_order(target=target)))
    yield no("target", "another device's beacon", seal(cast.a_beacon(device=OTHER)))
    yield no("target", "another model's release", seal(cast.a_release(model="loa-b2"), *cast.MAINTAINERS))
    alert = cast.an_alert(target="vn.6")[0]
    yield no("target", "another province's alert", seal(alert, cast.SERVER, cast.HANH))
    for name, document in {
        "the country's plan": cast.a_plan(target="vn"),
        "the province's plan": cast.a_plan(target="vn.5"),
        "the province's order": cast.an_order(target="vn.5"),
        "the province's live voice": cast.a_live_order(target="vn.5"),
        "the province's stop": cast.a_stop(target="vn.5"),
        "the province's drill": cast.a_drill(target="vn.5"),
        "the province's input": cast.an_input(target="vn.5"),
    }.items():
        yield no("scope", name, seal(document))


def _epoch() -> Iterator[Case]:
    yield no("epoch", "a duty officer with a number of the server's", seal(cast.an_order(epoch=4), cast.HANH))
    yield no("epoch", "the server with a number of people's", seal(cast.an_order(v=PEOPLES)))
    yield no(
        "epoch", "a duty officer's stop with a number of the server's", seal(cast.a_stop(epoch=4), cast.HANH)
    )
    yield no("epoch", "an older one", seal(cast.an_order(epoch=0)))
    yield no("epoch", "a newer one", seal(cast.a_plan(epoch=2)))
    yield no("epoch", "the server with the duty officers' epoch", seal(cast.an_order(epoch=4)))
    yield no("epoch", "a stop with an epoch that the signer has not", seal(cast.a_stop(epoch=4)))
    alert = cast.an_alert(epoch=1)[0]
    yield no("epoch", "an alert with the server's epoch", seal(alert, cast.SERVER, cast.HANH))
    yield no("epoch", "an older release", seal(cast.a_release(epoch=2), *cast.MAINTAINERS))


def _rollback() -> Iterator[Case]:
    yield no("rollback", "an older plan", seal(cast.a_plan(v=6)))
    yield no("rollback", "the same number, another plan", seal(cast.a_plan(v=7)))
    yield no("rollback", "an order that was heard", seal(cast.an_order(v=99)))
    yield no("rollback", "the newest number, another order", seal(cast.an_order(v=100)))
    yield no("rollback", "an order older than the window", seal(cast.an_order(v=36)))
    again = seal(cast.a_stop(epoch=4, v=PEOPLES + NOON), cast.HANH)
    yield no("rollback", "a duty officer's stop again", again, device="heard a duty officer")
    yield no("rollback", "a release older than what runs", seal(cast.a_release(v=3), *cast.MAINTAINERS))
    yield no("rollback", "root 3 after root 1", next_root(v=3))
    yield no("rollback", "another root 1", seal(cast.a_root(issued=NOON), *cast.ROOTS[:2]))
    yield no("rollback", "a beacon with another nonce", seal(cast.a_beacon(nonce="aa" * 16)))
    yield no("rollback", "a beacon nobody asked for", seal(cast.a_beacon()), device="without a nonce")


def _time() -> Iterator[Case]:
    both = (cast.SERVER, cast.HANH)
    alert, _, correction = cast.an_alert()
    yield no("future", "301 s from now", seal(cast.an_order(issued=NOON + 301)))
    yield no("future", "a plan of tomorrow", seal(cast.a_plan(issued=NOON + DAY)))
    yield no("expired", "by a second", seal(cast.an_order()), now=NOON + 901)
    yield no("expired", "an alert of an hour ago", seal(alert, *both), now=NOON + HOUR)
    yield no("expired", "a correction of two days ago", seal(correction, *both), now=NOON + 2 * DAY)
    yield no("expired", "the root itself", seal(cast.an_order()), device="root expired")
    late = seal(cast.a_release(expires=NOON - 1), *cast.MAINTAINERS)
    yield no("expired", "a release", late)
    drill = cast.a_drill(expires=NOON - 1)
    yield no("expired", "a drill", seal(drill))
    live = seal(cast.a_live_order())
    yield no("expired", "live, by a second", live, now=NOON + 1801)
    for name, envelope in {
        "live": live,
        "plan": seal(cast.a_plan()),
        "order": seal(cast.an_order()),
        "alert": seal(alert, *both),
        "drill": seal(cast.a_drill()),
        "input": seal(cast.an_input()),
        "release": seal(cast.a_release(), *cast.MAINTAINERS),
    }.items():
        yield no("clock", f"{name} without one", envelope, now=0, clock="UNKNOWN")


def _policy() -> Iterator[Case]:
    moments = {"at 22:00": NIGHT, "at 23:59:59": NIGHT + 2 * HOUR - 1, "at 00:00": NIGHT + 2 * HOUR}
    moments["a second before it ends"] = DAWN - 1
    for name, now in moments.items():
        order = cast.an_order(issued=now, expires=now + 900)
        yield no("quiet", name, seal(order), now=now)
    almost = NIGHT - 59
    reaching = cast.an_order(issued=almost, expires=almost + 900)
    yield no("quiet", "begins before, ends inside", seal(reaching), now=almost)
    noon = {"device": "quiet at noon"}
    yield no("quiet", "hours that do not cross midnight", seal(cast.an_order()), **noon)
    yield no("quiet", "live", seal(cast.a_live_order()), **noon)
    until = cast.a_live_order(issued=NIGHT - 1799, expires=NIGHT + 1)
    yield no("quiet", "live into quiet hours", seal(until), now=NIGHT - 1799)
    minutes = seal(cast.a_live_order(expires=NOON + 61))
    yield no("limit", "live for a second too long", minutes, device="29 of 30 minutes used")
    yield no("quiet", "a drill", seal(cast.a_drill()), **noon)
    yield no("quiet", "an input", seal(cast.an_input()), **noon)
    item = cast.an_item(dur_ms=4 * 3_600_000)
    morning = NOON - 2 * HOUR
    over = cast.an_order(issued=morning, expires=morning + 900, item=item)
    yield no("quiet", "begins before, ends after", seal(over), now=morning, **noon)
    used = {"device": "a minute more than that"}
    yield no("limit", "a millisecond too much", seal(cast.an_order()), **used)
    yield no("limit", "a drill", seal(cast.a_drill()), **used)
    long = replace(cast.an_input(), dur_ms=31 * 60_000)
    yield no("limit", "an input for longer than the day has", seal(long), device="heard yesterday")
