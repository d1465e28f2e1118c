"""Good and bad programs, end to end: signed by maintainers, judged by the signer, tried by loudspeakers."""

from datetime import timedelta
from typing import Any

import pytest

from nguon.devices.models import Device
from nguon.devices.tests.cast import loudspeaker
from nguon.health.models import Alarm
from nguon.health.states import AlarmKind
from nguon.journal.models import Entry
from nguon.releases import actions, errors, queries
from nguon.releases.models import Release, Turn
from nguon.releases.states import ReleaseState, TurnState
from nguon.releases.tests.conftest import World, bundle

SOAK = 5


def started(world: World, release: Release, limit: int = 5) -> Release:
    return actions.start(
        release=release, soak_minutes=SOAK, limit=limit, by=world.people.binh, at=world.now()
    )


def state(release: Release) -> ReleaseState:
    return ReleaseState(Release.objects.values_list("state", flat=True).get(pk=release.pk))


def agents() -> list[str]:
    return sorted(Device.objects.filter(model="simulated").values_list("agent", flat=True))


def test_a_good_program_goes_wave_by_wave_to_everybody(world: World) -> None:
    world.loudspeakers(3)
    made = started(world, world.release("9.9.9"))
    assert [turn.wave for turn in Turn.objects.all()] == [1]
    world.until(lambda: agents().count("9.9.9") == 1)
    assert Release.objects.get().wave == 1  # it is well, and is looked at for a while
    world.until(lambda: Release.objects.get().wave == 3)
    assert sorted(Turn.objects.values_list("wave", flat=True)) == [1, 3, 3]
    world.until(lambda: state(made) == ReleaseState.DONE)
    assert agents() == ["9.9.9"] * 3
    assert [(wave.all, wave.good) for wave in queries.waves_of(made)] == [(1, 1), (0, 0), (2, 2)]
    told = [fact.removeprefix("release.") for fact in _facts()]
    assert told == ["added", "admitted", "started", "advanced", "done"]
    world.loudspeakers(1)  # who joins later gets it as well
    world.until(lambda: agents() == ["9.9.9"] * 4)
    assert state(made) == ReleaseState.DONE


def test_an_hour_in_which_nobody_is_there_does_not_open_the_last_wave(world: World) -> None:
    village, made = world.people.places.villages[0], world.release("9.9.9")
    for number in range(20):
        loudspeaker(f"Loa {number}", village)
    fleet = Device.objects.filter(name__startswith="Loa ")
    fleet.update(model=made.model, online=True, last_seen_at=world.now())
    started(world, made)
    Device.objects.filter(pk=Turn.objects.get().device_id).update(agent="9.9.9")
    world.run(20)
    fleet.exclude(agent="9.9.9").update(online=False)
    for _minute in range(2 * (SOAK + 2)):  # well for the soaks of two waves; the others are away
        fleet.filter(agent="9.9.9").update(last_seen_at=world.now())
        world.run(60)
    assert (Release.objects.get().wave, Turn.objects.count()) == (2, 1)
    fleet.update(online=True, last_seen_at=world.now())
    world.run(20)
    assert (Release.objects.get().wave, Turn.objects.count()) == (2, 2)


def test_one_that_is_taken_out_of_use_has_proven_nothing_and_another_comes_in_its_place(
    world: World,
) -> None:
    village, made = world.people.places.villages[0], world.release("9.9.9")
    for number in range(5):
        loudspeaker(f"Loa {number}", village)
    fleet = Device.objects.filter(name__startswith="Loa ")
    fleet.update(model=made.model, online=True, last_seen_at=world.now())
    started(world, made)
    first = Turn.objects.get().device_id
    Device.objects.filter(pk=first).update(revoked_at=world.now())
    world.run(20)
    assert Turn.objects.exclude(device_id=first).count() == 1
    for _minute in range(2 * (SOAK + 2)):  # nobody has run it for a soak
        fleet.update(last_seen_at=world.now())
        world.run(60)
    assert (Release.objects.get().wave, Turn.objects.count()) == (1, 2)


def test_a_bad_program_reaches_one_loudspeaker_which_goes_on_with_the_old_one(world: World) -> None:
    world.loudspeakers(3)
    made = started(world, world.release("9.9.9", broken=True))
    world.until(lambda: state(made) == ReleaseState.HALTED)
    assert "Đợt 1%: 1/1 cụm loa không cập nhật được" in Release.objects.get().reason
    assert [turn.state for turn in Turn.objects.all()] == [TurnState.FAILED]
    assert "9.9.9" not in agents()
    world.run(300)
    assert Turn.objects.count() == 1
    better = world.release("9.9.10", 2)
    with pytest.raises(errors.OtherUnderWay):
        started(world, better)
    actions.withdraw(release=made, reason="Lỗi", by=world.people.binh, at=world.now())
    started(world, better)
    world.until(lambda: state(better) == ReleaseState.DONE)
    assert agents() == ["9.9.10"] * 3


