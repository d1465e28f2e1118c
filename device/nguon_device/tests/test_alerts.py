"""An alert goes before everything, has its own end, and begins again after a power cut; a drill does not."""

from dataclasses import replace
from pathlib import Path

import pytest
from av.error import FFmpegError

from nguon_device.agent import ALERT_ASKS_S
from nguon_device.decoding import BYTES_PER_MS, WordsMissing, samples
from nguon_device.local import FolderPhrases
from nguon_device.ports import Playing
from nguon_device.tests.authority import OLD, Authority
from nguon_device.tests.live import tone
from nguon_device.tests.world import World
from nguon_protocol import envelope
from nguon_protocol.documents import PlanItem, Policy, Urgent
from nguon_protocol.documents.plan import Stocked
from nguon_protocol.ids import order_id

ENDS = ("started", "played", "partly", "missed", "cancelled", "refused")


def ready(folder: Path, policy: Policy | None = None) -> World:
    world = World(
        folder, Authority(policy=policy or Policy(quiet=()), broker={"url": "mqtt://b", "jwt": "x"})
    )
    world.run(5)
    world.broker_up()
    return world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return ready(tmp_path)


def told(world: World) -> list[str]:
    return world.authority.events(*ENDS)


def sounds(world: World) -> str | None:
    return None if world.sink.playing is None else world.sink.playing.item


def test_an_alert_cuts_what_sounds_within_a_second_and_the_plan_goes_on_after_it(world: World) -> None:
    due = int(world.authority.now) + 3
    item = world.authority.item("p", due, dur_ms=60_000)
    world.authority.plan(PlanItem(due, item))
    world.run(8)
    assert sounds(world) == item.id
    world.tell(world.authority.alert()[0])
    world.run(0.5)
    assert sounds(world) not in {item.id, None}
    world.run(21)
    assert sounds(world) == item.id
    world.run(60)
    assert told(world) == ["started", "started", "played 20s", "partly preempted 40s"]


def test_an_alert_knows_no_quiet_hours_no_minutes_and_no_loudest_volume(tmp_path: Path) -> None:
    always = (("00:00", "23:59"), ("23:59", "00:00"))
    world = ready(tmp_path, Policy(quiet=always, minutes_per_day=0, volume_max=30))
    words = world.authority.item("words", volume=90)
    world.tell(world.authority.alert(item=words)[0])
    world.run(30)
    assert told(world) == ["started", "played 20s"]
    assert world.sink.volumes == [90]


def test_what_an_alert_sounds_does_not_use_up_the_minutes_of_the_day(tmp_path: Path) -> None:
    world = ready(tmp_path, Policy(quiet=(), minutes_per_day=1))
    for _ in range(3):
        world.tell(world.authority.alert(dur_ms=40_000)[0])
        world.run(45)
    world.tell(world.authority.order(item=world.authority.item("o", dur_ms=50_000)))
    world.run(60)
    assert told(world)[-1] == "played 50s"


def test_one_person_alone_raises_no_alert(world: World) -> None:
    alert = world.authority.alert()[0]
    lone = Urgent.parse(envelope.parse(alert).payload).sign([world.authority.officers[0]])
    world.authority.documents.clear()
    world.tell(lone)
    world.run(3)
    assert told(world) == ["refused threshold"]


def test_its_cancel_ends_it_at_once_and_a_stop_does_not(world: World) -> None:
    alert, cancel, _ = world.authority.alert()
    world.tell(alert)
    world.run(2)
    world.tell(world.authority.order("stop"))
    world.run(2)
    assert sounds(world) is not None
    world.tell(cancel)
    assert sounds(world) is None
    world.run(30)
    assert told(world) == ["started", "partly cancelled 4s"]


def test_a_cancel_that_arrives_first_wins(world: World) -> None:
    alert, cancel, _ = world.authority.alert()
    world.tell(cancel)
    world.tell(alert)
    world.run(30)
    assert told(world) == ["cancelled"]


def test_a_correction_takes_the_place_of_its_alert(world: World) -> None:
    alert, _, correction = world.authority.alert()
    world.tell(alert)
    world.run(3)
    world.tell(correction)
    world.run(20)
    assert told(world) == ["started", "partly cancelled 3s", "started", "played 8s"]


def test_after_a_power_cut_an_alert_begins_again_until_it_expires_and_nothing_else_does(world: World) -> None:
    world.tell(world.authority.order(item=world.authority.item("o", dur_ms=60_000)))
    world.run(2)
    world.tell(world.authority.alert()[0])
    world.run(5)
    world.boot()
    world.run(40)
    assert sorted(told(world)[2:4]) == ["partly power 2s", "partly power 4s"]
    assert told(world)[4:] == ["started", "played 20s"]
    world.boot()
    world.run(40)
    assert told(world)[6:] == []


