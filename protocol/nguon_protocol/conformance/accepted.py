"""What a device obeys: each type, each kind of key, and the edges of each rule."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from nguon_protocol.conformance import cast
from nguon_protocol.conformance.case import Case, body_of, opened, raw, seal
from nguon_protocol.conformance.cast import AREA, COMMUNE, DAY, DEVICE, GROUP, HOUR, NOON
from nguon_protocol.conformance.signatures import other_half
from nguon_protocol.counters import PEOPLES
from nguon_protocol.documents import Ack, Latest, Loudness, PlanItem, Role

NIGHT = NOON + 10 * HOUR  # 22:00
DAWN = NOON + 17 * HOUR  # 05:00


def accepted() -> Iterator[Case]:
    """Give every vector that is to be accepted."""
    for part in (_types, _keys, _targets, _forms, _times, _counters, _silence, _policy, _live):
        yield from part()


def next_root(**changes: Any) -> bytes:
    """Give version 2 of the root, signed by two holders of both."""
    return seal(cast.a_root(**({"v": 2} | changes)), *cast.ROOTS[:2])


def _types() -> Iterator[Case]:
    alert, cancel, correction = cast.an_alert()
    both = (cast.SERVER, cast.HANH)
    yield Case(name="plan", envelope=seal(cast.a_plan()))
    yield Case(name="plan without items", envelope=seal(cast.a_plan(items=())))
    yield Case(name="order to play", envelope=seal(cast.an_order()))
    yield Case(name="order to stop", envelope=seal(cast.a_stop()))
    ids = (cast.an_item().id,)
    yield Case(name="order to cancel", envelope=seal(cast.an_order(action="cancel", item=None, items=ids)))
    quieter = cast.an_order(action="volume", item=None, volume=40)
    yield Case(name="order to be quieter", envelope=seal(quieter))
    by_day = (Loudness("21:00", "06:30", 0), Loudness("07:00", "17:00", 60))
    yield Case(name="order to be quieter by the hour", envelope=seal(replace(quieter, hours=by_day)))
    yield Case(name="order to begin anew", envelope=seal(cast.an_order(action="restart", item=None)))
    yield Case(name="order to tell its log", envelope=seal(cast.an_order(action="logs", item=None)))
    yield Case(name="order to go live", envelope=seal(cast.a_live_order()))
    yield Case(name="alert", envelope=seal(alert, *both))
    yield Case(name="alert: its cancel", envelope=seal(cancel, *both))
    yield Case(name="alert: its correction", envelope=seal(correction, *both))
    yield Case(name="alert of stored sounds alone", envelope=seal(cast.an_alert(item=None)[0], *both))
    yield Case(name="drill", envelope=seal(cast.a_drill()))
    yield Case(name="drill that nobody hears", envelope=seal(cast.a_drill(action="test")))
    yield Case(name="input opened", envelope=seal(cast.an_input()))
    yield Case(name="input closed", envelope=seal(cast.an_input(action="close", dur_ms=None, volume=None)))
    yield Case(name="beacon", envelope=seal(cast.a_beacon()))
    place = {"area": "vn.5.121", "groups": (GROUP,), "now_ms": NOON * 1000 + 250}
    yield Case(name="beacon with a place", envelope=seal(cast.a_beacon(**place)))
    latest = (Latest("release", cast.MODEL, 3, 5, "ef" * 32), Latest("poem", COMMUNE, 1, 1, "ef" * 32))
    yield Case(name="beacon that names a release", envelope=seal(cast.a_beacon(latest=latest)))
    kept = {"none": Ack(0, ""), "41": Ack(41, "ab" * 32)}
    for name, ack in kept.items():
        yield Case(name=f"beacon, receipts kept: {name}", envelope=seal(cast.a_beacon(ack=ack)))
    yield Case(name="release", envelope=seal(cast.a_release(), *cast.MAINTAINERS))
    yield Case(name="root 2 after root 1", envelope=next_root())
    yield Case(name="the same root again", envelope=seal(cast.a_root(), *cast.ROOTS[:2]), changed=False)


def _keys() -> Iterator[Case]:
    order = cast.an_order()
    yield Case(name="order by P-256 alone", envelope=seal(order, cast.SERVER_P))
    yield Case(name="order by Ed25519 and P-256", envelope=seal(order, cast.SERVER, cast.SERVER_P))
    yield Case(name="order by a duty officer", envelope=seal(cast.an_order(epoch=4, v=PEOPLES), cast.LONG_P))
    alert = cast.an_alert()[0]
    yield Case(name="alert by two duty officers", envelope=seal(alert, cast.HANH, cast.LONG_P))
    yield Case(name="alert by P-256 alone", envelope=seal(alert, cast.SERVER_P, cast.HANH_P))
    yield Case(name="root by P-256 alone", envelope=seal(cast.a_root(v=2), *cast.ROOTS_P[1:]))
    yield Case(
        name="root by one of each kind", envelope=seal(cast.a_root(v=2), cast.ROOTS[0], cast.ROOTS_P[2])
    )
    new = {"root": Role(2, cast.kids(*cast.ROOTS[1:], cast.STRANGER), 1)}
    keys = dict(cast.a_root().keys) | {cast.STRANGER.public.kid: _held(cast.STRANGER)}
    rotated = cast.a_root(v=2, keys=keys, roles=new)
    yield Case(name="root hands a key to a new holder", envelope=seal(rotated, *cast.ROOTS))
    both = (cast.SERVER, cast.LONG_P)
    yield Case(name="quorum of two holders", device="two server holders", envelope=seal(order, *both))
    strange = seal(order, cast.STRANGER, cast.STRANGER_P, cast.SERVER)
    yield Case(name="strangers' signatures beside a good one", envelope=strange)
    hinted = opened(seal(order, cast.SERVER_P))
    hinted["signatures"][0]["keyid"] = cast.SERVER.public.kid
    yield Case(name="keyid names another key", envelope=json.dumps(hinted).encode())
    hinted["signatures"][0]["keyid"] = ""
    yield Case(name="keyid is empty", envelope=json.dumps(hinted).encode())
    hinted["signatures"][0]["sig"] = base64.b64encode(
        other_half(base64.b64decode(hinted["signatures"][0]["sig"]))
    ).decode()
    yield Case(name="the other of the two values of S in P-256", envelope=json.dumps(hinted).encode())


def _held(signer: Any) -> Any:
    return replace(next(iter(cast.a_root().keys.values())), key=signer.public, holder="root 3")


def _targets() -> Iterator[Case]:
    for name, target in {"village": AREA, "group": f"g/{GROUP}", "device": f"d/{DEVICE}"}.items():
        yield Case(name=f"plan of the {name}", envelope=seal(cast.a_plan(target=target)))
    both = (cast.SERVER, cast.HANH)
    for name, target in {"country": "vn", "province": "vn.5", "commune": COMMUNE}.items():
        alert = cast.an_alert(target=target)[0]
        yield Case(name=f"alert of the {name}", envelope=seal(alert, *both))


def _forms() -> Iterator[Case]:
    order = cast.an_order()
    yield Case(name="unknown fields in a body", envelope=raw(body_of(order, later={"a": [1]}), "order"))
    spaced = json.dumps(body_of(order), indent=3).encode()
    yield Case(name="body with white space, other order", envelope=raw(spaced, "order"))
    escaped = json.dumps(body_of(order), ensure_ascii=True).replace("order", "\\u006frder").encode()
    yield Case(name="body with escapes", envelope=raw(escaped, "order"))
    emoji = cast.an_order(item=cast.an_item(title='Lũ \U0001f30a "khẩn" \\ \u0001'))
    yield Case(name="emoji, quotes and control characters", envelope=seal(emoji))
    pair = json.dumps(body_of(emoji), ensure_ascii=True).encode()
    yield Case(name="a pair of surrogates, escaped", envelope=raw(pair, "order"))
    nested = raw(body_of(order, later=[[[[[[[]]]]]]]), "order")
    yield Case(name="depth 8", envelope=nested)
    yield Case(name="the largest integer", envelope=raw(body_of(order, later=2**53 - 1), "order"))
    whole = seal(order)
    yield Case(name="exactly 256 KiB", envelope=whole, pad=256 * 1024 - len(whole))
    escaped_type = whole.replace(b"application/vnd", b"\\u0061pplication\\/vnd")
    yield Case(name="payloadType with escapes", envelope=escaped_type)
    many = tuple(PlanItem(NOON + HOUR + n, cast.an_item("many", n)) for n in range(100))
    yield Case(name="plan of 100 items", envelope=seal(cast.a_plan(items=many)))
    title = cast.an_item(title="ễ" * 300)
    yield Case(name="a title of 300 letters", envelope=seal(cast.an_order(item=title)))


def _times() -> Iterator[Case]:
    ahead = seal(cast.an_order(issued=NOON + 300))
    yield Case(name="issued 300 s from now", envelope=ahead)
    yield Case(name="in the last second of its life", envelope=seal(cast.an_order()), now=NOON + 900)
    yield Case(name="clock on holdover", envelope=seal(cast.a_plan()), clock="HOLDOVER")
    last = cast.a_root().expires
    late = cast.a_plan(issued=last - 9, expires=last + 9)
    yield Case(name="in the root's last second", envelope=seal(late), now=last)


def _counters() -> Iterator[Case]:
    yield Case(name="first plan of a device", device="new", envelope=seal(cast.a_plan(v=0)))
    yield Case(name="plan 1000 after plan 7", envelope=seal(cast.a_plan(v=1000)))
    yield Case(name="an order that was overtaken", envelope=seal(cast.an_order(v=98)))
    yield Case(name="an order at the end of the window", envelope=seal(cast.an_order(v=37)))
    yield Case(name="counters of targets are apart", envelope=seal(cast.a_plan(target=AREA, v=1)))
    mine = seal(cast.an_order(epoch=4, v=PEOPLES + NOON), cast.LONG_P)
    yield Case(name="a duty officer's order is counted apart from the server's", envelope=mine)
    after = seal(cast.an_order())
    yield Case(
        name="the server's next order after a duty officer's", device="heard a duty officer", envelope=after
    )
    other = seal(cast.a_stop(epoch=4, v=PEOPLES + NOON - 40), cast.HANH)
    yield Case(name="another officer's clock is slow", device="heard a duty officer", envelope=other)
    same = cast.a_plan()
    yield Case(name="the same plan again", device="has plan 8", envelope=seal(same), changed=False)


def _silence() -> Iterator[Case]:
    lost: dict[str, Any] = {"now": 0, "clock": "UNKNOWN"}
    both = (cast.SERVER, cast.HANH)
    cancel = seal(cast.an_alert()[1], *both)
    closing = seal(cast.an_input(action="close", dur_ms=None, volume=None))
    for name, envelope in {
        "stop": seal(cast.a_stop()),
        "an alert's cancel": cancel,
        "a drill's cancel": seal(_end_of_drill()),
        "closing an input": closing,
        "beacon": seal(cast.a_beacon()),
        "root": next_root(),
    }.items():
        yield Case(name=f"{name} without a clock", envelope=envelope, **lost)
        yield Case(name=f"{name} after the root has expired", device="root expired", envelope=envelope)
    yield Case(name="stop three days late", envelope=seal(cast.a_stop()), now=NOON + 3 * DAY)
    yield Case(name="stop from the future", envelope=seal(cast.a_stop(issued=NOON + DAY)))
    yield Case(name="cancel an hour after the alert", envelope=cancel, now=NOON + 26 * HOUR)
    one = seal(cast.a_stop(epoch=4, v=PEOPLES + NOON), cast.LONG_P)
    yield Case(name="stop by one of two duty officers", device="two duty officers", envelope=one)
    by_urgent = seal(cast.a_stop(epoch=2, v=PEOPLES + NOON), cast.HANH)
    yield Case(name="stop by one holder of urgent", envelope=by_urgent)
    half = seal(cast.a_stop(), cast.SERVER_P)
    yield Case(name="stop by one of two server holders", device="two server holders", envelope=half)


def _end_of_drill() -> Any:
    drill = cast.a_drill()
    silent: dict[str, Any] = {"sounds": (), "dur_ms": None}
    return replace(drill, action="cancel", v=2, of=drill.id, **silent)


def _live() -> Iterator[Case]:
    usual = cast.a_live_order()
    assert usual.live is not None  # noqa: S101  for the type checker
    far = replace(usual.live, url="https://loa.example.vn:8443/live/a?k=v")
    yield Case(name="live from another server", envelope=seal(replace(usual, live=far)))
    yield Case(name="live, joined in its last second", envelope=seal(usual), now=NOON + 1800)
    early = replace(usual, issued=NIGHT - 1800, expires=NIGHT)
    yield Case(name="live until quiet hours begin", envelope=seal(early), now=NIGHT - 1800)
    short = replace(usual, expires=NOON + 60)
    yield Case(name="live for the last minute", device="29 of 30 minutes used", envelope=seal(short))
    device = "29 of 30 minutes used"
    yield Case(name="live, its last minute left", device=device, envelope=seal(usual), now=NOON + 1740)


def _policy() -> Iterator[Case]:
    hour = cast.an_item(dur_ms=3_600_000)
    ends = cast.an_order(issued=NIGHT - HOUR, expires=NIGHT, item=hour)
    yield Case(name="ends as quiet hours begin", envelope=seal(ends), now=NIGHT - HOUR)
    early = cast.an_order(issued=DAWN, expires=DAWN + 900)
    yield Case(name="begins as quiet hours end", envelope=seal(early), now=DAWN)
    night = {"issued": NIGHT + HOUR, "expires": NIGHT + HOUR + 900}
    alert = seal(cast.an_alert(**night)[0], cast.SERVER, cast.HANH)
    yield Case(name="alert at night", envelope=alert, now=NIGHT + HOUR)
    test = seal(cast.a_drill(**night, action="test"))
    yield Case(name="a drill that nobody hears, at night", envelope=test, now=NIGHT + HOUR)
    stop = seal(cast.a_stop(**night))
    yield Case(name="stop at night", envelope=stop, now=NIGHT + HOUR)
    yield Case(name="plan that arrives at night", envelope=seal(cast.a_plan()), now=NIGHT + HOUR)
    loud = seal(cast.an_order(**night))
    yield Case(name="night where no hour is quiet", device="never quiet", envelope=loud, now=NIGHT + HOUR)
    yield Case(
        name="the last minute of the day", device="29 of 30 minutes used", envelope=seal(cast.an_order())
    )
    yield Case(name="yesterday's minutes", device="heard yesterday", envelope=seal(cast.an_order()))
    spent = seal(cast.an_alert()[0], cast.SERVER, cast.HANH)
    yield Case(name="alert when the minutes are used", device="a minute more than that", envelope=spent)
