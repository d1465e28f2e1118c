"""queries.verify and `manage.py journal verify`: whole, or the first bad row by its sequence."""

import io
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, close_old_connections, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nguon.journal.actions import lock_cursor, move_cursor, record
from nguon.journal.models import Entry, SignedHead
from nguon.journal.queries import facts_after, first_broken, head, verify

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def write(count: int, name: str = "x") -> None:
    for number in range(count):
        with transaction.atomic():
            record(fact=f"{name}.done", subject=f"{name}:{number}", by=None, at=AT, data={"Số": number})


@contextmanager
def tampering() -> Iterator[None]:
    """A superuser's way past the trigger that refuses UPDATE and DELETE."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER journal_entry_append_only")
        yield
        cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER journal_entry_append_only")


@pytest.mark.django_db
def test_an_empty_journal_and_a_whole_one_verify() -> None:
    assert (verify().rows, verify().head, verify().bad) == (0, None, None)
    write(3)
    found = verify()
    assert (found.rows, found.head, found.bad) == (3, head(), None)
    assert first_broken() is None


CHANGES: list[tuple[Callable[[Any], object], str]] = [
    (lambda rows: rows.update(data={"Số": 9}), "content"),
    (lambda rows: rows.update(by_name="ai đó"), "content"),
    (lambda rows: rows.update(hash="0" * 64), "content"),
    (lambda rows: rows.update(previous_hash="0" * 64), "link"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("change", "reason"), CHANGES)
def test_the_first_bad_row_is_named(change: Callable[[Any], object], reason: str) -> None:
    write(5)
    third = Entry.objects.order_by("sequence")[2].pk
    with tampering():
        change(Entry.objects.filter(pk=third))
    bad = verify().bad
    assert bad is not None
    assert (bad.sequence, bad.reason, bad.fact, bad.subject) == (third, reason, "x.done", "x:2")


@pytest.mark.django_db
def test_a_row_taken_out_shows_in_the_next_and_the_last_ones_by_a_kept_head() -> None:
    write(5)
    kept = head()
    pks = list(Entry.objects.order_by("sequence").values_list("pk", flat=True))
    with tampering():
        Entry.objects.filter(pk=pks[-1]).delete()
    assert verify().bad is None
    assert kept is not None
    lost = verify([kept]).bad
    assert lost is not None
    assert (lost.sequence, lost.reason) == (pks[-1], "lost")
    with tampering():
        Entry.objects.filter(pk=pks[1]).delete()
    bad = verify().bad
    assert bad is not None
    assert (bad.sequence, bad.reason) == (pks[2], "link")


@pytest.mark.django_db
def test_the_command_tells_the_head_or_the_bad_row_by_its_status() -> None:
    write(2)
    out = io.StringIO()
    call_command("journal", "verify", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["ok"], told["rows"], told["head"]["sequence"]) == (True, 2, head().sequence)  # type: ignore[union-attr]
    said = io.StringIO()
    call_command("journal", "verify", stdout=said)
    assert "Nhật ký nguyên vẹn." in said.getvalue()
    with tampering():
        Entry.objects.update(subject="y")
    out, said = io.StringIO(), io.StringIO()
    for words, told_to in ((["--json"], out), ([], said)):
        with pytest.raises(SystemExit) as ended:
            call_command("journal", "verify", *words, stdout=told_to)
        assert ended.value.code == 1
    first = Entry.objects.order_by("sequence")[0].pk
    assert json.loads(out.getvalue())["first_bad"]["sequence"] == first
    assert f"Dòng sai đầu tiên: {first} (x.done y), nội dung không như lúc ghi." in said.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_cursor_never_skips_a_transaction_that_is_still_open() -> None:
    """While one holds its fact uncommitted, nobody can commit a later one: no gap is ever seen."""
    written, commit = threading.Event(), threading.Event()
    cursor = (head() or _Start).sequence

    def hold() -> None:
        with transaction.atomic():
            record(fact="slow.done", subject="slow:1", by=None, at=AT, data={})
            written.set()
            commit.wait(30)
        connection.close()

    slow = threading.Thread(target=hold)
    slow.start()
    assert written.wait(30)
    assert facts_after(cursor) == []
    with pytest.raises(OperationalError, match="lock timeout"):
        _write_without_waiting()
    assert facts_after(cursor) == []
    commit.set()
    slow.join(60)
    write(1, "quick")
    assert [entry.fact for entry in facts_after(cursor)] == ["slow.done", "quick.done"]
    assert verify().bad is None


def _write_without_waiting() -> None:
    with transaction.atomic(), connection.cursor() as asked:
        asked.execute("SET LOCAL lock_timeout = '50ms'")
        record(fact="quick.done", subject="quick:1", by=None, at=AT, data={})


@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_killed_between_its_fact_and_its_commit_leaves_nothing() -> None:
    before = verify()
    write(1)
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        _write_and_wait(writes)
    assert os.read(reads, 1) == b"x"
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reads)
    os.close(writes)
    write(1, "after")
    found = verify()
    assert (found.bad, found.rows) == (None, before.rows + 2)


def _write_and_wait(told: int) -> None:
    """The life of the process that is killed: a connection of its own, a fact, the word that it is there."""
    try:
        connection.connection = None
        with transaction.atomic():
            record(fact="killed.done", subject="killed:1", by=None, at=AT, data={})
            os.write(told, b"x")
            signal.pause()
    finally:
        os._exit(1)


WRITERS = st.lists(
    st.lists(st.sampled_from(["keep", "two", "roll back", "crash"]), min_size=1, max_size=4),
    min_size=2,
    max_size=4,
)


@pytest.mark.django_db(transaction=True)
@given(WRITERS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_journal_verifies_after_any_interleaving_and_crash(writers: list[list[str]]) -> None:
    before = verify().rows
    seen: list[int] = []
    start = threading.Barrier(len(writers) + 1)
    over = threading.Event()
    threads = [threading.Thread(target=_live, args=(steps, start)) for steps in writers]
    follower = threading.Thread(target=_follow, args=(seen, start, over, (head() or _Start).sequence))
    for thread in (*threads, follower):
        thread.start()
    for thread in threads:
        thread.join(60)
    over.set()
    follower.join(60)
    found = verify()
    kept = sum({"keep": 1, "two": 2}.get(step, 0) for steps in writers for step in steps)
    assert (found.bad, found.rows - before) == (None, kept)
    # A cursor that goes by the sequence never skips a transaction that was still open.
    assert len(seen) == kept
    assert seen == sorted(seen)


class _Start:
    sequence = 0


class _Undo(Exception):
    pass


def _live(steps: list[str], start: threading.Barrier) -> None:
    start.wait(60)
    for step in steps:
        try:
            with transaction.atomic():
                record(fact="a.done", subject="a:1", by=None, at=AT, data={})
                if step == "two":
                    record(fact="b.done", subject="b:1", by=None, at=AT, data={"ô": [1]})
                elif step == "roll back":
                    raise _Undo
                elif step == "crash":
                    _cut_off()
        except (_Undo, OperationalError):
            close_old_connections()
    connection.close()


def _cut_off() -> None:
    """The server process of this connection dies with the transaction open, as when PostgreSQL is killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def _follow(seen: list[int], start: threading.Barrier, over: threading.Event, cursor: int) -> None:
    start.wait(60)
    while True:
        last = over.is_set()
        for entry in facts_after(cursor):
            seen.append(entry.sequence)
            cursor = entry.sequence
        if last:
            break
    connection.close()


