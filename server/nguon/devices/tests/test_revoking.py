"""Taking a loudspeaker out of use."""

import pytest
from django.db import IntegrityError, transaction

from nguon.accounts.tests.cast import People, people
from nguon.devices import actions, errors, queries
from nguon.devices.models import Device
from nguon.devices.tests.cast import Fleet, fleet
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> People:
    return people()


@pytest.fixture
def boxes(cast: People) -> Fleet:
    return fleet(cast)


def revoke(box: Device, cast: People, *, reason: str = "mất cắp", n: int = 7) -> Device:
    return actions.revoke(device=box, last_receipt=n, reason=reason, by=cast.tuan, at=AT)


def test_a_revoked_loudspeaker_is_out_of_use_and_in_the_journal(cast: People, boxes: Fleet) -> None:
    box = boxes.first.device
    revoke(box, cast)
    assert box not in queries.in_area([box.area])
    assert box not in queries.of_targets([f"d/{box.pk}"])
    assert list(queries.revoked_in([box.area])) == [box]
    fact = Entry.objects.get(fact="device.revoked", subject=f"device:{box.pk}")
    assert fact.data == {"name": box.name, "area": box.area, "reason": "mất cắp", "last_receipt": 7}


def test_it_waits_for_the_broker_until_that_is_noted_once(cast: People, boxes: Fleet) -> None:
    box = revoke(boxes.first.device, cast)
    assert queries.to_cut_off() == [box]
    for _ in range(2):
        actions.note_cut_off(device=box, at=AT)
    assert queries.to_cut_off() == []
    assert Entry.objects.filter(fact="device.cut_off").count() == 1


def test_what_a_revoked_loudspeaker_says_of_itself_is_not_heard(cast: People, boxes: Fleet) -> None:
    box = revoke(boxes.first.device, cast)
    assert not actions.note_health(device_id=box.pk, health={"clock": "SYNCED"}, at=AT)
    actions.seen(device_id=box.pk, at=AT)
    box.refresh_from_db()
    assert not box.online


def test_revoking_needs_a_reason_the_right_and_a_loudspeaker_in_use(cast: People, boxes: Fleet) -> None:
    box = boxes.first.device
    with pytest.raises(errors.ReasonMissing):
        revoke(box, cast, reason="  ")
    with pytest.raises(errors.NotYourArea):
        actions.revoke(device=box, last_receipt=0, reason="x", by=cast.lan, at=AT)
    revoke(box, cast)
    with pytest.raises(errors.AlreadyRevoked):
        revoke(box, cast)
    assert Entry.objects.filter(fact="device.revoked").count() == 1


def test_nothing_is_cut_off_that_is_in_use(boxes: Fleet) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Device.objects.filter(pk=boxes.first.device.pk).update(cut_off_at=AT)
