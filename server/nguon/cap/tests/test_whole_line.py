"""The whole line of one warning: posted, decided, signed by two, obeyed by loudspeakers, ended by its cancel;
and both go out again as CAP."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from nguon.adapters.cap.checking import read
from nguon.adapters.cap.model import Kind
from nguon.alerts import actions as alerts
from nguon.alerts.models import Alert
from nguon.alerts.states import Ending, State
from nguon.alerts.tests.cast import Both, both_signers, name_of
from nguon.alerts.tests.test_signing import sign_all
from nguon.audio.models import Rendering
from nguon.audio.states import State as Spoken
from nguon.bulletins.tests.cast import Newsroom, newsroom, sound
from nguon.cap import actions
from nguon.cap.models import Published, Received
from nguon.cap.tests.cast import kttv, of, warning
from nguon.kernel import clock
from nguon.kernel.clock import to_epoch
from nguon.organisations.tests.cast import AT
from nguon_protocol import relay
from nguon_protocol.acceptance import Accepted


@pytest.fixture
def room(db: None, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    monkeypatch.setattr(clock, "now", lambda: AT)
    return newsroom()


@pytest.fixture
def signer(tmp_path: Path) -> Iterator[Both]:
    with both_signers(tmp_path) as made:
        yield made


def post(text: str, token: str) -> int:
    head = {"authorization": f"Bearer {token}"}
    return Client().post("/cap/v1/alerts", text.encode(), "application/cap+xml", headers=head).status_code


def decided(browser: Client, room: Newsroom, identifier: str, verdict: str) -> Received:
    row = Received.objects.get(identifier=identifier)
    assert row.title in browser.get(reverse("console:cap")).content.decode()
    page = browser.get(reverse("console:cap_message", args=[row.pk])).content.decode()
    assert f'value="{verdict}"' in page
    given = {"quyet-dinh": verdict, "noi": room.commune, "loi": row.text}
    assert browser.post(reverse("console:cap_decide", args=[row.pk]), given).status_code == 302
    row.refresh_from_db()
    return row


def test_from_a_post_to_the_loudspeakers_and_back_out(room: Newsroom, signer: Both) -> None:
    token = kttv(room.people).token
    tuan, minh = Client(), Client()
    tuan.force_login(room.people.tuan)
    minh.force_login(room.people.minh)
    assert post(warning(), token) == 201
    decided(tuan, room, "KTTV-1", "alert")
    alert = Alert.objects.get()
    Rendering.objects.filter(pk__in=[alert.first_id]).update(state=Spoken.DONE, media=sound("đọc", 9).media)
    alert = alerts.settle(alert=alert, at=AT)
    for browser in (tuan, minh):
        assert sign_all(signer) == []  # half signed it reaches nobody
        given = {"content": alert.content_sha256, "ten": name_of(alert)}
        assert browser.post(reverse("console:alert_sign", args=[alert.pk]), given).status_code == 302
    (born,) = sign_all(signer)
    assert isinstance(relay.judge(born.envelope or "", signer.opened.root, to_epoch(AT)), Accepted)
    assert actions.publish(signer=signer, at=AT) == 1

    assert post(warning(identifier="C", kind="Cancel", references=of("KTTV-1")), token) == 201
    assert sign_all(signer) == []  # a message alone silences nothing
    assert "Nơi gửi đã hủy" in minh.get(reverse("console:alert", args=[alert.pk])).content.decode()
    decided(tuan, room, "C", "false")
    alert.refresh_from_db()
    assert (alert.state, alert.ending) == (State.ENDED, Ending.FALSE)
    (end,) = (ring for ring in sign_all(signer) if ring.envelope)
    assert getattr(relay.read(end.envelope or ""), "of", "") == relay.read(born.envelope or "").id
    assert actions.publish(signer=signer, at=AT) == 1
    first, last = (read(bytes(row.xml)).message for row in Published.objects.order_by("part"))
    assert first is not None
    assert last is not None
    assert (first.kind, last.kind, last.references) == (Kind.ALERT, Kind.CANCEL, (first.key,))
