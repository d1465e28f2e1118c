"""kill -9 at named points of the line: whatever is cut there, a bulletin sounds everywhere, and once.

A point is held open from outside, without a hook in the code: the next process of the line is stopped, or
the table that would be written next is locked, until the one before it has been killed there.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.faults.looking import (
    ask,
    deliveries,
    journal,
    loudspeakers,
    played_twice,
    reaches_by_the_broker,
    sounds,
    wait_for,
    wait_until_played,
)
from tests.faults.processes import held, kill
from tests.faults.telling import Person
from tests.journeys.installation import Installation

pytestmark = [pytest.mark.fault, pytest.mark.slow]


@contextmanager
def locked(line: Installation, table: str) -> Iterator[None]:
    """Nobody writes to the table meanwhile; everybody may read it."""
    with psycopg.connect(line.running.environment["DATABASE_URL"]) as connection:
        connection.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        yield
        connection.rollback()


def facts(line: Installation, bulletin: str) -> set[str]:
    rows = ask(line, "SELECT fact FROM journal_entry WHERE subject = %s", f"bulletin:{bulletin}")
    return {row[0] for row in rows}


def revision(line: Installation, bulletin: str) -> str:
    return str(ask(line, "SELECT id::text FROM bulletins_revision WHERE bulletin_id = %s", bulletin)[0][0])


def signed(line: Installation, bulletin: str) -> bool:
    """Whether the signer's own log has a document for it."""
    wanted = f"%{revision(line, bulletin)}%"
    with sqlite3.connect(f"file:{line.data}/signer/signer.sqlite3?mode=ro", uri=True, timeout=60) as store:
        found = store.execute("SELECT 1 FROM documents WHERE items LIKE ?", (wanted,)).fetchone()
    store.close()
    return found is not None


def stored(line: Installation, bulletin: str) -> bool:
    wanted = f"%{revision(line, bulletin)}%"
    return bool(ask(line, "SELECT 1 FROM deliveries_document WHERE items::text LIKE %s", wanted))


def being_signed(line: Installation, bulletin: str) -> bool:
    sql = "SELECT 1 FROM deliveries_signingtask WHERE state = 'signing' AND subject = %s"
    return bool(ask(line, sql, revision(line, bulletin)))


def wait_for_an_idle_dispatcher(line: Installation) -> None:
    """It listens for news only when nothing is left to do that could be cut instead."""
    wait_for(lambda: ask(line, "SELECT 1 FROM pg_stat_activity WHERE query = 'LISTEN nguon_journal'"))


def dispatcher_after_approval(line: Installation, person: Person) -> str:
    with held(line, "dispatcher"):
        bulletin = person.say()
        assert "bulletin.approved" in facts(line, bulletin)
        assert deliveries(line, bulletin) == {}
        kill(line, "dispatcher")
    return bulletin


def dispatcher_after_scheduling(line: Installation, person: Person) -> str:
    with held(line, "signer"):
        bulletin = person.say()
        wait_for(lambda: being_signed(line, bulletin))
        assert "bulletin.scheduled" in facts(line, bulletin)
        kill(line, "dispatcher")
    return bulletin


def signer_after_scheduling(line: Installation, person: Person) -> str:
    with held(line, "signer"):
        bulletin = person.say()
        wait_for(lambda: being_signed(line, bulletin))
        kill(line, "signer")
    return bulletin


def dispatcher_after_signature(line: Installation, person: Person) -> str:
    with locked(line, "deliveries_document"):
        bulletin = person.say()
        wait_for(lambda: signed(line, bulletin))
        assert not stored(line, bulletin)
        kill(line, "dispatcher")
    return bulletin


def dispatcher_and_broker_after_storing(line: Installation, person: Person) -> str:
    with held(line, "nats"):  # whatever was rung by then dies with the broker
        bulletin = person.say()
        wait_for(lambda: stored(line, bulletin), every=0.001)
        kill(line, "dispatcher")
        kill(line, "nats")
    return bulletin


CUTS = (
    dispatcher_after_approval,
    signer_after_scheduling,
    dispatcher_and_broker_after_storing,
    dispatcher_after_signature,  # it and the next wait for the end of a lease of 20 s, at the same time
    dispatcher_after_scheduling,
)


def test_whatever_is_cut_between_two_stages_sounds_everywhere_once(
    line: Installation, person: Person
) -> None:
    said: dict[str, str] = {}
    for cut in CUTS:
        if said and cut is not dispatcher_after_scheduling:
            wait_for(lambda: stored(line, list(said.values())[-1]))
        wait_for_an_idle_dispatcher(line)
        said[cut.__name__] = cut(line, person)
    for bulletin in said.values():
        wait_until_played(line, bulletin, 3)
    assert played_twice(line) == []


def test_a_loudspeaker_after_it_accepted_before_it_is_ready(line: Installation, person: Person) -> None:
    device, (folder, _) = next(iter(loudspeakers(line).items()))
    reaches_by_the_broker(line, device)
    with held(line, "web"):  # the order comes by the broker, its sound cannot come
        last = journal(folder, "SELECT max(n) FROM receipts")[0][0]
        bulletin = person.say("Một câu chưa từng đọc.", f"d/{device}")
        wait_for(lambda: journal(folder, "SELECT 1 FROM receipts WHERE n > ? AND event = 'accepted'", last))
        kill(line, "speaker-1")
    wait_until_played(line, bulletin, 1)
    assert played_twice(line) == []


def test_a_loudspeaker_after_it_started(line: Installation, person: Person) -> None:
    device, (folder, _) = next(iter(loudspeakers(line).items()))
    before = len(sounds(folder))
    text = "Một câu dài để loa còn đang đọc khi mất điện, đọc thật chậm, từng chữ một, cho đến hết câu này."
    bulletin = person.say(text, "07444")
    wait_for(lambda: len(sounds(folder)) > before, every=0.005)
    kill(line, "speaker-1")
    wanted = dict.fromkeys(deliveries(line, bulletin), "played") | {device: "partly"}
    wait_for(lambda: deliveries(line, bulletin) == wanted, f"{wanted}", every=0.1)
    ended = journal(folder, "SELECT ended FROM items ORDER BY at DESC, begun_ms DESC LIMIT 1")
    assert ended == [("partly",)]
    assert played_twice(line) == []
