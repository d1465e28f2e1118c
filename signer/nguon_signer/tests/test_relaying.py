"""The op `admit`: officers' own documents are named in beacons, word for word, and nobody else's are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pytest

from nguon_protocol import envelope, relay
from nguon_protocol.counters import PEOPLES
from nguon_protocol.documents import Beacon, Item, Media, Order
from nguon_protocol.errors import ProtocolError
from nguon_signer import duty
from nguon_signer.database import Database
from nguon_signer.errors import Refused
from nguon_signer.opened import Opened, open_store
from nguon_signer.service import Service
from nguon_signer.tests.cast import COMMUNE, EPOCH, MEDIA, NOW, OTHER, PROVINCE, VILLAGE, Call, Clock, World
from nguon_signer.tests.officers import Officers, alert, appoint

pytestmark = pytest.mark.django_db


@dataclass
class Post:
    """A signer whose root names two officers, and rows that the server stored."""

    call: Call
    opened: Opened
    officers: Officers
    world: World

    def store(self, text: str, name: str = "") -> str:
        sha256 = name or envelope.parse(text).sha256
        self.world.insert(
            "deliveries_document", sha256=sha256, type="order", target=COMMUNE, epoch=1, v=1, issued_at=NOW,
            expires_at=NOW, items="[]", envelope=text,
        )  # fmt: skip
        return sha256

    def stop(self, target: str = COMMUNE, at: int = EPOCH, who: str = "hanh") -> str:
        return self.store(duty.stop(self.opened.root, self.officers[who], target, at).envelopes[0])

    def alert(self, target: str, at: int = EPOCH) -> list[str]:
        text = alert(self.opened.root, self.officers, target, at)
        return [self.store(one) for one in relay.envelopes_of(text)]

    def refused(self, sha256: str) -> str:
        with pytest.raises(Refused) as found:
            self.call("admit", document=sha256)
        return found.value.reason

    def named(self, device: str) -> list[str]:
        answer = self.call("beacon", device=device, nonce="00" * 16)
        beacon = Beacon.parse(envelope.parse(answer["document"]["envelope"]).payload)
        return [one.sha256 for one in beacon.latest]


@pytest.fixture
def post(store_folder: Path, database: Database, world: World, clock: Clock) -> Iterator[Post]:
    officers = appoint(store_folder, EPOCH - 3600)
    opened = open_store(store_folder)
    service = Service(opened, database, clock)
    yield Post(lambda op, **fields: service.handle({"op": op, **fields}), opened, officers, world)
    opened.close()


def test_an_officers_stop_is_named_until_it_ends_and_to_nobody_else(post: Post, clock: Clock) -> None:
    name = post.stop()
    row = post.world.db.execute("SELECT envelope FROM deliveries_document").fetchone()
    made = post.call("admit", document=name)["document"]
    assert row is not None
    assert (made["sha256"], made["envelope"]) == (name, row[0])
    assert post.call("admit", document=name)["document"] == made
    assert post.named(post.world.device) == [name]
    assert post.named(post.world.other_device) == []
    assert post.opened.store.broken_at() is None
    clock.now += 901
    assert post.named(post.world.device) == []


def test_an_officers_stop_overtakes_the_servers_order_and_shuts_no_later_one_out(post: Post) -> None:
    post.call("order", revision=post.world.revision(timing="now"), target=COMMUNE)
    stop = post.stop()
    post.call("admit", document=stop)
    assert post.named(post.world.device) == [stop]
    later = post.call("order", revision=post.world.revision(timing="now"), target=COMMUNE)["document"]
    assert post.named(post.world.device) == [stop, later["sha256"]]


@pytest.mark.parametrize("target", [PROVINCE, COMMUNE, VILLAGE])
def test_an_alert_reaches_wider_areas_until_its_own_end(post: Post, target: str) -> None:
    play, cancel, _correction = post.alert(target)
    stop = post.stop(at=EPOCH + 1)
    for one in (play, stop):
        post.call("admit", document=one)
    assert post.named(post.world.device) == [play, stop]
    post.call("admit", document=cancel)
    assert post.named(post.world.device) == [stop, cancel]
    assert (cancel in post.named(post.world.other_device)) == (target == PROVINCE)


def test_what_no_device_would_obey_is_not_named(post: Post, clock: Clock) -> None:
    hanh = post.officers["hanh"]
    whole = duty.stop(post.opened.root, hanh, COMMUNE, EPOCH).envelopes[0]
    order = Order.parse(envelope.parse(whole).payload)
    half = duty.alert(
        post.opened.root, hanh, COMMUNE, EPOCH, sounds=["siren"], correction=["x"], dur_ms=1, repeat=1
    )
    by_hanh = {
        "threshold": order.sign(post.officers["stranger"]),
        "epoch": replace(order, epoch=order.epoch + 1).sign(hanh),
        "scope": replace(order, target=PROVINCE).sign(hanh),
        "future": replace(order, issued=EPOCH + 301).sign(hanh),
        "target": replace(order, target="vn.5.777").sign(hanh),
        "expired": duty.stop(post.opened.root, hanh, COMMUNE, EPOCH - 901).envelopes[0],
    }
    for reason, text in by_hanh.items():
        name = envelope.parse(text).sha256
        post.world.db.execute("DELETE FROM deliveries_document WHERE sha256 = %s", (name,))
        assert post.refused(post.store(text)) == reason
    assert post.refused(post.store(half.envelopes[0])) == "threshold"
    assert post.refused(post.alert("vn")[0]) == "scope"
    assert post.refused("ab" * 32) == "unknown"
    assert post.refused(post.store(whole, "cd" * 32)) == "content"
    assert post.refused(post.store("{}", "ef" * 32)) == "parse"
    assert post.refused("../x") == "parse"
    assert post.named(post.world.device) == []


def test_an_alert_is_for_somebody(post: Post) -> None:
    gone = f"d/{post.world.device}"
    post.world.db.execute("UPDATE devices_device SET revoked_at = now() WHERE id = %s", (post.world.device,))
    for target in ("vn.5.777", gone):
        assert post.refused(post.alert(target)[0]) == "target"


def test_what_was_admitted_stands_in_the_log_with_who_signed_it(post: Post) -> None:
    name = post.stop()
    post.call("admit", document=name)
    ((at, fact, data),) = post.opened.store.rows("SELECT at, fact, data FROM log ORDER BY seq DESC LIMIT 1")
    assert (at, fact) == (EPOCH, "document.admitted")
    who = {"holders": ["hanh"], "counted": "order/people"}
    assert json.loads(data) == who | {
        "type": "order",
        "target": COMMUNE,
        "sha256": name,
        "v": PEOPLES + EPOCH,
    }


def test_an_officers_cancel_ends_an_officers_order(post: Post) -> None:
    item = Item(str(uuid4()), 4000, Media(MEDIA, 9000, "audio/ogg"), 80, 3, "")
    said = {"issued": EPOCH, "expires": EPOCH + 900, "epoch": post.opened.epochs["duty"], "target": COMMUNE}
    play = Order(**said, v=PEOPLES + EPOCH, id=str(uuid4()), action="play", item=item)  # type: ignore[arg-type]
    end = Order(**said, v=play.v + 1, id=str(uuid4()), action="cancel", items=(item.id,))  # type: ignore[arg-type]
    for order, named in ((play, [play.sha256]), (end, [end.sha256])):
        post.call("admit", document=post.store(order.sign(post.officers["hanh"])))
        assert post.named(post.world.device) == named


def test_the_same_number_is_taken_once_and_the_servers_own_are_not_foreign(post: Post) -> None:
    post.call("admit", document=post.stop())
    assert post.refused(post.stop()) == "rollback"  # another id under the same second
    assert len(post.named(post.world.device)) == 1
    own = post.call("stop", stop=post.world.stop(), target=COMMUNE)["document"]
    foreign = json.loads(own["envelope"]) | {"extra": 1}
    assert post.refused(post.store(json.dumps(foreign), "12" * 32)) in {"parse", "type"}
    server = replace(Order.parse(envelope.parse(own["envelope"]).payload), v=own["v"] + 1)
    assert post.refused(post.store(server.sign(post.opened.signers))) == "type"


def test_after_the_officers_lost_their_office_nothing_of_theirs_is_named(
    post: Post, store_folder: Path, database: Database, clock: Clock
) -> None:
    kept = post.stop()
    post.call("admit", document=kept)
    assert OTHER not in kept
    epochs = {**post.opened.epochs, "duty": post.opened.epochs["duty"] + 1}
    epochs.pop("urgent")
    live: Callable[..., list[object]] = post.opened.store.live  # type: ignore[assignment]
    assert len(live([COMMUNE], post.opened.epochs, clock.now)) == 1
    assert live([COMMUNE], epochs, clock.now) == []


def test_a_file_holds_one_envelope_or_an_alert_with_its_own_end(post: Post) -> None:
    root, officers = post.opened.root, post.officers
    play, cancel, correction = relay.envelopes_of(alert(root, officers, COMMUNE, EPOCH))
    other = relay.envelopes_of(alert(root, officers, COMMUNE, EPOCH + 9))[1]
    assert len(relay.envelopes_of(play)) == 1
    wrong: list[list[str]] = [[], [play, cancel], [play, other, correction], [cancel, play, correction]]
    for parts in wrong:
        with pytest.raises(ProtocolError):
            relay.envelopes_of(f"[{','.join(parts)}]")
    for text in ("", "x", "[[1],[2],[3]]", '{"a":1,"a":2}', "[" * 100_000):
        with pytest.raises(ProtocolError):
            relay.read(relay.envelopes_of(text)[0])
