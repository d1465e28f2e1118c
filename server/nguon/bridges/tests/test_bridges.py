"""What bridges say, which box they drive, and waivers."""

from dataclasses import dataclass
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from nguon.accounts.tests.cast import People, people
from nguon.bridges import actions, errors, queries
from nguon.bridges.actions import BoxFields
from nguon.bridges.models import ForeignBox
from nguon.bridges.states import AWAY, sentence
from nguon.devices.models import Device
from nguon.devices.tests.cast import Fleet, fleet
from nguon.journal.models import Entry
from nguon.organisations.models import Place
from nguon.organisations.tests.cast import AT
from nguon_device.bridge.faults import SENTENCES
from nguon_protocol import sealing
from nguon_protocol.errors import ProtocolError

pytestmark = pytest.mark.django_db
FIELDS = BoxFields("v2-http", "http://192.168.10.20", "867732050000001", "cau", "mat-khau-thu", "")


@dataclass(frozen=True)
class Room:
    """A commune with its people and loudspeakers."""

    people: People
    fleet: Fleet


@pytest.fixture
def room() -> Room:
    office = people()
    return Room(office, fleet(office))


@pytest.fixture
def key() -> X25519PrivateKey:
    return X25519PrivateKey.generate()


def public(key: X25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


@pytest.fixture
def device(room: Room, key: X25519PrivateKey) -> Device:
    one = room.fleet.first.device
    heard(one, key)
    one.refresh_from_db()
    return one


def heard(device: Device, key: X25519PrivateKey, **report: Any) -> ForeignBox:
    row = actions.hear(device=device, said={"seal": public(key), "report": report}, at=AT)
    assert row is not None
    return row


def test_who_speaks_as_a_bridge_is_class_l_for_ever(device: Device, key: X25519PrivateKey) -> None:
    assert device.device_class == "L"
    heard(device, key, code="", open=False)
    assert Entry.objects.filter(fact="foreign.known").count() == 1
    assert queries.unverified_among([device.pk]) == {device.pk}


@pytest.mark.parametrize("seal", [None, 7, "", "AB" * 32, "ab" * 31, ["ab" * 32]])
def test_who_names_no_key_to_seal_for_is_no_bridge(room: Room, seal: object) -> None:
    assert actions.hear(device=room.fleet.first.device, said={"seal": seal}, at=AT) is None
    assert not ForeignBox.objects.exists()


def test_a_password_is_read_by_its_bridge_alone_and_for_its_box_alone(
    room: Room, device: Device, key: X25519PrivateKey
) -> None:
    row = actions.set_box(device=device, fields=FIELDS, by=room.people.binh, at=AT)
    told = queries.settings_of(row)
    assert told is not None
    assert "mat-khau-thu" not in str(told) + str(list(Entry.objects.values_list("data", flat=True)))
    assert sealing.unseal(told["sealed"], key, told) == "mat-khau-thu"
    with pytest.raises(ProtocolError):
        sealing.unseal(told["sealed"], X25519PrivateKey.generate(), told)
    for name, other in (("address", "http://evil.example"), ("box", "1"), ("options", {"look": 1})):
        with pytest.raises(ProtocolError):
            sealing.unseal(told["sealed"], key, {**told, name: other})


def test_a_box_is_set_by_its_technicians_alone(room: Room, device: Device) -> None:
    for user in (room.people.lan, room.people.tuan, room.people.hue):
        with pytest.raises(errors.NotYours):
            actions.set_box(device=device, fields=FIELDS, by=user, at=AT)
    with pytest.raises(errors.NotABridge):
        actions.set_box(device=room.fleet.second.device, fields=FIELDS, by=room.people.binh, at=AT)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"address": "ftp://x"}, errors.BadAddress),
        ({"address": "http://a:b@x"}, errors.BadAddress),
        ({"address": "http://x:99999"}, errors.BadAddress),
        ({"address": ""}, errors.BadAddress),
        ({"box": "mã có dấu"}, errors.BadBox),
        ({"box": ""}, errors.BadBox),
        ({"options": "[1]"}, errors.BadOptions),
        ({"options": "{" * 99}, errors.BadOptions),
        ({"options": '{"a":"' + "x" * 5000 + '"}'}, errors.BadOptions),
        ({"options": '{"look": NaN}'}, errors.BadOptions),
        ({"options": '{"a": "\\u0000"}'}, errors.BadOptions),
        ({"options": '{"a": "\\ud800"}'}, errors.BadOptions),
        ({"password": ""}, errors.PasswordMissing),
    ],
)
def test_what_is_wrong_with_a_box_is_said_at_once(
    room: Room, device: Device, changes: dict[str, str], error: type[Exception]
) -> None:
    names = ("adapter", "address", "box", "username", "password", "options")
    given = {name: getattr(FIELDS, name) for name in names} | changes
    with pytest.raises(error):
        actions.set_box(device=device, fields=BoxFields(**given), by=room.people.binh, at=AT)


