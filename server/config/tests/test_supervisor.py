"""The supervisor with real, small children; most of it by single steps with a clock of our own."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.errors import StartError
from config.supervisor.child import FAILURES, Child, Spec, State
from config.supervisor.logs import last_words, ran_out_of_space, rotate, sizes
from config.supervisor.supervisor import Stopped, Supervisor

ENVIRONMENT = {"PATH": "/usr/bin:/bin"}


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, told: list[str]) -> Iterator[Supervisor]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    made = Supervisor(tmp_path, told.append)
    yield made
    made.stop()
    for number, handler in before.items():
        signal.signal(number, handler)


def sleeper(name: str, **more: object) -> Spec:
    return Spec(name, ["sleep", "60"], ENVIRONMENT, **more)  # type: ignore[arg-type]


def failing(name: str, words: str = "boom", **more: object) -> Spec:
    return Spec(name, ["sh", "-c", f"echo '{words}'; exit 3"], ENVIRONMENT, **more)  # type: ignore[arg-type]


def _ended(child: Child) -> None:
    if child.process is not None:
        child.process.wait(5)


def until_failed(supervisor: Supervisor, child: Child) -> None:
    """This function will let a child fail again and again, six seconds of our own clock apart."""
    for turn in range(2 * FAILURES + 1):
        supervisor.step(6.0 * turn)
        _ended(child)


def test_a_killed_child_is_started_again(supervisor: Supervisor, told: list[str]) -> None:
    child = supervisor.add(sleeper("a"))
    supervisor.until_up("a", seconds=5)
    first = child.pid
    assert child.process is not None
    child.process.kill()
    assert supervisor.until(lambda: child.pid not in {first, None} and child.state is State.UP, 5)
    assert len(told) == 2
    assert "SIGKILL" in told[0]


def test_an_essential_child_that_fails_five_times_ends_all_with_its_last_words(
    supervisor: Supervisor,
) -> None:
    child = supervisor.add(failing("a", "KeyError: no key"))
    with pytest.raises(StartError, match="KeyError: no key"):
        until_failed(supervisor, child)


def test_another_child_that_fails_five_times_is_given_up(supervisor: Supervisor, told: list[str]) -> None:
    child = supervisor.add(failing("a", essential=False))
    until_failed(supervisor, child)
    assert child.state is State.FAILED
    assert child.restarts == FAILURES
    assert "boom" in told[-1]
    assert not supervisor.step(time.monotonic() + 1000)


def test_one_that_a_full_disk_ends_is_started_until_there_is_room(supervisor: Supervisor) -> None:
    child = supervisor.add(failing("a", "[Errno 28] No space left on device", essential=False))
    until_failed(supervisor, child)
    assert child.restarts >= FAILURES
    assert child.state is not State.FAILED
    assert supervisor.step(1000.0)


def test_each_restart_waits_longer_and_a_quiet_minute_forgives(tmp_path: Path) -> None:
    child = Child(failing("a"), tmp_path)
    now = 0.0
    child.step(now)
    for pause in (0.2, 0.5, 1.0, 2.0):
        _ended(child)
        child.step(now)  # notices the end
        assert not child.step(now + pause - 0.01)
        now += pause
        assert child.step(now)
    _ended(child)
    child.step(now + 100)  # the fifth failure, but the others are long ago
    assert child.state is State.WAITING


def test_a_child_that_is_never_ready_is_killed(tmp_path: Path) -> None:
    child = Child(sleeper("a", ready=lambda _pid: False), tmp_path)
    child.step(0)
    child.step(1)
    assert (child.state, child.restarts) == (State.STARTING, 0)
    child.step(1000)
    _ended(child)
    child.step(1000)
    assert (child.state, child.restarts) == (State.WAITING, 1)
    child.finish()


def test_a_start_that_is_late_is_one_sentence(supervisor: Supervisor) -> None:
    supervisor.add(sleeper("slow", ready=lambda _pid: False))
    with pytest.raises(StartError, match="slow"):
        supervisor.until_up("slow", seconds=0.1)


def test_children_stop_in_reverse_order(supervisor: Supervisor, tmp_path: Path) -> None:
    order = tmp_path / "order"
    for tier, name in enumerate(("engine", "web", "speaker")):
        script = f"trap 'echo {name} >> {order}; exit' TERM; echo ready; while :; do sleep 0.05; done"
        log = tmp_path / f"{name}.log"
        supervisor.add(
            Spec(
                name,
                ["sh", "-c", script],
                ENVIRONMENT,
                tier=tier,
                ready=lambda _pid, log=log: "ready" in log.read_text(),  # type: ignore[misc]
            )
        )
    supervisor.until_up("engine", "web", "speaker", seconds=20)
    supervisor.stop()
    assert order.read_text().split() == ["speaker", "web", "engine"]
    assert all(child.process is None for child in supervisor.children.values())


def test_being_asked_to_stop_ends_the_wait(supervisor: Supervisor) -> None:
    supervisor.ask_to_stop()
    with pytest.raises(Stopped):
        supervisor.until(lambda: True)


def test_a_log_that_grew_is_emptied_in_place_and_kept_once(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    with log.open("ab") as file:
        file.write(b"x" * 100)
        file.flush()
        assert not rotate(log, largest=100)
        assert rotate(log, largest=99)
        file.write(b"after")
    assert log.read_bytes() == b"after"
    assert (tmp_path / "a.log.1").read_bytes() == b"x" * 100


def test_last_words_are_the_exception_of_a_traceback(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("old\nTraceback (most recent call last):\n  File x\n    y\nValueError: bad \n\n")
    assert last_words(log) == "ValueError: bad"
    assert last_words(log, start=log.stat().st_size) == ""
    assert last_words(tmp_path / "none") == ""


def test_last_words_prefer_the_error_to_what_follows_it(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    log.write_text("LOG: a\nFATAL: could not write: No space left on device\nLOG: shut down\n")
    assert last_words(log).startswith("FATAL")
    assert ran_out_of_space(tmp_path, {})


def test_a_full_disk_of_an_earlier_run_is_not_todays_reason(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    log.write_text("FATAL: could not write: No space left on device\n")
    before = sizes(tmp_path)
    with log.open("a") as file:
        file.write("FATAL: killed\n")
    assert not ran_out_of_space(tmp_path, before)
    log.write_text("FATAL: No space left on device\n")  # emptied by rotation, and full again
    assert ran_out_of_space(tmp_path, before)
