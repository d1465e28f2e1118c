"""Thiết bị: finding, joining by claim code, grouping."""

from django.core.cache import cache
from django.urls import reverse

from nguon.bulletins.tests.cast import Newsroom, approved
from nguon.console.tests.conftest import As
from nguon.console.views.groups import OFFERED
from nguon.devices import actions
from nguon.devices.models import Claim, Device, DeviceGroup
from nguon.devices.queries import of_targets
from nguon.devices.tests.cast import loudspeaker
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT

CODE = "ABCD2345"


def asked() -> Claim:
    return actions.claim(code=CODE, alg="ed25519", public_key="ab" * 32, model="M1", serial="S1", at=AT)


def test_joining_in_two_steps_with_the_fingerprint_between(room: Newsroom, signed_in: As) -> None:
    claim = asked()
    client = signed_in(room.people.tuan)
    village = room.people.places.villages[2]
    given = {"code": "abcd-2345", "place": village.area, "name": "Loa mới"}
    page = client.post(reverse("console:enrol"), {**given, "do": "check"}).content.decode()
    assert claim.fingerprint in page
    assert not Device.objects.filter(name="Loa mới").exists()
    answer = client.post(reverse("console:enrol"), {**given, "do": "enrol", "fingerprint": claim.fingerprint})
    assert answer.status_code == 302
    assert Device.objects.get(name="Loa mới").area == village.area


def test_another_fingerprint_than_the_one_compared_does_not_join(room: Newsroom, signed_in: As) -> None:
    asked()
    given = {"code": CODE, "place": room.people.places.villages[0].area, "name": "Loa mới"}
    signed_in(room.people.tuan).post(
        reverse("console:enrol"), {**given, "do": "enrol", "fingerprint": "0000 0000"}
    )
    assert not Device.objects.filter(name="Loa mới").exists()


def test_an_unknown_code_is_told_in_words(room: Newsroom, signed_in: As) -> None:
    given = {"code": "ZZZZ9999", "place": room.people.places.villages[0].area, "name": "Loa", "do": "check"}
    page = signed_in(room.people.tuan).post(reverse("console:enrol"), given).content.decode()
    assert "Không có loa nào đang chờ với mã ZZZZ9999" in page


def test_who_guesses_codes_must_wait_and_the_journal_says_so(room: Newsroom, signed_in: As) -> None:
    client, place = signed_in(room.people.tuan), room.people.places.villages[0]
    asked()
    cache.clear()
    told = {"place": place.area, "name": "Loa", "do": "check"}
    for number in range(10):
        answer = client.post(reverse("console:enrol"), {**told, "code": f"ABCD234{'6789ABCDEF'[number]}"})
        assert "Không có loa nào đang chờ" in answer.content.decode()
    answer = client.post(reverse("console:enrol"), {**told, "code": "ABCD2345"})
    assert "gõ sai mã quá 10 lần" in answer.content.decode()
    entry = Entry.objects.get(fact="device.codes_guessed")
    assert entry.data["area"] == place.area
    cache.clear()
    assert client.post(reverse("console:enrol"), {**told, "code": CODE}).status_code == 200


def test_finding_a_loudspeaker(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.tuan)
    page = client.get(reverse("console:devices"), {"q": "loa thon 2"}).content.decode()
    assert "Loa thôn 2" in page
    assert "Loa thôn 1<" not in page
    assert "Loa thôn 1" in client.get(reverse("console:devices"), {"xem": "mat-ket-noi"}).content.decode()


def test_making_a_group(room: Newsroom, signed_in: As) -> None:
    given = {"place": room.commune, "name": "Gần chợ", "devices": [str(room.fleet.first.device.pk)]}
    assert signed_in(room.people.tuan).post(reverse("console:groups"), given).status_code == 302
    assert list(DeviceGroup.objects.get().devices.all()) == [room.fleet.first.device]


def test_a_foreign_loudspeaker_has_no_page(room: Newsroom, signed_in: As) -> None:
    path = reverse("console:device", args=[room.fleet.first.device.pk])
    assert signed_in(room.people.hue).get(path).status_code == 404


def test_a_stolen_loudspeaker_is_revoked_and_says_so(room: Newsroom, signed_in: As) -> None:
    box, client = room.fleet.first.device, signed_in(room.people.tuan)
    page = reverse("console:device", args=[box.pk])
    assert "Thu hồi loa này" in client.get(page).content.decode()
    answer = client.post(reverse("console:revoke", args=[box.pk]), {"reason": "mất cắp"}, follow=True)
    told = answer.content.decode()
    assert "mất cắp" in told
    assert "Thu hồi loa này" not in told
    listed = client.get(reverse("console:devices"), {"xem": "da-thu-hoi"}).content.decode()
    assert box.name in listed


