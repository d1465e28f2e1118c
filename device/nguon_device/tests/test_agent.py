"""The agent's core in a world of our own: enrolment, obeying, playing, proving, surviving."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from nguon_device.ports import BrokerDown, Message
from nguon_device.tests.authority import AREA, COMMUNE, DEVICE, GROUP, Authority
from nguon_device.tests.world import World
from nguon_protocol import keys
from nguon_protocol.counters import PEOPLES
from nguon_protocol.documents import Order, PlanItem, Policy
from nguon_protocol.envelope import parse, payload_type, sign


@pytest.fixture
def world(tmp_path: Path) -> World:
    found = World(tmp_path)
    found.run(2)
    return found


def test_enrolment_shows_a_code_and_ends_with_a_signed_time(tmp_path: Path) -> None:
    world = World(tmp_path, Authority(enrolled=False))
    world.run(5)
    assert (tmp_path / "claim.json").exists()
    assert stat.S_IMODE((tmp_path / "device.key").stat().st_mode) == 0o600
    assert "claim code" in world.told[0]
    world.authority.enrolled = True
    world.run(3)
    assert not (tmp_path / "claim.json").exists()
    assert world.agent.clock.state == "SYNCED"
    assert abs(world.agent.clock.now() - world.authority.now) < 0.2


def test_a_claim_code_is_renewed_when_it_expires_and_after_the_server_was_away(tmp_path: Path) -> None:
    world = World(tmp_path, Authority(enrolled=False), tick_s=0.5)
    world.run(5)
    first = world.authority.claim["code"]
    world.run(605)
    assert world.authority.claim["code"] != first
    world.cut = True
    world.run(20)
    world.cut, world.authority.enrolled = False, True
    world.run(8)
    assert world.agent.desk.identity is not None


def test_a_root_that_is_not_signed_by_its_own_quorum_is_no_enrolment(tmp_path: Path) -> None:
    authority = Authority()
    authority.root = Authority().root[:-10] + authority.root[-10:]
    world = World(tmp_path, authority)
    world.run(5)
    assert world.agent.desk.identity is None


def test_a_plan_is_fetched_made_ready_played_on_time_and_proven(world: World) -> None:
    at = int(world.authority.now) + 30
    world.authority.plan(PlanItem(at, world.authority.item("r1", at)))
    world.run(60)
    assert world.authority.events() == ["info boot", "accepted", "ready", "started", "played 10s"]
    started = next(one for one in world.authority.receipts if one.event == "started")
    assert abs((started.started_at_ms or 0) - at * 1000) <= 100


def test_one_receipt_says_of_all_items_of_a_plan_that_they_are_ready(world: World) -> None:
    at = int(world.authority.now) + 3600
    items = [world.authority.item(f"r{n}", at + 60 * n) for n in range(203)]
    world.authority.plan(*(PlanItem(at + 60 * n, one) for n, one in enumerate(items)))
    world.run(30)
    ready = [one for one in world.authority.receipts if one.event == "ready"]
    assert [len(one.named) for one in ready] == [200, 3]
    assert {name for one in ready for name in one.named} == {one.id for one in items}


def test_an_order_by_the_broker_is_played_at_once_and_by_the_beacon_not_again(world: World) -> None:
    world.broker_up()
    order = world.authority.order(item=world.authority.item())
    for _ in range(3):
        world.tell(order)
    world.authority.order(item=world.authority.item(), target=f"d/{DEVICE}")  # the same by another path
    world.authority.order(item=world.authority.item(), target=f"g/{GROUP}")
    world.run(40)
    assert world.authority.events("started", "played", "partly", "missed", "refused") == [
        "started",
        "played 10s",
    ]


def test_stop_silences_and_nothing_older_begins(world: World) -> None:
    world.tell(world.authority.order(item=world.authority.item("a")))
    late = world.authority.order(item=world.authority.item("b"))
    world.run(3)
    assert world.sink.playing is not None
    world.tell(world.authority.order("stop"))
    assert world.sink.heard[-1][2] <= world.timer.mono
    world.tell(late)
    world.run(20)
    assert world.authority.events("partly", "missed") == ["partly stopped 3s", "missed stopped"]
    world.tell(world.authority.order(item=world.authority.item("c")))
    world.run(2)
    assert world.sink.playing is not None


def test_a_cancel_silences_and_one_that_comes_first_wins(world: World) -> None:
    playing, never = world.authority.item("a"), world.authority.item("b")
    world.tell(world.authority.order(item=playing))
    world.run(2)
    world.tell(world.authority.order("cancel", items=(playing.id, never.id)))
    world.tell(world.authority.order(item=never))
    world.run(20)
    assert world.authority.events("partly", "cancelled") == ["partly cancelled 2s", "cancelled"]
    assert world.starts == [playing.id]


def test_an_order_goes_before_the_plan_which_goes_on_where_it_would_be(world: World) -> None:
    at = int(world.authority.now) + 5
    world.authority.plan(PlanItem(at, world.authority.item("p", at, dur_ms=40_000)))
    world.until(lambda: world.sink.playing is not None)
    world.run(5)
    world.tell(world.authority.order(item=world.authority.item("o")))
    world.run(60)
    assert world.authority.events("played", "partly") == ["played 10s", "partly preempted 30s"]
    assert [offset for _, _, _, offset in world.sink.heard] == [0, 0, 15050]
    assert len(world.starts) == 2


def test_after_a_power_cut_inside_an_item_it_is_not_played_again(world: World) -> None:
    world.tell(world.authority.order(item=world.authority.item()))
    world.run(5)
    world.boot()
    world.run(30)
    assert world.authority.events("started", "partly", "played")[0] == "started"
    assert world.authority.events("partly", "played") in (["partly power 4s"], ["partly power 5s"])
    assert {one.boot for one in world.authority.receipts} == {1, 2}


def test_a_stranger_is_refused_and_reported_once(world: World) -> None:
    item = world.authority.item()
    order = Order(issued=int(world.authority.now), expires=int(world.authority.now) + 900, epoch=1, v=99,
                  id=item.id, target=COMMUNE, action="play", item=item)  # fmt: skip
    forged = order.sign([keys.generate()])
    for _ in range(3):
        world.tell(forged)
    world.authority.publish(order, keys.generate())
    world.agent.handle(Message(b"\xff"))
    world.agent.handle(
        Message(sign(b"{}", "application/vnd.loa.beacon.v1+json", [world.authority.signer]).encode())
    )
    world.run(20)
    assert world.authority.events("refused", "started") == ["refused threshold", "refused parse"]


def test_without_network_the_plan_goes_on_and_the_receipts_wait(world: World) -> None:
    at = int(world.authority.now) + 60
    world.authority.plan(PlanItem(at, world.authority.item("r1", at)))
    world.run(20)
    world.cut = True
    world.run(100)
    assert world.authority.events("played") == []
    world.cut = False
    world.run(40)
    assert world.authority.events("played") == ["played 10s"]
    assert world.authority.chain.n == len(world.authority.receipts)


def test_an_offline_reboot_keeps_time_by_the_battery_clock(world: World) -> None:
    at = int(world.authority.now) + 60
    world.authority.plan(PlanItem(at, world.authority.item("r1", at)))
    world.run(20)
    world.cut = True
    world.boot()
    assert world.agent.clock.state == "HOLDOVER"
    world.run(60)
    world.cut = False
    world.run(20)
    assert world.authority.events("played") == ["played 10s"]


def test_a_clock_that_went_back_is_unknown_and_no_plan_is_played(world: World) -> None:
    at = int(world.authority.now) + 30
    world.authority.plan(PlanItem(at, world.authority.item("r1", at)))
    world.run(10)
    world.cut = True
    world.timer.wrong_by -= 40 * 86400
    world.boot()
    assert world.agent.clock.state == "UNKNOWN"
    world.run(60)
    assert world.sink.playing is None
    assert world.sink.heard == []


def test_a_missing_file_is_waited_for_and_then_reported(world: World) -> None:
    item = world.authority.item()
    sound = world.authority.media.pop(item.media.sha256)
    world.tell(world.authority.order(item=item))
    world.run(30)
    assert world.authority.events("ready", "started") == []
    world.authority.media[item.media.sha256] = sound
    world.run(30)
    assert world.authority.events("ready", "played") == ["played 10s"]


def test_an_order_that_must_wait_is_said_to_be_ready_and_one_that_begins_is_not(world: World) -> None:
    world.broker_up()
    for name in ("first", "second"):
        world.tell(world.authority.order(item=world.authority.item(name)))
    world.run(5)
    assert world.authority.events("ready", "started") == ["started", "ready"]
    items = [one.item for one in world.authority.receipts if one.event in ("ready", "started")]
    assert len(set(items)) == 2
    world.run(30)
    assert world.authority.events("ready", "started") == ["started", "ready", "started"]


def test_quiet_hours_are_kept(tmp_path: Path) -> None:
    authority = Authority(policy=Policy(quiet=(("00:00", "23:59"),)))
    world = World(tmp_path, authority)
    world.run(2)
    world.tell(authority.order(item=authority.item()))
    at = int(authority.now) + 10
    authority.plan(PlanItem(at, authority.item("p", at)))
    world.run(90)
    assert authority.events("refused", "missed", "started") == ["refused quiet", "missed quiet"]


def test_receipts_go_by_the_broker_and_by_http_without_it(world: World) -> None:
    world.broker_up()
    world.tell(world.authority.order(item=world.authority.item("a")))
    world.run(15)
    assert world.authority.events("played") == ["played 10s"]
    world.broker_up(up=False)
    world.tell(world.authority.order(item=world.authority.item("b")))
    world.run(15)
    assert world.authority.events("played") == ["played 10s"] * 2


def test_the_place_comes_signed_and_decides_topics_and_targets(world: World) -> None:
    world.authority.broker = {"url": "mqtt://127.0.0.1:1", "jwt": "j"}
    world.agent.handle(BrokerDown())
    world.run(10)
    address = world.broker.address
    assert address is not None
    assert address.topics == (
        "lsp/a/vn/5", "lsp/a/vn/5/120", "lsp/a/vn/5/120/4001", f"lsp/g/{GROUP}", f"lsp/d/{DEVICE}"
    )  # fmt: skip
    assert world.agent.desk.identity is not None
    assert world.agent.desk.identity.area == AREA  # /state said "vn", unsigned, and nobody listened


def test_a_bell_makes_it_look_at_once(tmp_path: Path) -> None:
    world = World(tmp_path, poll_s=600)
    world.run(3)
    at = int(world.authority.now) + 3
    world.authority.plan(PlanItem(at, world.authority.item("r1", at)))
    world.run(1)
    assert world.authority.events("accepted") == []
    world.agent.handle(Message(b'{"bell":1}'))
    world.run(15)
    assert world.authority.events("played") == ["played 10s"]


def test_a_clean_end_reports_what_was_heard(world: World) -> None:
    world.tell(world.authority.order(item=world.authority.item()))
    world.run(4)
    world.agent.close()
    world.boot()
    world.run(5)
    assert world.authority.events("partly") == ["partly power 4s"]


@pytest.mark.parametrize("column", ["body", "sha256"])
def test_a_stored_plan_that_has_rotted_is_dropped_reported_and_fetched_again(
    world: World, column: str
) -> None:
    at = int(world.authority.now) + 60
    item = world.authority.item("r1", at)
    sha256 = parse(world.authority.plan(PlanItem(at, item))).sha256
    world.until(lambda: "ready" in world.authority.events())
    assert world.store is not None
    ((_, body),) = world.store.documents("plan")
    rotten = body.replace(b'"volume":80', b'"volume":99') if column == "body" else sha256[::-1]
    world.store._db.execute(f"UPDATE documents SET {column} = ?", (rotten,))  # noqa: S608
    world.boot()
    assert world.agent.stage.cues == []
    world.until(lambda: "played 10s" in world.authority.events(), 120)
    assert "info document-rot" in world.authority.events()
    assert world.agent.stage.volume == item.volume


def test_a_strangers_signature_under_a_body_does_not_keep_the_true_document_away(world: World) -> None:
    order = world.authority.order(item=world.authority.item())
    world.tell(sign(parse(order).payload, payload_type("order"), [keys.generate()]))
    world.until(lambda: "refused threshold" in world.authority.events())
    world.until(lambda: "played 10s" in world.authority.events())


def test_what_is_in_no_plan_any_more_is_told_and_still_heard_if_it_comes_back(world: World) -> None:
    due = int(world.authority.now) + 60
    item = world.authority.item("p", due, dur_ms=3000)
    world.authority.plan(PlanItem(due, item))
    world.run(10)
    world.authority.plan()
    world.run(10)
    assert "info superseded" in world.authority.events("info")
    world.authority.plan(PlanItem(due, item))
    world.run(60)
    assert world.authority.events("info").count("info superseded") == 1
    assert world.authority.events("started", "played") == ["started", "played 3s"]


def test_of_very_many_that_are_in_no_plan_any_more_only_some_are_named(world: World) -> None:
    due = int(world.authority.now) + 600
    world.authority.plan(*(PlanItem(due + n, world.authority.item("p", due + n)) for n in range(100)))
    world.run(10)
    world.authority.plan()
    world.run(15)
    found = world.authority.events("info")
    assert (found.count("info superseded"), found.count("info superseded-more")) == (20, 1)


def test_an_order_makes_it_quieter_from_the_next_sound_on_and_never_louder_than_the_root(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, Authority(policy=Policy(quiet=(), volume_max=70)))
    world.run(5)
    for volume in (30, 100):
        world.run(2)
        newer = world.authority.order("volume", volume=volume)
        world.tell(world.authority.order("volume", volume=10, issued=int(world.authority.now) - 1))
        world.tell(newer)
        world.boot()
        world.run(5)
        world.tell(world.authority.order(item=world.authority.item(f"v{volume}", dur_ms=1000)))
        world.run(3)
        assert world.sink.volumes == [min(volume, 70)]


def test_an_officers_own_stop_silences_and_shuts_no_order_of_the_server_out(world: World) -> None:
    world.tell(world.authority.order(item=world.authority.item("a", dur_ms=60_000)))
    world.run(3)
    me, number = world.authority.officers[0], PEOPLES + int(world.authority.now)
    stop = Order.parse(parse(world.authority.order("stop")).payload)
    world.tell(replace(stop, v=number).sign([me]))
    assert world.sink.playing is None
    world.run(2)
    world.tell(world.authority.order(item=world.authority.item("b", dur_ms=1000)))
    world.run(5)
    assert world.authority.events("refused", "played", "partly") == ["partly stopped 3s", "played 1s"]
