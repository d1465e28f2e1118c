"""The journal rots or is gone: noticed at the start, moved aside, told; nothing is ever heard twice."""

import sqlite3
from pathlib import Path
from random import Random

import pytest

from nguon_device import passport
from nguon_device.ports import Message
from nguon_device.store import KEPT_RECEIPTS, Store
from nguon_device.tests.authority import AREA, Authority
from nguon_device.tests.test_roots import rotate
from nguon_device.tests.world import World
from nguon_protocol import claims
from nguon_protocol.counters import Counter, floors
from nguon_protocol.documents import PlanItem
from nguon_protocol.documents.beacon import Latest
from nguon_protocol.receipts import Chain


def spoil(path: Path, how: str) -> None:
    """Do to a journal what a bad card does."""
    data = bytearray(path.read_bytes())
    if how in {"gone", "without passport"}:
        path.unlink()
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "head":
        path.write_bytes(b"\0" * 200 + bytes(data[200:]))
    else:
        rng = Random(how)
        for _ in range(60):
            data[rng.randrange(4096, len(data))] ^= 1 << rng.randrange(8)
        path.write_bytes(bytes(data))


HOW = ["gone", "empty", "head", "1", "2", "3"]


class Losing(World):
    """A world in which the journal may be lost at a reboot."""

    def lose(self, how: str) -> None:
        assert self.store is not None
        if how != "without passport":
            passport.Passport(self.folder, self.store).keep()
        self.store.close()
        for part in ("-wal", "-shm"):
            self.folder.joinpath(passport.JOURNAL + part).unlink(missing_ok=True)
        spoil(self.folder / passport.JOURNAL, how)
        self.store = None
        self.timer.mono += 5
        self.boot()

    def open_store(self) -> Store:
        return passport.open_journal(self.folder)


@pytest.fixture
def world(tmp_path: Path) -> Losing:
    found = Losing(tmp_path)
    found.run(2)
    return found


def played(world: World) -> list[str]:
    return [one.item or "" for one in world.authority.receipts if one.event == "started"]


@pytest.mark.parametrize("how", HOW)
def test_a_lost_journal_is_told_and_the_future_is_played(world: Losing, how: str) -> None:
    world.authority.plan(PlanItem(int(world.authority.now) + 60, world.authority.item("later", 1)))
    world.run(5)
    before = world.authority.receipts[-1].n
    world.lose(how)
    world.run(90)
    told = next(one for one in world.authority.receipts if one.reason == "journal-lost")
    assert told.n == before + KEPT_RECEIPTS + 1
    assert world.authority.events("started", "played") == ["started", "played 10s"]
    assert (world.folder / f"{passport.JOURNAL}.lost-1").exists() == (how not in {"gone", "empty"})


@pytest.mark.parametrize("how", HOW[:4])
def test_what_sounded_before_is_not_heard_again(world: Losing, how: str) -> None:
    now = int(world.authority.now)
    world.authority.plan(PlanItem(now + 3, world.authority.item("a", 1)))
    order = world.authority.order(item=world.authority.item("b"))
    world.tell(order)
    world.run(5)
    sounded = played(world)
    assert sounded
    world.lose(how)
    world.tell(order)
    world.run(60)
    world.tell(order)
    world.run(30)
    assert played(world) == sounded
    assert [cue.item.id for cue in world.agent.stage.cues] == []


def test_before_the_first_beacon_nothing_is_obeyed_and_afterwards_only_what_it_names(world: Losing) -> None:
    old = world.authority.plan(PlanItem(int(world.authority.now) + 300, world.authority.item("old", 1)))
    world.authority.plan(PlanItem(int(world.authority.now) + 300, world.authority.item("new", 1)))
    world.run(10)
    world.lose("head")
    world.cut = True
    world.tell(old)
    world.run(20)
    assert world.agent.stage.cues == []
    world.cut = False
    world.run(15)
    world.tell(old)
    world.run(5)
    assert world.authority.events("refused")[-1] == "refused rollback"
    assert len(world.agent.stage.cues) == 1


def test_without_a_passport_the_device_asks_to_be_enrolled(world: Losing) -> None:
    world.lose("head")
    (world.folder / passport.PASSPORT).write_text("{")
    (world.folder / passport.JOURNAL).unlink()
    assert passport.open_journal(world.folder).fact("identity") is None


