"""The op `plan`: what is signed for a target, and when it is signed anew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from nguon_protocol import envelope, ids
from nguon_protocol.documents import Plan
from nguon_signer.errors import Refused
from nguon_signer.opened import Opened
from nguon_signer.tests.cast import (
    COMMUNE,
    EPOCH,
    MEDIA,
    NOW,
    OTHER,
    PROVINCE,
    STRANGER,
    VILLAGE,
    Call,
    Clock,
    World,
)

# It has the real tables made; Django itself is not used here.
pytestmark = pytest.mark.django_db


def test_plan_is_signed_by_both_server_keys_and_says_what_was_approved(
    call: Call, world: World, opened: Opened
) -> None:
    revision = world.revision()
    document = call("plan", target=COMMUNE)["document"]
    parsed = envelope.parse(document["envelope"])
    assert envelope.valid_keys(parsed, opened.root.keys_of("server")) == set(opened.root.roles["server"].kids)
    plan = Plan.parse(parsed.payload)
    assert (plan.target, plan.v, plan.epoch, plan.issued) == (COMMUNE, 1, 1, EPOCH)
    assert plan.expires == EPOCH + 35 * 86_400
    (item,) = plan.items
    assert (item.at, item.item.id) == (EPOCH + 3600, ids.item_id(revision, EPOCH + 3600))
    assert (item.item.media.sha256, item.item.dur_ms, item.item.volume) == (MEDIA, 4000, 80)
    assert document["sha256"] == parsed.sha256
    assert document["items"] == [
        {"id": item.item.id, "revision": revision, "at": EPOCH + 3600, "media": MEDIA}
    ]


def test_same_content_is_not_signed_twice_until_it_is_due_for_renewal(
    call: Call, world: World, clock: Clock
) -> None:
    world.revision(starts_at=NOW + timedelta(days=3))
    first = call("plan", target=COMMUNE)["document"]
    clock.now += 3600
    assert call("plan", target=COMMUNE)["document"] == first
    clock.now += 86_400
    renewed = call("plan", target=COMMUNE)["document"]
    assert (renewed["v"], renewed["items"]) == (2, first["items"])
    assert renewed["expires"] > first["expires"]


def test_new_and_withdrawn_bulletins_make_new_plans(call: Call, world: World) -> None:
    assert call("plan", target=COMMUNE)["document"]["items"] == []
    revision = world.revision()
    assert [item["revision"] for item in call("plan", target=COMMUNE)["document"]["items"]] == [revision]
    world.withdraw(revision)
    document = call("plan", target=COMMUNE)["document"]
    assert (document["v"], document["items"]) == (3, [])


def test_only_revisions_of_exactly_this_target(call: Call, world: World) -> None:
    world.revision(COMMUNE, VILLAGE)
    world.revision(f"d/{world.device}")
    world.revision(timing="now")
    assert len(call("plan", target=VILLAGE)["document"]["items"]) == 1
    assert len(call("plan", target=f"d/{world.device}")["document"]["items"]) == 1
    assert call("plan", target=f"g/{world.group}")["document"]["items"] == []


def test_repetition_becomes_explicit_instants(call: Call, world: World) -> None:
    world.revision(timing="repeat", rrule="FREQ=DAILY")
    instants = [item["at"] for item in call("plan", target=COMMUNE)["document"]["items"]]
    assert instants == [EPOCH + 3600 + day * 86_400 for day in range(35)]


def test_a_clash_is_laid_out_by_priority(call: Call, world: World) -> None:
    world.revision()
    first = world.revision(priority=2)
    items = call("plan", target=COMMUNE)["document"]["items"]
    assert items[0]["revision"] == first


@pytest.mark.parametrize(("target", "reason"), [(PROVINCE, "scope"), ("vn", "scope"), ("vn.5.999", "target")])
def test_target_is_one_known_commune_at_most(call: Call, target: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        call("plan", target=target)
    assert refused.value.reason == reason


def test_group_over_two_communes_is_refused(call: Call, world: World) -> None:
    world.insert("devices_devicegroup_devices", devicegroup_id=world.group, device_id=world.other_device)
    with pytest.raises(Refused, match="more than one commune"):
        call("plan", target=f"g/{world.group}")


def test_one_bad_revision_does_not_silence_the_others(call: Call, world: World) -> None:
    good = world.revision()
    unapproved = world.revision(approved=False)
    bad = world.revision(approved=False)
    world.approve(bad, "00" * 32)
    answer = call("plan", target=COMMUNE)
    assert [item["revision"] for item in answer["document"]["items"]] == [good]
    assert [(one["revision"], one["reason"]) for one in answer["refused"]] == [(bad, "content")]
    assert unapproved not in str(answer)


def test_a_device_that_moved_away_from_the_approvers_area_gets_nothing(call: Call, world: World) -> None:
    world.revision(f"d/{world.device}")
    world.db.execute("UPDATE devices_device SET area = %s WHERE id = %s", (OTHER, world.device))
    answer = call("plan", target=f"d/{world.device}")
    assert answer["document"]["items"] == []
    assert answer["refused"][0]["reason"] == "role"


def test_approver_of_another_commune_counts_for_nothing(call: Call, world: World) -> None:
    revision = world.revision(approved=False)
    (said,) = world.db.execute(
        "SELECT content_sha256 FROM bulletins_revision WHERE id = %s", (revision,)
    ).fetchone() or ("",)
    world.approve(revision, said, by=STRANGER)
    assert call("plan", target=COMMUNE)["refused"][0]["reason"] == "role"


def test_a_plan_that_is_too_long_is_cut_at_its_far_end(call: Call, world: World) -> None:
    hours = ",".join(str(hour) for hour in range(24))
    world.revision(timing="repeat", rrule=f"FREQ=DAILY;BYHOUR={hours};BYMINUTE=0,30", title="dài " * 49)
    answer = call("plan", target=COMMUNE)
    last = answer["document"]["items"][-1]["at"]
    assert last < answer["until"] < EPOCH + 35 * 86_400
    assert last > EPOCH + 4 * 86_400
    assert len(answer["document"]["envelope"]) <= 256 * 1024
