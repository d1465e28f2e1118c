"""Joining by claim code."""

from datetime import timedelta

import pytest

from nguon.accounts.tests.cast import People, people
from nguon.devices import actions, errors
from nguon.devices.models import Claim, Device
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT
from nguon_protocol import claims, keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> People:
    return people()


def ask(code: str = "ABCDEFGH", key: str | None = None) -> Claim:
    public = key or keys.generate().public.pub.hex()
    return actions.claim(code=code, alg="ed25519", public_key=public, model="m", serial="1", at=AT)


def test_a_box_joins_at_a_village_by_its_code(cast: People) -> None:
    made = ask()
    village = cast.places.villages[0]
    device = actions.enrol(code="abcd-efgh", name="Loa thôn 1", place=village, by=cast.tuan, at=AT)
    made.refresh_from_db()
    assert made.device == device
    assert device.area == village.area
    assert Entry.objects.filter(fact="device.enrolled", subject=f"device:{device.pk}").exists()


def test_the_same_box_asking_again_gets_the_same_claim() -> None:
    key = keys.generate().public.pub.hex()
    assert ask(key=key).pk == ask(key=key).pk


def test_another_box_cannot_take_a_code_in_use() -> None:
    ask()
    with pytest.raises(errors.ClaimTaken):
        ask()


def test_a_code_works_once(cast: People) -> None:
    ask()
    village = cast.places.villages[0]
    actions.enrol(code="ABCDEFGH", name="Loa", place=village, by=cast.tuan, at=AT)
    with pytest.raises(errors.ClaimUsed):
        actions.enrol(code="ABCDEFGH", name="Loa", place=village, by=cast.tuan, at=AT)


def test_a_code_ends_after_ten_minutes(cast: People) -> None:
    ask()
    late = AT + timedelta(minutes=10)
    with pytest.raises(errors.ClaimUnknown):
        actions.enrol(code="ABCDEFGH", name="Loa", place=cast.places.villages[0], by=cast.tuan, at=late)


@pytest.mark.parametrize("code", ["", "ABCDEFG", "0BCDEFGH", "'; DROP TABLE", "ABCDEFGHJ"])
def test_what_is_no_code_is_unknown(cast: People, code: str) -> None:
    with pytest.raises(errors.ClaimUnknown):
        actions.enrol(code=code, name="Loa", place=cast.places.villages[0], by=cast.tuan, at=AT)


@pytest.mark.parametrize("key", ["", "zz", "00" * 31, "AA" * 32])
def test_a_key_of_another_form_is_refused(key: str) -> None:
    with pytest.raises(errors.BadKey):
        actions.claim(code="ABCDEFGH", alg="ed25519", public_key=key, model="", serial="", at=AT)


def test_a_writer_enrols_nothing_and_nobody_enrols_elsewhere(cast: People) -> None:
    ask()
    for person, place in ((cast.lan, cast.places.villages[0]), (cast.tuan, cast.places.other_commune)):
        with pytest.raises(errors.NotYourArea):
            actions.enrol(code="ABCDEFGH", name="Loa", place=place, by=person, at=AT)


def test_a_loudspeaker_hangs_in_a_commune_or_village(cast: People) -> None:
    ask()
    with pytest.raises(errors.NotAVillage):
        actions.enrol(code="ABCDEFGH", name="Loa", place=cast.places.province, by=cast.tuan, at=AT)


def test_a_box_that_comes_back_elsewhere_leaves_the_groups_of_the_old_commune(cast: People) -> None:
    signer = keys.generate()
    ask(key=signer.public.pub.hex())
    device = actions.enrol(code="ABCDEFGH", name="Loa", place=cast.places.commune, by=cast.tuan, at=AT)
    actions.make_group(name="Chợ", place=cast.places.commune, devices=[device], by=cast.tuan, at=AT)
    ask_again(signer, "ABCDEFGJ")
    late = AT + timedelta(hours=1)
    actions.enrol(code="ABCDEFGJ", name="Loa", place=cast.places.ward, by=cast.tuan, at=late)
    assert not device.groups.exists()


def ask_again(signer: keys.Signer, code: str, proof: str | None = None) -> Claim:
    return actions.claim(
        code=code,
        alg="ed25519",
        public_key=signer.public.pub.hex(),
        model="m",
        serial="1",
        at=AT + timedelta(hours=1),
        proof=claims.proof(code, signer) if proof is None else proof,
    )


def test_a_box_that_lost_its_memory_comes_back_as_the_loudspeaker_it_was(cast: People) -> None:
    signer, (first, second) = keys.generate(), cast.places.villages[:2]
    ask(key=signer.public.pub.hex())
    device = actions.enrol(code="ABCDEFGH", name="Loa", place=first, by=cast.tuan, at=AT)
    ask_again(signer, "ABCDEFGJ")
    later = AT + timedelta(hours=1)
    again = actions.enrol(code="ABCDEFGJ", name="Loa mới", place=second, by=cast.tuan, at=later)
    assert (again.pk, again.name, again.area) == (device.pk, "Loa mới", second.area)
    assert (again.enrolled_at, again.rejoined_at) == (AT, later)
    assert Entry.objects.filter(fact="device.rejoined", subject=f"device:{device.pk}").exists()


@pytest.mark.parametrize("proof", ["", "zz", "00" * 64, "of another code", "of another key"])
def test_who_does_not_hold_the_key_cannot_ask_under_it(cast: People, proof: str) -> None:
    signer = keys.generate()
    ask(key=signer.public.pub.hex())
    actions.enrol(code="ABCDEFGH", name="Loa", place=cast.places.villages[0], by=cast.tuan, at=AT)
    if proof == "of another code":
        proof = claims.proof("ABCDEFGH", signer)
    elif proof == "of another key":
        proof = claims.proof("ABCDEFGJ", keys.generate())
    with pytest.raises(errors.ClaimTaken):
        ask_again(signer, "ABCDEFGJ", proof)


def test_a_revoked_key_never_comes_back(cast: People) -> None:
    signer = keys.generate()
    ask(key=signer.public.pub.hex())
    device = actions.enrol(code="ABCDEFGH", name="Loa", place=cast.places.villages[0], by=cast.tuan, at=AT)
    ask_again(signer, "ABCDEFGJ")
    actions.revoke(device=device, last_receipt=0, reason="mất cắp", by=cast.tuan, at=AT)
    with pytest.raises(errors.KeyRevoked):
        ask_again(signer, "ABCDEFGK")
    late = AT + timedelta(hours=1)
    with pytest.raises(errors.KeyRevoked):
        actions.enrol(code="ABCDEFGJ", name="Loa", place=cast.places.villages[0], by=cast.tuan, at=late)


def test_an_officer_of_elsewhere_takes_no_loudspeaker_over(cast: People) -> None:
    signer = keys.generate()
    ask(key=signer.public.pub.hex())
    device = actions.enrol(code="ABCDEFGH", name="Loa", place=cast.places.villages[0], by=cast.tuan, at=AT)
    Device.objects.filter(pk=device.pk).update(
        place=cast.places.other_commune, area=cast.places.other_commune.area
    )
    ask_again(signer, "ABCDEFGJ")
    late = AT + timedelta(hours=1)
    with pytest.raises(errors.NotYourArea):
        actions.enrol(code="ABCDEFGJ", name="Loa", place=cast.places.villages[0], by=cast.tuan, at=late)
