"""Bits that change on a card or a disk: noticed, reported, fetched again, and never heard."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from nguon_device.tests.live import Process
from tests.faults.looking import ask, journal, sounds, told, wait_for, wait_until_played
from tests.faults.processes import held
from tests.faults.speakers import enrolled
from tests.faults.telling import Person
from tests.journeys.installation import Installation

pytestmark = [pytest.mark.fault, pytest.mark.slow]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("box")


@pytest.fixture(scope="module")
def box(line: Installation, person: Person, folder: Path) -> Iterator[tuple[str, Process]]:
    with enrolled(person, {folder: line.url}) as devices:
        yield next(iter(devices.items()))


def flip(path: Path, rng: Random, first: int = 0, count: int = 1) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(count):
        data[rng.randrange(first, len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(bytes(data))


def sound_of(line: Installation, bulletin: str) -> str:
    sql = "SELECT media_id FROM bulletins_revision WHERE bulletin_id = %s"
    return str(ask(line, sql, bulletin)[0][0])


def test_a_rotten_plan_and_a_rotten_sound_are_fetched_again(
    line: Installation, person: Person, box: tuple[str, Process], folder: Path
) -> None:
    device, process = box
    planned = person.say("Tin hẹn giờ.", f"d/{device}", at=time.time() + 86_400)
    media = folder / "media" / sound_of(line, planned)
    kept = "SELECT body FROM documents WHERE type = 'plan'"
    plan = wait_for(lambda: media.exists() and journal(folder, kept))
    process.kill()
    flip(media, Random(1))
    with sqlite3.connect(folder / "agent.db") as store:
        changed = "replace(CAST(body AS TEXT), '\"volume\":', '\"volume\":1')"
        found = store.execute(f"UPDATE documents SET body = CAST({changed} AS BLOB) WHERE type = 'plan'")  # noqa: S608
        assert found.rowcount == 1
    store.close()
    process.start()
    wait_for(lambda: told(line, device, "document-rot"))
    wait_for(lambda: journal(folder, kept) == plan, "the return of the plan")
    again = person.say("Tin hẹn giờ.", f"d/{device}")
    assert sound_of(line, again) == media.name  # the same words are the same sound
    wait_until_played(line, again, 1)
    wait_for(lambda: told(line, device, "media-rot"))
    assert [sound["complete"] for sound in sounds(folder)][-1]


def test_a_rotten_journal_is_moved_aside_and_nothing_is_heard_again(
    line: Installation, person: Person, box: tuple[str, Process], folder: Path
) -> None:
    device, process = box
    before = [sound["item"] for sound in sounds(folder)]
    assert before
    process.kill()
    for part in ("agent.db-wal", "agent.db-shm"):
        (folder / part).unlink(missing_ok=True)
    flip(folder / "agent.db", Random(2), first=4096, count=200)
    process.start()
    wait_for(lambda: told(line, device, "journal-lost"))
    time.sleep(2.5)  # what is due until a second after its first beacon it may have played before
    bulletin = person.say("Thử loa.", f"d/{device}")
    wait_until_played(line, bulletin, 1)
    assert [sound["item"] for sound in sounds(folder)][:-1] == before


def test_a_rotten_file_of_the_server_is_refused_by_the_loudspeaker_until_it_is_whole(
    line: Installation, person: Person, box: tuple[str, Process], folder: Path
) -> None:
    device, _ = box
    before = len(sounds(folder))
    with held(line, "web"):  # nobody has fetched it yet
        bulletin = person.say("Tệp này sẽ hỏng trên máy chủ.", f"d/{device}")
        name = sound_of(line, bulletin)
        stored = line.data / "media" / name[:2] / name
        whole = stored.read_bytes()
        flip(stored, Random(3))
    wait_for(lambda: told(line, device, "media-hash"))
    assert len(sounds(folder)) == before
    stored.write_bytes(whole)
    wait_until_played(line, bulletin, 1)
