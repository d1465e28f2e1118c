"""What goes out: the signer's own message of what loudspeakers were given, the feed, the public pages."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from lxml import etree

from nguon.adapters import cap
from nguon.adapters.cap.checking import of_tree, read
from nguon.adapters.cap.feeds import entries
from nguon.adapters.cap.model import Kind, Status
from nguon.adapters.cap.signing import signed_tree
from nguon.adapters.cap.writing import written
from nguon.alerts import actions as alerts
from nguon.alerts.models import Alert
from nguon.alerts.states import Ending
from nguon.alerts.states import Kind as Alarm
from nguon.alerts.tests.cast import Both, both_signers, proposed, signed, sounding, template
from nguon.alerts.tests.test_signing import sign_all
from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.cap import actions, queries
from nguon.cap.models import Page, Published
from nguon.cap.queries.public import Told
from nguon.cap.states import Part
from nguon.kernel import clock
from nguon.organisations.tests.cast import AT
from nguon_signer.client import SignerRefused
from nguon_signer.grants import COLUMNS

SCHEMA = Path(cap.__file__).parent / "schema" / "CAP-v1.2.xsd"
SOON = AT + timedelta(minutes=2)


@pytest.fixture
def room(db: None, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    monkeypatch.setattr(clock, "now", lambda: AT)
    return newsroom()


@pytest.fixture
def signer(tmp_path: Path) -> Iterator[Both]:
    with both_signers(tmp_path) as made:
        yield made


def test_an_alert_goes_out_signed_and_comes_in_as_the_same(room: Newsroom, signer: Both) -> None:
    alert = sounding(room)
    assert actions.publish(signer=signer, at=AT) == 0  # no loudspeaker was given it yet
    sign_all(signer)
    assert actions.publish(signer=signer, at=AT) == 1
    assert actions.publish(signer=signer, at=AT) == 0
    row = Published.objects.get()
    pem = signer.call("cap_certificate")["certificate"]
    reading = of_tree(signed_tree(bytes(row.xml), pem, at=AT))
    assert reading.valid, reading.faults
    assert not reading.faults  # no advice either
    message = reading.message
    assert message is not None
    assert (message.status, message.kind, message.identifier) == (Status.ACTUAL, Kind.ALERT, str(alert.pk))
    assert message.infos[0].headline == alert.title
    assert queries.where(message, at=AT).areas == [room.commune]
    assert read(written(message)).message == message
    # The same to the second when it is asked for again.
    again = read(signer.call("cap", alert=str(alert.pk), part="alert")["xml"].encode()).message
    assert again == message


@pytest.mark.parametrize(("ending", "kind"), [(Ending.FALSE, Kind.CANCEL), (Ending.ALL_CLEAR, Kind.UPDATE)])
def test_its_end_speaks_of_it(room: Newsroom, signer: Both, ending: Ending, kind: Kind) -> None:
    alert = sounding(room)
    sign_all(signer)
    with pytest.raises(SignerRefused):
        signer.call("cap", alert=str(alert.pk), part="end")
    alerts.end(alert_id=alert.pk, ending=ending, by=room.people.tuan, at=AT)
    signer.at = SOON
    assert actions.publish(signer=signer, at=SOON) == 2
    first = read(bytes(Published.objects.get(part=Part.ALERT).xml)).message
    end = read(bytes(Published.objects.get(part=Part.END).xml)).message
    assert first is not None
    assert end is not None
    assert (end.kind, end.references) == (kind, (first.key,))
    assert [one.alert for one in queries.over(SOON)] == [alert.pk]
    assert queries.current(SOON) == []


def test_the_newer_word_is_an_update_of_the_older_one(room: Newsroom, signer: Both) -> None:
    old = sounding(room)
    sign_all(signer)
    actions.publish(signer=signer, at=AT)
    new = sounding(room, template=template(room, "storm-2"))
    signer.at = SOON
    sign_all(signer)
    assert actions.publish(signer=signer, at=SOON) == 1  # the older one has no end of its own
    row, before = Published.objects.get(alert=new.pk), Published.objects.get(alert=old.pk)
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    assert schema.validate(etree.fromstring(bytes(row.xml))), schema.error_log
    first, message = read(bytes(before.xml)).message, read(bytes(row.xml)).message
    assert first is not None
    assert message is not None
    assert (message.kind, message.references) == (Kind.UPDATE, (first.key,))
    assert not read(bytes(row.xml)).faults
    assert [one.alert for one in queries.current(SOON)] == [new.pk]
    assert queries.over(SOON) == []
    assert "Thay cho tin trước" in Page.objects.get(name="vi").body
    alerts.end(alert_id=new.pk, ending=Ending.CANCELLED, by=room.people.tuan, at=SOON)
    actions.publish(signer=signer, at=SOON)
    end = read(bytes(Published.objects.get(part=Part.END).xml)).message
    assert end is not None
    assert (end.kind, end.references) == (Kind.CANCEL, (first.key, message.key))  # also who missed the update


def test_what_no_loudspeaker_was_given_is_not_updated(room: Newsroom, signer: Both) -> None:
    old = sounding(room)
    new = sounding(room, template=template(room, "storm-2"))  # before the first one was signed
    sign_all(signer)
    actions.publish(signer=signer, at=AT)
    assert [row.alert for row in Published.objects.all()] == [new.pk]
    message = read(bytes(Published.objects.get().xml)).message
    assert message is not None
    assert (message.kind, message.references, old.pk != new.pk) == (Kind.ALERT, (), True)


def test_a_drill_is_an_exercise_everywhere(room: Newsroom, signer: Both) -> None:
    alert = proposed(room, kind=Alarm.DRILL)
    signed(room, alert, room.people.tuan)
    sign_all(signer)
    assert actions.publish(signer=signer, at=AT) == 1
    message = read(bytes(Published.objects.get().xml)).message
    assert message is not None
    assert (message.status, message.note != "") == (Status.EXERCISE, True)
    assert "Diễn tập" in Page.objects.get(name="vi").body


def test_what_one_officer_began_is_one_message_also_when_a_second_one_confirms(
    room: Newsroom, signer: Both
) -> None:
    alert = proposed(room, kind=Alarm.GLASS)
    signed(room, alert, room.people.tuan)
    sign_all(signer)
    assert actions.publish(signer=signer, at=AT) == 1
    signed(room, alert, room.people.minh)
    sign_all(signer)
    assert actions.publish(signer=signer, at=AT) == 0
    first = read(bytes(Published.objects.get().xml)).message
    assert first is not None
    assert (first.status, first.kind) == (Status.ACTUAL, Kind.ALERT)
    again = read(signer.call("cap", alert=str(alert.pk), part="alert")["xml"].encode()).message
    assert again == first
    alerts.end(alert_id=alert.pk, ending=Ending.FALSE, by=room.people.tuan, at=SOON)
    signer.at = SOON
    assert actions.publish(signer=signer, at=SOON) == 1
    end = read(bytes(Published.objects.get(part=Part.END).xml)).message
    assert end is not None
    assert (end.kind, end.references) == (Kind.CANCEL, (first.key,))


def test_the_signer_tells_nobody_what_loudspeakers_were_not_given(room: Newsroom, signer: Both) -> None:
    alert = sounding(room)
    sign_all(signer)
    Alert.objects.filter(pk=alert.pk).update(title="Chạy đi")
    with pytest.raises(SignerRefused, match="content"):
        signer.call("cap", alert=str(alert.pk), part="alert")
    for wrong in ({"alert": "x"}, {"part": "x"}, {"xml": "<alert/>"}):
        with pytest.raises(SignerRefused, match="parse"):
            signer.call("cap", **{"alert": str(alert.pk), "part": "alert", **wrong})


ASKED = {
    "alerts_step": {"id", "alert_id", "number"},
    "alerts_alert": {"id", "ending", "replaced_by_id", "kind", "ended_at"},
    "organisations_place": {"id", "area", "name", "designation"},
    "organisations_placecode": {"place_id", "system", "code", "valid_to"},
}


def test_the_signer_may_read_what_it_asks_for() -> None:
    assert [table for table, asked in ASKED.items() if asked - set(COLUMNS[table])] == []


def test_everybody_sees_what_is_on_without_signing_in(room: Newsroom, signer: Both) -> None:
    client = Client()
    assert client.get(reverse("cap:page")).status_code == 503
    actions.draw(at=AT)
    assert "Không có cảnh báo nào" in client.get(reverse("cap:page")).content.decode()
    alert = sounding(room)
    sign_all(signer)
    actions.publish(signer=signer, at=AT)
    for address in (reverse("cap:page"), reverse("cap:page_in", args=["en"])):
        shown = client.get(address).content.decode()
        assert alert.title in shown
        assert "<script" not in shown
    feed = client.get(reverse("cap:feed"))
    assert feed["Content-Type"].startswith("application/atom+xml")
    (entry,) = entries(feed.content)
    found = client.get(entry.link.removeprefix("http://127.0.0.1:8000"))
    assert found["Content-Type"] == "application/cap+xml"
    assert found.content == bytes(Published.objects.get().xml)
    assert client.get(reverse("cap:message", args=[alert.pk, "end"])).status_code == 404
    assert client.get("/canh-bao/fr/").status_code == 404


def test_a_page_full_of_alerts_is_small(
    room: Newsroom, signer: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    alert = sounding(room)
    sign_all(signer)
    actions.publish(signer=signer, at=AT)
    (one,) = queries.current(AT)
    long = Told(
        **{name: getattr(one, name) for name in one.__slots__ if name not in {"places", "title"}},
        places="Xã Lục Nam, " * 200,
        title=f"<script>{alert.title}",
    )
    monkeypatch.setattr(queries, "current", lambda at: [long] * 20)
    monkeypatch.setattr(queries, "over", lambda at: [long] * 20)
    actions.draw(at=AT)
    assert all(len(row.body.encode()) <= 30_000 for row in Page.objects.exclude(name="atom"))
    etree.fromstring(Page.objects.get(name="atom").body.encode())