def test_a_busy_or_full_disk_is_no_damage() -> None:
    assert passport.is_damage(sqlite3.DatabaseError("file is not a database"))
    for kind in (sqlite3.OperationalError, sqlite3.IntegrityError, OSError):
        assert not passport.is_damage(kind("database or disk is full"))


def test_the_floor_lets_in_what_the_beacon_names_and_what_comes_later() -> None:
    def latest(kind: str, v: int) -> Latest:
        return Latest(kind, AREA, 1, v, "ab" * 32)

    found = floors([latest("plan", 7), latest("order", 9), latest("order", 5), latest("root", 2)])

    def takes(kind: str, v: int, counter: Counter) -> bool:
        return counter.after(1, v, "cd" * 32, windowed=kind == "order") is not None

    plan, order = found["plan", AREA], found["order", AREA]
    assert [v for v in range(1, 12) if takes("plan", v, plan)] == [7, 8, 9, 10, 11]
    assert [v for v in range(1, 12) if takes("order", v, order)] == [5, 9, 10, 11]
    assert set(found) == {("plan", AREA), ("order", AREA)}


def test_messages_that_are_no_documents_do_no_harm_while_the_memory_is_gone(world: Losing) -> None:
    world.lose("head")
    for payload in (b"", b"{", b'{"doc":{}}', b'{"ack":99}'):
        world.agent.handle(Message(payload))
    world.run(10)
    assert "info journal-lost" in world.authority.events()
    assert isinstance(world.authority, Authority)


@pytest.mark.parametrize(
    "rot",
    [
        "UPDATE counters SET v = v - 1",
        "UPDATE items SET ended = NULL",
        "UPDATE receipts SET envelope = replace(envelope, 'a', 'b')",
        "DELETE FROM cancelled; INSERT INTO cancelled VALUES ('x', 1, 'y')",
    ],
)
def test_a_changed_letter_in_a_row_is_a_lost_journal(world: Losing, rot: str) -> None:
    world.tell(world.authority.order(item=world.authority.item("b", dur_ms=1000)))
    world.run(5)
    assert world.store is not None
    assert world.store.damage() == ""
    passport.Passport(world.folder, world.store).keep()
    world.store.close()
    world.store = None
    with sqlite3.connect(world.folder / passport.JOURNAL) as db:
        for table in ("counters", "items", "cancelled", "receipts"):
            for event in ("insert", "update"):
                db.execute(f"DROP TRIGGER {table}_{event}")
        db.executescript(rot)
    world.boot()
    world.run(10)
    assert "info journal-lost" in world.authority.events()
    world.run(30)
    assert len(played(world)) == 1


def test_a_journal_of_the_first_version_is_taken_over_with_its_counters(tmp_path: Path) -> None:
    path = tmp_path / passport.JOURNAL
    with sqlite3.connect(path) as db:
        db.executescript(
            "CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
            "CREATE TABLE counters (type TEXT NOT NULL, target TEXT NOT NULL, epoch INTEGER NOT NULL,"
            " v INTEGER NOT NULL, sha256 TEXT NOT NULL, seen TEXT NOT NULL, PRIMARY KEY (type, target));"
            "CREATE TABLE items (id TEXT PRIMARY KEY, doc TEXT NOT NULL, ready INTEGER NOT NULL DEFAULT 0,"
            " begun_ms INTEGER, heard_ms INTEGER NOT NULL DEFAULT 0, ended TEXT, at INTEGER NOT NULL);"
            "CREATE TABLE cancelled (id TEXT PRIMARY KEY, at INTEGER NOT NULL);"
            "INSERT INTO counters VALUES ('plan', 'vn.5.120', 1, 7, 'ab', '1');"
            "INSERT INTO items VALUES ('i', 'd', 1, 5, 5, 'played', 6);"
            "PRAGMA user_version = 1"
        )
    store = Store(path)
    assert store.damage() == ""
    assert store.counters() == {("plan", "vn.5.120"): Counter(1, 7, "ab", 1)}
    assert store.ended() == {"i"}
    assert store.heard_since(0) == [(5, 5)]
    store.close()
    assert Store(path).damage() == ""