@pytest.mark.django_db
def test_rows_cut_off_before_the_next_head_are_told_by_who_has_read_them() -> None:
    write(3)
    last = Entry.objects.latest("sequence").sequence
    with transaction.atomic():
        cursor = lock_cursor(name="dispatcher", at=AT)
        assert cursor is not None
        move_cursor(cursor=cursor, sequence=last, at=AT)
    assert verify().bad is None
    with tampering():
        Entry.objects.filter(sequence=last).delete()
    found = verify()
    assert found.bad is not None
    assert found.head is not None
    assert (found.bad.sequence, found.bad.reason, found.bad.after) == (last, "cut", found.head.sequence)
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("journal", "verify", stdout=out)
    assert "các bộ xử lý đã đọc đến đó" in out.getvalue()


@pytest.mark.django_db
def test_a_folder_without_heads_is_no_proof(tmp_path: Path) -> None:
    write(1)
    with pytest.raises(CommandError, match="không có đầu chuỗi nào"):
        call_command("journal", "verify", "--heads", str(tmp_path))
    blocked = tmp_path / "file"
    blocked.touch()
    (tmp_path / "own").mkdir()
    SignedHead.objects.create(n=1, sequence=1, hash="0", root_v=1, signed_at=AT, envelope="{}")
    with pytest.raises(CommandError, match="Không ghi được"):
        call_command("journal", "export", "--to", str(blocked / "x"))