def test_a_password_is_asked_for_again_when_anything_else_changes(room: Room, device: Device) -> None:
    binh = room.people.binh
    actions.set_box(device=device, fields=FIELDS, by=binh, at=AT)
    kept = BoxFields(FIELDS.adapter, FIELDS.address, FIELDS.box, FIELDS.username)
    actions.set_box(device=device, fields=kept, by=binh, at=AT)
    assert ForeignBox.objects.get().sealed
    moved = BoxFields(FIELDS.adapter, "http://evil.example", FIELDS.box, FIELDS.username)
    with pytest.raises(errors.PasswordMissing):
        actions.set_box(device=device, fields=moved, by=binh, at=AT)


def test_a_bridge_with_a_new_key_needs_the_password_again(room: Room, device: Device) -> None:
    actions.set_box(device=device, fields=FIELDS, by=room.people.binh, at=AT)
    heard(device, X25519PrivateKey.generate())
    assert ForeignBox.objects.get().sealed == ""


def test_what_fails_and_works_again_is_told_once_each(device: Device, key: X25519PrivateKey) -> None:
    heard(device, key, code="unreachable", open=True)
    row = heard(device, key, code="unreachable", open=True, volume=60, connection="4G")
    assert (row.broken, row.volume, row.connection) == (True, 60, "4G")
    assert "Không kết nối được" in sentence(row.code)
    heard(device, key, code="", open=False)
    entries = Entry.objects.filter(fact__startswith="foreign.").order_by("pk")
    facts = list(entries.values_list("fact", flat=True))
    assert facts == ["foreign.known", "foreign.failed", "foreign.works"]


@pytest.mark.parametrize(
    "report",
    [[], "x", None, {"code": 7, "about": ["x"]}, {"volume": True, "playing": "yes", "code": "\x00\n"}],
)
def test_rubbish_of_a_bridge_is_left_out(device: Device, key: X25519PrivateKey, report: object) -> None:
    row = actions.hear(device=device, said={"seal": public(key), "report": report}, at=AT)
    assert row is not None
    assert (row.code, row.about, row.volume, row.playing) == ("", "", None, None)


def province(room: Room) -> Place:
    place = room.people.places.commune.parent
    assert place is not None
    return place


def test_a_waiver_is_the_provinces_and_ends(room: Room) -> None:
    binh, place = room.people.binh, province(room)
    with pytest.raises(errors.NotAProvince):
        actions.waive(place=room.people.places.commune, document="12/QĐ", by=binh, at=AT)
    with pytest.raises(errors.NotAnAdministrator):
        actions.waive(place=place, document="12/QĐ", by=room.people.lan, at=AT)
    with pytest.raises(errors.DocumentMissing):
        actions.waive(place=place, document="  ", by=binh, at=AT)
    made = actions.waive(place=place, document="12/QĐ-UBND", by=binh, at=AT)
    assert queries.is_waived(room.people.places.commune.area)
    with pytest.raises(errors.WaiverThere):
        actions.waive(place=place, document="13/QĐ-UBND", by=binh, at=AT)
    actions.end_waiver(waiver=made, by=binh, at=AT)
    assert not queries.is_waived(room.people.places.commune.area)
    with pytest.raises(errors.WaiverOver):
        actions.end_waiver(waiver=made, by=binh, at=AT)


@pytest.mark.parametrize("code", [*SENTENCES, AWAY])
def test_whatever_is_wrong_is_one_sentence_that_says_what_to_do(code: str) -> None:
    text = sentence(code)
    assert "Hãy" in text
    assert code == "fault" or text != sentence("fault")
