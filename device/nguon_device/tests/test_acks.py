"""Receipts are settled by the server's signed word in the beacon; everything unsigned is only a hint."""

from pathlib import Path

from nguon_device.ports import Message
from nguon_device.tests.authority import Authority
from nguon_device.tests.world import World
from nguon_protocol.documents import Ack
from nguon_protocol.receipts import Chain, seal


def begin(folder: Path, **fields: object) -> World:
    authority = Authority(broker={"url": "mqtt://b", "jwt": "x"})
    vars(authority).update(fields)
    world = World(folder, authority)
    world.run(5)
    world.broker_up()
    return world


def kept(world: World) -> int:
    assert world.store is not None
    return world.store.number("acknowledged")


def play(world: World, name: str) -> None:
    authority = world.authority
    world.tell(authority.order(item=authority.item(name, dur_ms=1000)))
    world.run(4)


def test_the_beacon_settles_what_arrived(tmp_path: Path) -> None:
    world = begin(tmp_path)
    play(world, "a")
    world.run(10)
    assert kept(world) == world.authority.chain.n > 3


def test_a_lying_broker_only_delays_a_receipt_until_the_next_beacon(tmp_path: Path) -> None:
    world = begin(tmp_path)
    world.run(10)
    before = world.authority.chain.n
    vars(world)["_carry_receipts"] = world.broker.published.clear  # what is sent is lost
    play(world, "a")
    world.agent.handle(Message(b'{"ack":9007199254740991}'))
    for n in range(before + 1, before + 20):
        world.agent.handle(Message(b'{"ack":%d}' % n))
    assert kept(world) <= before
    world.run(20)
    assert world.authority.events("played") == ["played 1s"]
    assert kept(world) == world.authority.chain.n


def test_without_a_signed_word_nothing_counts_as_acknowledged(tmp_path: Path) -> None:
    world = begin(tmp_path, acknowledges=False)
    play(world, "a")
    world.run(30)
    assert world.authority.events("played") == ["played 1s"]
    assert kept(world) == 0


def test_a_server_restored_from_an_old_backup_gets_everything_again(tmp_path: Path) -> None:
    world = begin(tmp_path)
    play(world, "a")
    world.run(10)
    everything = [one.n for one in world.authority.receipts]
    world.authority.receipts.clear()
    world.authority.chain = Chain()
    world.run(30)
    assert [one.n for one in world.authority.receipts][: len(everything)] == everything


def test_an_acknowledgement_of_another_chain_frees_nothing(tmp_path: Path) -> None:
    world = begin(tmp_path)
    play(world, "a")
    world.run(10)
    n = kept(world)
    world.agent.reports.acknowledge(Ack(n - 1, "ab" * 32), world.timer.mono)
    world.agent.reports.acknowledge(Ack(n + 1000, "ab" * 32), world.timer.mono)
    assert kept(world) == n


def test_a_receipt_is_signed_when_it_is_sent_also_one_that_was_signed_before_it_was_kept(
    tmp_path: Path,
) -> None:
    world = begin(tmp_path)
    world.run(10)
    store = world.store
    assert store is not None
    world.cut = True
    world.broker_up(up=False)
    play(world, "a")
    waiting = store.receipts_after(kept(world), 100)
    assert not any("payload" in text for _n, text in waiting)
    n, text = waiting[0]  # as a program of before left it
    store._db.execute("UPDATE receipts SET envelope = ? WHERE n = ?", (seal(text.encode(), world.key), n))
    world.cut = False
    world.broker_up()
    world.run(30)
    assert world.authority.events("played") == ["played 1s"]
    assert kept(world) == world.authority.chain.n >= waiting[-1][0]