def test_one_that_makes_ill_or_silent_halts_until_a_person_goes_on(world: World) -> None:
    world.loudspeakers(3)
    made = started(world, world.release("9.9.9"))
    world.until(lambda: agents().count("9.9.9") == 1)
    (turn,) = Turn.objects.all()
    Alarm.objects.create(device_id=turn.device_id, kind=AlarmKind.MAINS, raised_at=world.now())
    world.run(30)
    assert state(made) == ReleaseState.ROLLING  # no program takes the mains away
    Alarm.objects.create(device_id=turn.device_id, kind=AlarmKind.HOT, raised_at=world.now())
    actions.step(signer=world, at=world.now())
    assert state(made) == ReleaseState.HALTED
    assert Turn.objects.get().state == TurnState.ILL
    actions.resume(release=made, by=world.people.binh, at=world.now())
    world.until(lambda: Release.objects.get().wave == 3)
    silent = Turn.objects.filter(wave=3).first()
    assert silent is not None
    box = next(one for one in world.boxes if one.agent and one.agent.reports.device == str(silent.device_id))
    box.switch_off()
    world.until(lambda: state(made) == ReleaseState.HALTED)
    assert Turn.objects.get(pk=silent.pk).state == TurnState.SILENT


def test_what_one_maintainer_signed_or_an_older_number_is_refused_by_the_signer(world: World) -> None:
    assert state(world.release("1.0", 5, signers=1)) == ReleaseState.REFUSED
    assert "threshold" in Release.objects.get().reason
    assert state(world.release("1.1", 6)) == ReleaseState.READY
    old = world.release("1.2", 5)
    assert (old.state, "rollback" in old.reason) == (ReleaseState.REFUSED, True)


def test_what_is_no_release_or_another_bundle_is_one_sentence(world: World) -> None:
    binh, content = world.people.binh, bundle("2.0")
    given: dict[str, Any] = {"notes": "", "by": binh, "at": world.now()}
    given["area"] = world.people.places.province.area
    with pytest.raises(errors.NotARelease):
        actions.add(envelope="{}", bundle=content, **given)
    with pytest.raises(errors.OtherBundle):
        actions.add(envelope=world.signed(content), bundle=bundle("2.1"), **given)
    with pytest.raises(errors.BadVersion):
        actions.add(envelope=world.signed(b"no zip"), bundle=b"no zip", **given)
    with pytest.raises(errors.NotYours):
        actions.add(envelope=world.signed(content), bundle=content, **given | {"by": world.people.tuan})
    actions.add(envelope=world.signed(content), bundle=content, **given)
    with pytest.raises(errors.Known):
        actions.add(envelope=world.signed(content), bundle=content, **given)


def test_people_halt_go_on_and_withdraw(world: World) -> None:
    made, tuan, binh = world.release("3.0"), world.people.tuan, world.people.binh
    with pytest.raises(errors.NobodyThere):
        started(world, made)
    world.loudspeakers(1)
    with pytest.raises(errors.BadNumbers):
        started(world, made, limit=80)
    started(world, made)
    with pytest.raises(errors.NoReason):
        actions.halt(release=made, reason=" ", by=tuan, at=world.now())
    actions.halt(release=made, reason="Chờ hỏi", by=tuan, at=world.now())
    world.run(300)
    assert agents() != ["3.0"]  # no beacon names it
    with pytest.raises(errors.NotYours):
        actions.resume(release=made, by=tuan, at=world.now())
    actions.resume(release=made, by=binh, at=world.now())
    world.until(lambda: agents() == ["3.0"])
    actions.withdraw(release=made, reason="Nhầm", by=binh, at=world.now())
    with pytest.raises(errors.NotNow):
        actions.resume(release=made, by=binh, at=world.now())
    assert queries.bundle(made.bundle) is None


def test_a_signer_that_is_away_is_asked_again(world: World) -> None:
    content = bundle("4.0")
    made = actions.add(
        area=world.people.places.province.area, envelope=world.signed(content), bundle=content, notes="",
        by=world.people.binh, at=world.now() - timedelta(seconds=1),
    )  # fmt: skip
    assert state(made) == ReleaseState.WAITING
    actions.step(signer=world, at=world.now())
    assert state(made) == ReleaseState.READY


def _facts() -> list[str]:
    return list(
        Entry.objects.filter(fact__startswith="release.").order_by("sequence").values_list("fact", flat=True)
    )
