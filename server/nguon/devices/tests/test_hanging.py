"""Boxes on poles: hung by a code, swapped with the pole's history kept, each mistake one sentence."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from nguon.accounts.tests.cast import People, people
from nguon.devices import actions, errors
from nguon.devices.models import Claim, Device, DeviceGroup, Fitting, Registered
from nguon.journal.models import Entry
from nguon.kernel.errors import DomainError
from nguon.organisations.actions import LineProblem, centres
from nguon.organisations.tests.cast import AT
from nguon_protocol import keys

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


@pytest.fixture
def cast() -> People:
    return people()


def asks(code: str, serial: str, at: Any = AT) -> Claim:
    public = keys.generate().public
    return actions.claim(
        code=code, alg=public.alg, public_key=public.pub.hex(), model="LV-20", serial=serial, at=at
    )


@dataclass
class Hung:
    line: Registered
    device: Device


def hung(cast: People, code: str = "ABCDEFGH", serial: str = "S-1") -> Hung:
    asks(code, serial)
    device = actions.enrol(code=code, name="Loa chợ", place=cast.places.villages[0], by=cast.tuan, at=AT)
    return Hung(Registered.objects.get(device=device), device)


def test_a_box_that_joins_hangs_on_a_pole_of_the_register(cast: People) -> None:
    found = hung(cast)
    assert (found.line.name, found.line.serial, found.line.area) == ("Loa chợ", "S-1", found.device.area)
    fitting = Fitting.objects.get()
    assert (fitting.device, fitting.until) == (found.device, None)


def test_a_name_or_serial_that_no_file_could_carry_comes_by_no_box(cast: People) -> None:
    made = asks("ABCDEFGH", "=cmd|' /c calc'!A1")
    for name in ("=1+1", "+Loa", "@x", "1/7/2025"):
        with pytest.raises(LineProblem):
            actions.enrol(code="ABCDEFGH", name=name, place=cast.places.commune, by=cast.tuan, at=AT)
    actions.enrol(code="abcd – efgh", name=" Loa  chợ ", place=cast.places.commune, by=cast.tuan, at=AT)
    row = Registered.objects.get()
    assert (row.name, row.serial) == ("Loa chợ", f"K-{made.fingerprint.replace(' ', '')[:16]}")
    assert isinstance(refused(cast, code="OIL0-1111"), errors.ClaimMistyped)


def test_a_swap_keeps_the_pole_with_its_groups_and_its_past(cast: People) -> None:
    found = hung(cast)
    group = DeviceGroup.objects.create(name="Chợ", place=cast.places.commune, area=cast.places.commune.area)
    group.devices.add(found.device)
    asks("ABCDEFGJ", "S-2", LATER)
    with pytest.raises(errors.SwapReasonMissing):
        actions.enrol(code="ABCDEFGJ", line=found.line, by=cast.tuan, at=LATER)
    new = actions.enrol(
        code="ABCDEFGJ", line=found.line, reason="Cháy bo mạch", last_receipt=7, by=cast.tuan, at=LATER
    )
    found.device.refresh_from_db()
    assert (found.device.revoked_at, found.device.revoked_n) == (LATER, 7)
    assert list(group.devices.all()) == [new]
    line = Registered.objects.get()
    assert (line.pk, line.device, line.serial, new.name) == (found.line.pk, new, "S-2", "Loa chợ")
    before, now = Fitting.objects.order_by("since")
    assert (before.device, before.until, before.reason) == (found.device, LATER, "Cháy bo mạch")
    assert (now.device, now.since, now.until) == (new, LATER, None)
    assert Entry.objects.get(fact="pole.swapped").data["old"] == str(found.device.pk)


def test_a_spare_of_the_register_leaves_its_own_line_when_it_is_hung(cast: People) -> None:
    found = hung(cast)
    place = cast.places.commune
    Registered.objects.filter(pk=found.line.pk).update(sim="0981234567", imei="490154203237518")
    Registered.objects.create(
        name="Dự phòng", serial="S-9", place=place, area=place.area, made_at=AT, maker="Hãng", model="M2",
        imei="356938035643809",
    )  # fmt: skip
    asks("ABCDEFGJ", "s-9", LATER)
    actions.enrol(code="ABCDEFGJ", line=found.line, reason="Hỏng", by=cast.tuan, at=LATER)
    row = Registered.objects.get()
    assert (row.serial, row.maker, row.model, row.imei) == ("s-9", "Hãng", "M2", "356938035643809")
    asks("ABCDEFGK", "S-10", LATER)
    actions.enrol(code="ABCDEFGK", line=row, reason="Hỏng", by=cast.tuan, at=LATER)
    row.refresh_from_db()
    assert (row.model, row.imei, row.sim) == ("LV-20", "", "0981234567")  # that of the old box is gone


def test_a_revoked_box_is_swapped_and_its_revocation_stays_as_it_was(cast: People) -> None:
    found = hung(cast)
    actions.revoke(device=found.device, last_receipt=3, reason="Mất cắp", by=cast.tuan, at=AT)
    asks("ABCDEFGJ", "S\u20111", LATER)  # the same number is printed on the new box
    new = actions.enrol(code="ABCDEFGJ", line=found.line, reason="Thay", by=cast.tuan, at=LATER)
    found.device.refresh_from_db()
    told = (found.device.revoked_at, found.device.revoked_n, found.device.revoked_reason)
    assert told == (AT, 3, "Mất cắp")
    line = Registered.objects.get()
    assert (line.device, line.serial, line.fittings.count()) == (new, "S-1", 2)


def refused(cast: People, **given: Any) -> DomainError:
    before = Device.objects.count()
    usual: dict[str, Any] = {"by": cast.tuan, "at": AT, "name": "Loa", "place": cast.places.villages[0]}
    with pytest.raises(DomainError) as told:
        actions.enrol(**usual | given)
    assert Device.objects.count() == before
    return told.value


def test_each_mistake_at_the_pole_is_one_sentence(cast: People) -> None:
    found = hung(cast)
    half = refused(cast, code="ABCDEFGH")
    assert isinstance(half, errors.ClaimHalf)
    assert "chưa nối lần nào" in str(half)
    Device.objects.update(last_seen_at=AT)
    assert isinstance(refused(cast, code="ABCDEFGH"), errors.ClaimUsed)
    assert type(refused(cast, code="ZZZZ2222")) is errors.ClaimUnknown
    asks("ABCDEFGK", "S-3")
    late = refused(cast, code="ABCDEFGK", at=AT + timedelta(minutes=11))
    assert "quá 10 phút" in str(late)
    asks("ABCDEFGM", "S-1")
    assert "bấm Thay hộp" in str(refused(cast, code="ABCDEFGM"))
    ward, other = cast.places.ward, cast.places.other_commune
    Registered.objects.create(name="Loa tổ 1", serial="W-1", place=ward, area=ward.area, made_at=AT)
    Registered.objects.create(name="Loa xa", serial="X-1", place=other, area=other.area, made_at=AT)
    asks("ABCDEFGN", "X-1")
    elsewhere = str(refused(cast, code="ABCDEFGN"))
    assert "sổ của nơi khác" in elsewhere
    assert "Loa xa" not in elsewhere
    again = found.device
    Claim.objects.update(used_at=None, device=None)
    Claim.objects.filter(public_key=again.public_key).update(expires_at=LATER)
    empty = Registered.objects.create(
        name="Cột mới", serial="S-8", place=cast.places.commune, area=cast.places.commune.area, made_at=AT
    )
    assert "đang ở “Loa chợ”" in str(refused(cast, code="ABCDEFGH", line=empty))


def test_a_phone_beside_the_pole_tells_where_it_stands(cast: People) -> None:
    line = hung(cast).line
    middle = centres(["07444"])["07444"]
    given: dict[str, Any] = {"line": line, "longitude": middle.longitude, "by": cast.tuan, "at": AT}
    actions.place_pole(latitude=middle.latitude, sure=False, **given)
    with pytest.raises(errors.PositionFar, match="hoặc xác nhận"):
        actions.place_pole(latitude=middle.latitude - 2, sure=False, **given)
    with pytest.raises(errors.PositionAbroad):
        actions.place_pole(latitude=48.0, sure=True, **given)
    assert actions.place_pole(latitude=middle.latitude - 2, sure=True, **given).position_confirmed
    with pytest.raises(errors.NotYourArea):
        actions.place_pole(latitude=middle.latitude, sure=False, **{**given, "by": cast.lan})