def test_an_upgrade_does_not_call_a_row_good_that_had_changed_before(tmp_path: Path) -> None:
    path = tmp_path / passport.JOURNAL
    store = Store(path)
    with store.transaction():
        store.put_counter("plan", "vn.5.120", Counter(1, 7, "ab", 1))
    store.close()
    with sqlite3.connect(path) as db:
        db.executescript("DROP TRIGGER counters_update; UPDATE counters SET v = 6; PRAGMA user_version = 3")
    assert "counters" in Store(path).damage()


def test_a_rehearsal_leaves_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / passport.JOURNAL)
    before = list(store._db.iterdump())
    store.rehearse()
    assert list(store._db.iterdump()) == before


def test_what_is_due_while_the_first_beacon_is_on_its_way_is_still_heard(world: Losing) -> None:
    item = world.authority.item("soon", 1)
    world.authority.plan(PlanItem(int(world.authority.now) + 8, item))
    world.run(4)
    world.cut = True
    world.lose("head")
    world.run(8)
    world.cut = False
    world.run(40)
    assert world.authority.events("started", "played", "missed") == ["started", "played 10s"]


def test_what_was_due_as_the_memory_was_lost_has_an_end(world: Losing) -> None:
    world.authority.plan(PlanItem(int(world.authority.now) + 10, world.authority.item("now", 1)))
    world.run(8.5)
    world.lose("head")
    world.run(40)
    assert world.authority.events("started", "played", "missed") == ["missed journal-lost"]


def test_a_device_without_memory_and_passport_joins_again_with_its_key_and_obeys_nothing_old(
    world: Losing,
) -> None:
    old = world.authority.plan(PlanItem(int(world.authority.now) + 300, world.authority.item("old", 1)))
    world.authority.plan(PlanItem(int(world.authority.now) + 300, world.authority.item("new", 1)))
    world.run(10)
    before = world.authority.receipts[-1].n
    world.authority.rejoined = True
    world.lose("without passport")
    world.run(30)
    told = next(one for one in world.authority.receipts if one.reason == "journal-lost")
    assert told.n == before + KEPT_RECEIPTS + 1
    world.tell(old)
    world.run(5)
    assert world.authority.events("refused")[-1] == "refused rollback"
    assert claims.is_proven(world.authority.claim["code"], world.key.public, world.authority.claim["proof"])


def test_a_root_that_came_meanwhile_is_taken_though_the_memory_is_gone(world: Losing) -> None:
    rotate(world.authority, 2)
    world.lose("gone")
    world.run(5)
    world.tell(world.authority.root)  # the server sends it to whoever has not reported it
    world.run(10)
    assert "info journal-lost" in world.authority.events()
    assert world.agent.desk.root is not None
    assert world.agent.desk.root.v == 2
    assert world.authority.receipts[-1].doc == world.agent.desk.root_sha256


def test_the_number_of_a_receipt_on_its_way_is_not_given_again(world: Losing) -> None:
    world.authority.acknowledges = True
    world.authority.chain = Chain()  # none of those sent has arrived yet
    world.authority.receipts.clear()
    world.lose("gone")
    world.run(20)
    assert world.authority.receipts[0].n == KEPT_RECEIPTS + 1


def test_an_input_that_was_opened_before_stays_shut(world: Losing) -> None:
    world.tell(world.authority.input())
    world.run(2)
    assert ("aux", 60) in world.switches.inputs
    world.lose("gone")
    world.run(30)
    assert not world.switches.inputs[-1]
    assert len(played(world)) == 1


def test_two_journals_lost_before_the_server_has_anything_of_the_second_give_no_number_twice(
    world: Losing, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    with monkeypatch.context() as late:
        late.setattr(world.authority, "take", lambda envelope: None)  # all receipts are on their way for long
        for _ in range(2):
            world.lose("gone")
            world.run(10)
            assert world.store is not None
            written += [n for n, _ in world.store.receipts_after(0, 100)]
    assert len(written) == len(set(written)) > 2
    assert written == sorted(written)
    world.run(60)
    assert world.authority.receipts[-1].n >= written[-1]