def test_a_clean_end_of_the_agent_is_as_a_power_cut_to_an_alert(world: World) -> None:
    world.tell(world.authority.alert()[0])
    world.run(5)
    world.agent.close()
    world.boot()
    world.run(40)
    assert told(world) == ["started", "partly power 5s", "started", "played 20s"]


def test_an_alert_that_was_cut_and_has_expired_is_over_with_what_was_told(world: World) -> None:
    world.tell(world.authority.alert(expires=int(world.authority.now) + 10)[0])
    world.run(5)
    world.boot()
    world.cut = True
    world.run(30)
    world.cut = False
    world.run(20)
    assert told(world) == ["started", "partly power 4s"]


def test_a_device_that_was_away_never_sounds_an_expired_alert(world: World) -> None:
    world.broker_up(False)
    world.cut = True
    world.authority.alert(expires=int(world.authority.now) + 60)
    world.run(90)
    world.cut = False
    world.run(30)
    assert told(world) == ["refused expired"]


def test_an_alert_is_found_by_beacon_when_the_broker_is_gone(world: World) -> None:
    world.broker_up(False)
    world.authority.alert()
    world.run(40)
    assert told(world) == ["started", "played 20s"]


def test_who_sounds_an_alert_asks_soon_after_the_broker_is_back_whether_it_is_over(tmp_path: Path) -> None:
    world = World(tmp_path, Authority(broker={"url": "mqtt://b", "jwt": "x"}), poll_s=6000.0)
    world.until(lambda: world.agent.clock.fresh)
    world.broker_up()
    world.tell(world.authority.alert(repeat=5)[0])
    world.run(2)
    assert sounds(world) is not None
    asked: set[str] = set()
    usual = world.authority.beacon

    def beacon(nonce: str) -> str:
        asked.add(nonce)
        return usual(nonce)

    vars(world.authority)["beacon"] = beacon
    world.broker_up(False)
    world.broker_up()
    world.run(ALERT_ASKS_S + 1)
    assert len(asked) == 1


def test_a_renewed_alert_is_heard_once_and_one_that_was_missed_is_heard_then(world: World) -> None:
    world.tell(world.authority.alert(id=order_id("1", "x"))[0])
    world.run(25)
    world.tell(world.authority.alert(id=order_id("1", "x"))[0])
    world.run(25)
    assert told(world) == ["started", "played 20s"]
    world.switches.on = True
    world.tell(world.authority.alert(id=order_id("2", "x"), expires=int(world.authority.now) + 5)[0])
    world.run(10)
    world.switches.on = False
    assert told(world)[2:] == ["missed mute"]
    world.tell(world.authority.alert(id=order_id("2", "x"))[0])
    world.run(25)
    assert told(world)[3:] == ["started", "played 20s"]


def test_an_alert_begins_with_its_stored_sounds_while_its_words_are_on_their_way(world: World) -> None:
    alert = world.authority.alert(item=world.authority.item("words"))[0]
    world.cut = True
    world.tell(alert)
    world.run(1)
    assert sounds(world) is not None


def test_an_alert_of_which_nothing_is_stored_waits_for_its_words(world: World) -> None:
    world.phrases.stored = set()
    world.cut = True
    world.tell(world.authority.alert(item=world.authority.item("words"))[0])
    world.run(5)
    assert sounds(world) is None
    world.cut = False
    world.run(40)
    assert told(world) == ["started", "played 20s"]


def test_a_drill_is_held_to_policy_and_is_stopped_as_an_order_is(tmp_path: Path) -> None:
    world = ready(tmp_path, Policy(quiet=(), volume_max=40))
    world.tell(world.authority.drill())
    world.run(3)
    assert world.sink.volumes == [40]
    world.tell(world.authority.order("stop"))
    world.run(10)
    assert told(world) == ["started", "partly stopped 3s"]
    (tmp_path / "other").mkdir()
    quiet = ready(tmp_path / "other", Policy(quiet=(("00:00", "23:59"),)))
    quiet.tell(quiet.authority.drill())
    quiet.run(3)
    assert told(quiet) == ["refused quiet"]


def test_a_drill_that_cannot_say_that_it_is_one_is_not_heard(world: World) -> None:
    world.phrases.stored.discard("drill")
    world.tell(world.authority.drill(sounds=("drill", "siren-less"), expires=int(world.authority.now) + 5))
    world.run(20)
    assert told(world) == ["missed media"]


def test_a_test_of_the_path_reaches_the_sink_at_volume_0_also_at_night_and_proves_it(tmp_path: Path) -> None:
    world = ready(tmp_path, Policy(quiet=(("00:00", "23:59"),), minutes_per_day=0))
    world.tell(world.authority.drill("test"))
    world.run(20)
    assert told(world) == ["started", "played silent 10s"]
    assert world.sink.volumes == [0]


