"""What officers signed themselves goes through word for word; anything else is one sentence and no row."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.deliveries import errors, queries
from nguon.deliveries.actions import end_alert, receive, relay, sign_many
from nguon.deliveries.actions.signing import Ring
from nguon.deliveries.models import Document, SigningTask
from nguon.deliveries.states import TaskState
from nguon.deliveries.tests.cast import Teller
from nguon.deliveries.tests.test_with_the_signer import Direct
from nguon.journal.models import Entry
from nguon.kernel.clock import to_epoch
from nguon.organisations.tests.cast import AT
from nguon_protocol import envelope
from nguon_protocol.documents import Order, Policy
from nguon_signer import duty
from nguon_signer.ceremony import make_store
from nguon_signer.client import SignerUnavailable
from nguon_signer.opened import open_store
from nguon_signer.tests.officers import Officers, alert, appoint

pytestmark = pytest.mark.django_db
NOW = to_epoch(AT)


@dataclass
class Post:
    """A signer whose root names two officers, and a newsroom with a duty officer."""

    signer: Direct
    officers: Officers
    room: Newsroom

    @property
    def root(self) -> Any:
        return self.signer.service._opened.root

    def stop(self, at: int = NOW) -> str:
        return duty.stop(self.root, self.officers["hanh"], self.room.commune, at).envelopes[0]

    def second_stop(self) -> str:
        self.relay(self.stop())
        return self.stop()

    def relay(self, text: str) -> Document:
        return relay(text=text, signer=self.signer, by=self.room.people.tuan, at=AT)

    def rings(self) -> list[Ring]:
        found: list[Ring] = []
        while (some := sign_many(signer=self.signer, at=AT)) is not None:
            found += some
        return found


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    make_store(tmp_path / "store", policy=Policy(), at=NOW - 60, demo=True)
    officers = appoint(tmp_path / "store", NOW - 30)
    opened = open_store(tmp_path / "store")
    yield Post(Direct(opened), officers, newsroom())
    opened.close()


def test_an_officers_stop_is_sent_word_for_word_and_named_in_beacons(post: Post) -> None:
    text = post.stop()
    row = post.relay(text)
    fact = Entry.objects.get(fact="document.relayed")
    assert (fact.by, fact.data["sha256"]) == (f"user:{post.room.people.tuan.pk}", row.pk)
    sent, bell = post.rings()
    assert (sent.target, json.loads(sent.envelope or "")) == (post.room.commune, json.loads(text))
    assert bell == Ring(post.room.commune, None)
    beacon = post.signer.call("beacon", device=str(post.room.fleet.first.device.pk), nonce="00" * 16)
    assert row.pk in envelope.parse(beacon["document"]["envelope"]).payload.decode()
    assert queries.document_for(post.room.fleet.first.device, row.pk) == row


def test_the_same_file_again_changes_nothing(post: Post) -> None:
    text = post.stop()
    assert post.relay(text) == post.relay(text)
    assert len(post.rings()) == 2
    post.relay(text)
    assert post.rings() == []
    assert Entry.objects.filter(fact="document.relayed").count() == 1


def test_it_is_sent_at_once_though_the_signer_is_away_and_never_twice(post: Post) -> None:
    post.relay(post.stop())

    def away(op: str, **fields: Any) -> dict[str, Any]:
        raise SignerUnavailable(op)

    call, post.signer.call = post.signer.call, away  # type: ignore[method-assign]
    first = sign_many(signer=post.signer, at=AT)
    assert [bool(ring.envelope) for ring in first or ()] == [True]
    assert sign_many(signer=post.signer, at=AT) == []
    SigningTask.objects.update(due_at=AT)
    post.signer.call = call  # type: ignore[method-assign]
    assert post.rings() == [Ring(post.room.commune, None)]
    assert SigningTask.objects.get().state == TaskState.DONE


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("threshold", "Chữ ký trong tệp"),
        ("expired", "đã hết hạn"),
        ("future", "ở tương lai"),
        ("epoch", "khóa đã thay"),
        ("scope", "quá rộng"),
        ("target", "không có ở máy chủ"),
        ("parse", "không phải tệp lệnh"),
        ("type", "Dừng phát"),
        ("rollback", "cùng số hoặc mới hơn"),
    ],
)
def test_each_refusal_is_one_sentence_and_nothing_is_stored(post: Post, reason: str, says: str) -> None:
    order = Order.parse(envelope.parse(post.stop()).payload)
    hanh = post.officers["hanh"]
    server = post.signer.service._opened.signers
    files: dict[str, Callable[[], str]] = {
        "threshold": lambda: order.sign(post.officers["stranger"]),
        "expired": lambda: post.stop(at=NOW - 901),
        "future": lambda: post.stop(at=NOW + 301),
        "epoch": lambda: replace(order, epoch=9).sign(hanh),
        "scope": lambda: replace(order, target="vn.1").sign(hanh),
        "target": lambda: replace(order, target="vn.1.9.77777").sign(hanh),
        "parse": lambda: "{}",
        "type": lambda: replace(order, v=7).sign(server),
        "rollback": post.second_stop,
    }
    text = files[reason]()
    before = Document.objects.count()
    with pytest.raises(errors.NotRelayed, match=says) as found:
        post.relay(text)
    assert found.value.reason == reason
    assert Document.objects.count() == before
    assert post.rings() == [] or reason == "rollback"


def test_who_is_not_on_duty_there_relays_nothing_and_the_command_line_may(post: Post) -> None:
    text = post.stop()
    with pytest.raises(errors.NotOnDutyThere, match="không trực ban ở"):
        relay(text=text, signer=post.signer, by=post.room.people.hue, at=AT)
    assert not Document.objects.exists()
    assert relay(text=text, signer=post.signer, by=None, at=AT).pk


def test_an_alert_is_sent_alone_and_its_own_end_when_it_is_asked_for(post: Post) -> None:
    province = post.room.people.places.province.area
    play = post.relay(alert(post.root, post.officers, province, NOW))
    assert Document.objects.count() == 3
    (sent, _bell) = post.rings()
    assert envelope.parse(sent.envelope or "").sha256 == play.pk
    tuan = post.room.people.tuan
    with pytest.raises(errors.NotOnDutyThere):
        end_alert(sha256=play.pk, action="cancel", by=post.room.people.hue, at=AT)
    for action in ("cancel", "cancel", "correct"):
        end_alert(sha256=play.pk, action=action, by=tuan, at=AT)
    assert [bool(ring.envelope) for ring in post.rings()] == [True, False, True, False]
    for sha256, action in ((play.pk, "play"), ("ab" * 32, "cancel")):
        with pytest.raises(errors.NotRelayed, match="tải lại trang"):
            end_alert(sha256=sha256, action=action, by=tuan, at=AT)


def test_half_an_alert_is_refused(post: Post) -> None:
    half = duty.alert(
        post.root, post.officers["hanh"], post.room.commune, NOW,
        sounds=["siren"], correction=["x"], dur_ms=1, repeat=1,
    )  # fmt: skip
    with pytest.raises(errors.NotRelayed, match="Chữ ký"):
        post.relay(half.to_json())
    assert not Document.objects.exists()


def test_what_the_loudspeakers_answered_is_counted(post: Post) -> None:
    row = post.relay(post.stop())
    first, second = Teller(post.room.fleet.first), Teller(post.room.fleet.second)
    for teller, event, reason in ((first, "accepted", None), (second, "refused", "epoch")):
        told = teller.tell(event, None, doc=row.pk, **({"reason": reason} if reason else {}))
        receive(device_id=teller.device.pk, envelopes=[told], at=AT)
    (shown,) = queries.relayed_lately([post.room.commune], AT)
    assert shown == (row, queries.Answers(1, 1))
    assert queries.relayed_lately([post.room.ward], AT) == []
