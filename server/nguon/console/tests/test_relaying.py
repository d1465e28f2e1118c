"""Chuyển lệnh đã ký: the page takes a file, says why not, and shows what the loudspeakers answered."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.urls import reverse

from nguon.accounts.models import User
from nguon.bulletins.tests.cast import Newsroom
from nguon.console.management.commands import relay as command
from nguon.console.tests.conftest import As
from nguon.console.views import relaying
from nguon.deliveries.actions import receive
from nguon.deliveries.models import Document
from nguon.deliveries.tests.cast import Teller
from nguon.deliveries.tests.test_with_the_signer import Direct
from nguon.kernel.clock import to_epoch
from nguon.organisations.tests.cast import AT
from nguon_protocol.documents import Order, Policy, Root
from nguon_protocol.envelope import parse
from nguon_signer import duty
from nguon_signer.ceremony import make_store
from nguon_signer.opened import open_store
from nguon_signer.tests.officers import Officers, alert, appoint

NOW = to_epoch(AT)
Upload = Callable[[User, str], Any]


@pytest.fixture
def officers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Root, Officers]]:
    """This fixture will put a signer with two officers behind the page and the command."""
    make_store(tmp_path / "store", policy=Policy(), at=NOW - 60, demo=True)
    made = appoint(tmp_path / "store", NOW - 30)
    opened = open_store(tmp_path / "store")
    for place in (relaying, command):
        monkeypatch.setattr(place, "SignerClient", lambda _path: Direct(opened))
    monkeypatch.setattr(command, "now", lambda: AT)
    yield opened.root, made
    opened.close()


@pytest.fixture
def upload(signed_in: As) -> Upload:
    def send(who: User, text: str) -> HttpResponse:
        file = BytesIO(text.encode())
        file.name = "lenh.json"
        answer: HttpResponse = signed_in(who).post(reverse("console:relay"), {"file": file}, follow=True)  # type: ignore[assignment]
        return answer

    return send


def test_a_signed_stop_goes_through_and_its_receipts_are_shown(
    room: Newsroom, officers: tuple[Root, Officers], upload: Upload, signed_in: As
) -> None:
    root, keys = officers
    text = duty.stop(root, keys["hanh"], room.commune, NOW).envelopes[0]
    page = upload(room.people.tuan, text).content.decode()
    assert "Lệnh dừng phát" in page
    assert "0/2 cụm loa đã nhận lệnh" in page
    row = Document.objects.get()
    for one in (room.fleet.first, room.fleet.second):
        told = Teller(one).tell("accepted", None, doc=row.pk)
        receive(device_id=one.device.pk, envelopes=[told], at=AT)
    page = signed_in(room.people.tuan).get(reverse("console:relay")).content.decode()
    assert "2/2 cụm loa đã nhận lệnh" in page
    duty_page = signed_in(room.people.tuan).get(reverse("console:duty")).content.decode()
    assert "Lệnh dừng phát" in duty_page
    assert reverse("console:relay") in duty_page


def test_a_strangers_file_is_one_sentence_and_nothing_is_stored(
    room: Newsroom, officers: tuple[Root, Officers], upload: Upload, tmp_path: Path
) -> None:
    root, keys = officers
    honest = duty.stop(root, keys["hanh"], room.commune, NOW).envelopes[0]
    strange = Order.parse(parse(honest).payload).sign(keys["stranger"])
    answer = upload(room.people.tuan, strange)
    assert answer.status_code == 422
    assert "Chữ ký trong tệp thiếu" in answer.content.decode()
    assert "không phải tệp lệnh" in upload(room.people.tuan, "xin chào").content.decode()
    (tmp_path / "x").write_text(strange)
    with pytest.raises(CommandError, match="Chữ ký trong tệp thiếu"):
        call_command("relay", str(tmp_path / "x"))
    with pytest.raises(CommandError, match="Không đọc được tệp"):
        call_command("relay", str(tmp_path / "none"))
    assert not Document.objects.exists()


def test_the_command_carries_the_same_file(
    room: Newsroom, officers: tuple[Root, Officers], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, keys = officers
    (tmp_path / "x").write_text(duty.stop(root, keys["long"], room.commune, NOW).to_json())
    call_command("relay", str(tmp_path / "x"))
    assert Document.objects.get().target == room.commune
    assert "Chữ ký đúng" in capsys.readouterr().out


def test_only_who_is_on_duty_sees_the_page(room: Newsroom, signed_in: As) -> None:
    for who in (room.people.lan, room.people.hue):
        assert signed_in(who).get(reverse("console:relay")).status_code == 403
        assert reverse("console:relay") not in signed_in(who).get(reverse("console:duty")).content.decode()


def test_an_alert_can_be_taken_back_by_one(
    room: Newsroom, officers: tuple[Root, Officers], upload: Upload, signed_in: As
) -> None:
    root, keys = officers
    page = upload(room.people.tuan, alert(root, keys, room.commune, NOW)).content.decode()
    assert "Hủy báo động này" in page
    sha256 = Document.objects.get(task__isnull=False).pk
    path = reverse("console:relay_end", args=[sha256, "cancel"])
    assert "Hủy báo động này" not in signed_in(room.people.tuan).post(path, follow=True).content.decode()
    assert Document.objects.filter(task__isnull=False).count() == 2