def test_a_test_waits_for_what_is_heard_and_never_cuts_it(world: World) -> None:
    world.tell(world.authority.drill("test"))
    world.run(2)
    world.tell(world.authority.order(item=world.authority.item("o", dur_ms=4000)))
    world.run(0.2)
    assert world.sink.volumes == [0, 80]
    world.run(20)
    assert told(world) == ["started", "started", "played 4s", "partly preempted 6s"]


def test_without_a_clock_an_alert_of_the_journal_is_silent_until_there_is_a_time(world: World) -> None:
    world.tell(world.authority.alert()[0])
    world.run(5)
    world.cut = True
    world.timer.name_of_era = "another boot, no battery"
    world.timer.wrong_by = OLD - world.timer.true
    world.boot()
    world.run(60)
    assert sounds(world) is None
    world.cut = False
    world.run(30)
    assert told(world) == ["started", "partly power 4s", "started", "played 20s"]


def whole(folder: Path, *before: str, repeat: int = 1, dur_ms: int = 60_000, offset_ms: int = 0) -> Playing:
    words = folder / "words"
    return Playing(
        "i",
        "t",
        words,
        "audio/ogg",
        offset_ms,
        dur_ms,
        100,
        0,
        before=tuple(folder / f"{name}.ogg" for name in before),
        repeat=repeat,
    )


def length_ms(playing: Playing) -> int:
    return sum(len(block) for block in samples(playing)) // BYTES_PER_MS


def test_stored_sounds_and_words_are_decoded_one_after_the_other_and_repeated(tmp_path: Path) -> None:
    (tmp_path / "siren.ogg").write_bytes(tone(1))
    (tmp_path / "words").write_bytes(tone(2))
    assert length_ms(whole(tmp_path, "siren", repeat=2)) == 6000
    assert length_ms(whole(tmp_path, "siren", repeat=2, offset_ms=4500)) == 1500
    assert length_ms(whole(tmp_path, "siren", repeat=10, dur_ms=7250)) == 7250


def test_while_the_words_are_on_their_way_the_siren_goes_on_and_their_absence_is_told(tmp_path: Path) -> None:
    (tmp_path / "siren.ogg").write_bytes(tone(1))
    coming = samples(whole(tmp_path, "siren", repeat=1))
    heard = b"".join(next(coming) for _ in range(200))
    (tmp_path / "words").write_bytes(tone(2))
    heard += b"".join(coming)
    assert len(heard) // BYTES_PER_MS % 1000 == 0
    assert len(heard) // BYTES_PER_MS >= 5000
    (tmp_path / "words").unlink()
    with pytest.raises(WordsMissing):
        length_ms(whole(tmp_path, "siren", dur_ms=2500))


def test_a_spoiled_siren_does_not_keep_the_words_away_but_a_spoiled_phrase_ends_a_drill(
    tmp_path: Path,
) -> None:
    (tmp_path / "siren.ogg").write_bytes(b"rot")
    (tmp_path / "words").write_bytes(tone(2))
    playing = whole(tmp_path, "siren")
    assert length_ms(playing) == 2000
    with pytest.raises(FFmpegError):
        length_ms(replace(playing, strict=True))


def test_the_stored_sounds_of_a_folder_have_names(tmp_path: Path) -> None:
    assert list(FolderPhrases(tmp_path).names()) == []
    (tmp_path / "sounds").mkdir()
    for name in ("siren.ogg", "drill.ogg", "notes.txt"):
        (tmp_path / "sounds" / name).write_bytes(b"x")
    phrases = FolderPhrases(tmp_path)
    assert sorted(phrases.names()) == ["drill", "siren"]
    assert phrases.path("siren") == tmp_path / "sounds" / "siren.ogg"


def test_what_the_plan_has_in_stock_is_fetched_ahead_and_sounds_by_its_name(world: World) -> None:
    world.phrases.stored = set()
    sound = world.authority.item("stock", sound=b"attention").media
    stock = (Stocked("attention", sound), Stocked("siren", sound))
    world.tell(world.authority.plan(stock=stock))
    world.until(lambda: sound.sha256 in world.shelf.stored())
    world.tell(world.authority.alert(sounds=("attention",))[0])
    world.run(1)
    assert world.sink.playing is not None
    assert world.sink.playing.before == (world.shelf.path(sound.sha256),)


def test_a_cancel_ends_what_began_again_after_a_power_cut_and_outlives_the_next_one(world: World) -> None:
    alert, cancel, _ = world.authority.alert()
    world.tell(alert)
    world.run(3)
    world.boot()
    world.run(5)
    assert sounds(world) is not None
    world.tell(cancel)
    assert sounds(world) is None
    for _ in range(2):
        world.boot()
        world.run(30)
    assert [one.split()[0] for one in told(world)] == ["started", "partly", "started", "partly"]
    assert told(world)[-1].startswith("partly cancelled")