def test_revoking_is_for_who_keeps_loudspeakers_and_needs_a_reason(room: Newsroom, signed_in: As) -> None:
    address = reverse("console:revoke", args=[room.fleet.first.device.pk])
    assert "không thuộc địa bàn" in (
        signed_in(room.people.lan).post(address, {"reason": "x"}, follow=True).content.decode()
    )
    assert "lý do" in signed_in(room.people.tuan).post(address, {}, follow=True).content.decode()
    assert not Device.objects.filter(revoked_at__isnull=False).exists()


def test_a_group_is_changed_by_who_keeps_it_and_nobody_else(room: Newsroom, signed_in: As) -> None:
    group = grouped(room)
    address, second = reverse("console:group", args=[group.pk]), str(room.fleet.second.device.pk)
    first = str(room.fleet.first.device.pk)
    given = {
        "name": "Quanh đình",
        "devices": [second, str(room.fleet.ward.device.pk)],
        "shown": f"{first} {second}",
    }
    assert signed_in(room.people.tuan).post(address, given).status_code == 302
    group.refresh_from_db()
    assert (group.name, [str(row.pk) for row in group.devices.all()]) == ("Quanh đình", [second])
    assert signed_in(room.people.hue).post(address, given).status_code == 404
    assert signed_in(room.people.lan).post(address, {**given, "name": "Khác"}).status_code == 409
    assert "Lưu nhóm" not in signed_in(room.people.lan).get(address).content.decode()


def test_a_group_keeps_the_members_that_its_form_did_not_offer(room: Newsroom, signed_in: As) -> None:
    group, client = grouped(room), signed_in(room.people.tuan)
    many = [loudspeaker(f"Loa {n}", room.people.places.villages[0]).device for n in range(OFFERED + 5)]
    group.devices.set(many)
    address = reverse("console:group", args=[group.pk])
    page = client.get(address)
    assert len(page.content) < 60_000
    offered = [str(row.pk) for row in page.context["inside"]]
    given = {"name": group.name, "devices": offered[1:], "shown": " ".join(offered)}
    assert client.post(address, given).status_code == 302
    assert set(group.devices.all()) == {row for row in many if str(row.pk) != offered[0]}
    found = client.get(address, {"loa": f"loa {OFFERED + 4}"})
    assert [row.name for row in found.context["inside"]] == [f"Loa {OFFERED + 4}"]


def test_a_name_is_given_once_in_a_commune(room: Newsroom, signed_in: As) -> None:
    grouped(room, "Quanh chợ")
    other = grouped(room, "Quanh đình")
    answer = signed_in(room.people.tuan).post(
        reverse("console:group", args=[other.pk]), {"name": "Quanh chợ"}
    )
    assert answer.status_code == 409
    assert "đã có nhóm tên “Quanh chợ”" in answer.content.decode()


def test_what_ending_a_group_does_is_told_before(room: Newsroom, signed_in: As) -> None:
    group, client = grouped(room), signed_in(room.people.tuan)
    approved(room, f"g/{group.pk}")
    page = client.get(reverse("console:group", args=[group.pk])).content.decode()
    assert "1 cụm loa rời nhóm" in page
    assert "1 bản tin đang chọn nhóm này sẽ không phát ở đây nữa" in page
    told = client.post(reverse("console:group_end", args=[group.pk]), follow=True).content.decode()
    assert "Đã bỏ nhóm “Gần chợ”" in told
    assert not of_targets([f"g/{group.pk}"]).exists()
    assert client.get(reverse("console:group", args=[group.pk])).status_code == 404
    assert grouped(room).pk != group.pk  # its name is free again


def test_groups_are_found_without_tone_marks(room: Newsroom, signed_in: As) -> None:
    grouped(room, "Quanh đình Đông")
    client = signed_in(room.people.tuan)
    assert "Quanh đình Đông" in client.get(reverse("console:groups"), {"q": "dinh dong"}).content.decode()
    assert "Quanh đình Đông" not in client.get(reverse("console:groups"), {"q": "chợ"}).content.decode()


def test_where_a_loudspeaker_stands_is_picked_within_the_own_area(room: Newsroom, signed_in: As) -> None:
    client, pick = signed_in(room.people.tuan), reverse("console:pick", args=["dat-loa"])
    assert "Tổ dân phố" in client.get(pick, {"q": "to dan pho"}).content.decode()
    assert 'type="radio"' not in client.get(pick, {"q": "a luoi"}).content.decode()
    village = room.people.places.villages[0]
    chosen = client.get(reverse("console:enrol"), {"noi": village.area}).content.decode()
    assert f'value="{village.area}" data-picked' in chosen
    missing = client.post(reverse("console:enrol"), {"code": CODE, "name": "Loa", "do": "check"})
    assert "Hãy chọn xã hoặc thôn đặt loa" in missing.content.decode()


def grouped(room: Newsroom, name: str = "Gần chợ") -> DeviceGroup:
    """This function will make a group of the first loudspeaker."""
    return actions.make_group(
        name=name,
        place=room.people.places.commune,
        devices=[room.fleet.first.device],
        by=room.people.tuan,
        at=AT,
    )
