"""What a bridge asks of the office over HTTP."""

import json
from pathlib import Path

import pytest

from nguon.bridges.actions import BoxFields, set_box
from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.devices.models import Device
from nguon.gateway.tests.test_http import ask
from nguon.gateway.views import asking, bridging
from nguon.organisations.tests.cast import AT
from nguon_device.bridge.office import Office
from nguon_device.ports import Reply

pytestmark = pytest.mark.django_db
PATH = "/lsp/v1/foreign"


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    for module in (asking, bridging):
        monkeypatch.setattr(module, "now", lambda: AT)
    return newsroom()


def test_a_bridge_is_told_its_box_in_a_way_that_only_it_can_read(room: Newsroom, tmp_path: Path) -> None:
    box, office = room.fleet.first, Office(tmp_path, lambda: {"code": "waiting", "open": True})
    asked = office.due()
    assert asked is not None
    answer = ask(box, PATH, json.loads(asked.body))
    assert answer.json() == {"settings": None, "waived": False}
    box.device.refresh_from_db()
    assert box.device.device_class == "L"
    fields = BoxFields("v2-http", "http://192.168.1.9", "867732050000001", "cau", "mat-khau", '{"look": 0.5}')
    set_box(device=box.device, fields=fields, by=room.people.binh, at=AT)
    answer = ask(box, PATH, json.loads(asked.body))
    assert "mat-khau" not in answer.content.decode()
    assert office.hears(Reply(asked, 200, answer.content))
    assert office.fault is None
    assert '"password": "mat-khau"' in (tmp_path / "foreign.json").read_text()


@pytest.mark.parametrize("body", [{}, [], "x", {"seal": "x"}, {"seal": "ab" * 32, "report": "x" * 20_000}])
def test_rubbish_is_refused(room: Newsroom, body: object) -> None:
    assert ask(room.fleet.first, PATH, body).status_code == 400
    assert not Device.objects.filter(device_class="L").exists()


def test_nobody_asks_for_another(room: Newsroom) -> None:
    said = {"seal": "ab" * 32, "report": {}}
    assert ask(room.fleet.ward, PATH, said, device=str(room.fleet.first.device.pk)).status_code == 401
