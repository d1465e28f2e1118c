"""A stored sound that has rotted is never heard: it is hashed again before it begins, and fetched anew."""

import hashlib
from pathlib import Path
from types import SimpleNamespace

import pytest

from nguon_device import kept
from nguon_device.shelf import FolderShelf
from nguon_device.tests.world import World
from nguon_protocol.documents import PlanItem

SOUND = b"xin chao" * 100
NAME = hashlib.sha256(SOUND).hexdigest()


def stocked(folder: Path) -> FolderShelf:
    shelf = FolderShelf(folder)
    shelf.part(NAME).write_bytes(SOUND)
    assert shelf.finish(NAME)
    return shelf


def test_a_whole_file_stays(tmp_path: Path) -> None:
    shelf = stocked(tmp_path)
    assert shelf.still_whole(NAME)
    assert shelf.stored() == {NAME}


def test_one_changed_bit_and_the_file_is_gone(tmp_path: Path) -> None:
    shelf = stocked(tmp_path)
    shelf.path(NAME).write_bytes(SOUND[:-1] + b"x")
    assert not shelf.still_whole(NAME)
    assert shelf.stored() == set()
    assert not shelf.path(NAME).exists()


def test_a_file_that_has_gone_is_not_there(tmp_path: Path) -> None:
    shelf = stocked(tmp_path)
    shelf.path(NAME).unlink()
    assert not shelf.still_whole(NAME)
    assert shelf.stored() == set()


def test_a_rotten_item_is_fetched_again_and_still_heard_in_time(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.run(1)
    instant = int(world.authority.now) + 20
    item = world.authority.item(at=instant, dur_ms=3000)
    world.authority.plan(PlanItem(instant, item))
    world.until(lambda: item.media.sha256 in world.shelf.hashes)
    world.shelf.rotten.add(item.media.sha256)
    world.run(40)
    assert "info media-rot" in world.authority.events()
    assert world.authority.events("started", "played") == ["started", "played 3s"]


def test_the_words_of_an_alert_that_have_rotted_are_fetched_anew_while_its_siren_sounds(
    tmp_path: Path,
) -> None:
    world = World(tmp_path)
    world.run(1)
    words = world.authority.item("words")
    world.shelf.hashes.add(words.media.sha256)
    world.shelf.rotten.add(words.media.sha256)
    world.tell(world.authority.alert(item=words)[0])
    assert world.sink.playing is not None
    assert words.media.sha256 not in world.shelf.hashes
    world.run(2)
    assert "info media-rot" in world.authority.events()
    assert words.media.sha256 in world.shelf.hashes


def test_an_input_whose_document_has_rotted_is_not_opened_a_second_time(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.run(1)
    order = world.authority.input()
    world.tell(order)
    world.run(25)
    assert world.store is not None
    world.store._db.execute("UPDATE documents SET body = x'00' WHERE type = 'input'")
    world.agent.desk.rebuild()
    told = list(world.switches.inputs)
    world.tell(order)
    world.run(5)
    assert world.switches.inputs == told
    assert world.authority.events("started") == ["started"]


def test_what_makes_no_sound_is_hashed_once_however_many_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    world.run(2)
    world.tell(world.authority.order(item=world.authority.item()))
    for _ in range(20):
        world.tell(world.authority.order("stop"))
    hashed: list[bytes] = []

    def sha256(data: bytes) -> "hashlib._Hash":
        hashed.append(data)
        return hashlib.sha256(data)

    monkeypatch.setattr(kept, "hashlib", SimpleNamespace(sha256=sha256))
    world.agent.desk.rebuild()
    assert len(hashed) == 1
    world.agent.desk.reload()
    assert len(hashed) == 1 + 21
