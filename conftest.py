"""What every test of the four distributions shares: processes, luck, and that none is skipped."""

import gc
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils import translation
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from tests.sharing import django_db_setup

__all__ = ["django_db_setup"]

WORKERS = 4
LEFT_OUT = pytest.StashKey[dict[str, str]]()
# Tests that share something dear (a whole installation, a compiled verifier) run in one process, one after
# the other. There are two installations on purpose, one for the journeys and one that is damaged again and
# again (`line` of tests/faults): each mostly waits, so two workers run them side by side. First match holds.
TOGETHER = {
    "tests/faults/test_replay.py": None,  # needs no installation
    "tests/faults/": "faults",
    "tests/journeys/": "journeys",
    "protocol/c/tests/": "c",
    # They look through the syntax trees of all modules, which one process makes in some seconds.
    "tests/repository/test_budgets.py": "syntax",
    "tests/repository/test_facts.py": "syntax",
    "tests/repository/test_row_security.py": "syntax",
    "tests/repository/test_tasks.py": "syntax",
    # Two whole maps, brought once for the file.
    "server/nguon/organisations/tests/test_import_history.py": "history",
}
PATIENT, PATIENT_S = ("tests/journeys/", "tests/faults/"), 1200

# A slow machine is no fault of the code; in CI the same examples come every time.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")


# Hashing a password costs a tenth of a second on purpose, but not for each of the hundreds of people here.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """This function will return 0 (no extra process) for a single file, else four: the journeys and
    the faults mostly wait for what they started, so two of four keep two cores busy with all the rest."""
    wanted = [argument.split("::")[0] for argument in config.args]
    if config.args_source is pytest.Config.ArgsSource.ARGS and all(Path(path).is_file() for path in wanted):
        return 0
    return WORKERS


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Gives each worker one test after the other, but what is TOGETHER to one worker.

    The marks of pytest-xdist 3.8 (`xdist_group`) have no effect with pytest 9: they change a private field of
    the test's name that is not there any more."""

    def _split_scope(self, nodeid: str) -> str:
        group = next((name for start, name in TOGETHER.items() if nodeid.startswith(start)), None)
        return group or nodeid

    def remove_node(self, node: Any) -> str | None:
        """This function will give what a dead worker left to the others, less the test that it died of, and
        less what it had finished: pytest-xdist 3.8 hands that out again, and waits for ever for its end."""
        units = self.assigned_work[node]
        died_of = next((test for unit in units.values() for test, done in unit.items() if not done), None)
        if died_of is not None:
            units[self._split_scope(died_of)][died_of] = True
        for scope in [scope for scope, unit in units.items() if all(unit.values())]:
            del units[scope]
        super().remove_node(node)
        return died_of

    def _reschedule(self, node: Any) -> None:
        """A worker begins a test when it knows of a next one, or of none: one alone would wait for ever."""
        super()._reschedule(node)
        while not node.shutting_down and self._pending_of(self.assigned_work[node]) < 2:
            super()._reschedule(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """This function will give the order in which workers get tests: the largest group first."""
    return Scheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """This function will leave out what asks for rights that this user or machine does not give; the summary
    names each."""
    left_out = {item: reason for item in items if (reason := _missing_right(item)) is not None}
    items[:] = [item for item in items if item not in left_out]
    for item in items:  # what starts installations may wait for minutes on a busy machine
        if item.nodeid.startswith(PATIENT):
            item.add_marker(pytest.mark.timeout(PATIENT_S), append=False)
    config.stash[LEFT_OUT] = {item.nodeid: reason for item, reason in left_out.items()}
    if hasattr(config, "workeroutput"):
        config.workeroutput["left_out"] = config.stash[LEFT_OUT]


def pytest_collection_finish() -> None:
    """This function will keep the collector away from what lives until the end: the tests themselves."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _missing_right(item: pytest.Item) -> str | None:
    mark = item.get_closest_marker("only_where")
    return None if mark is None or mark.args[0] else str(mark.kwargs["reason"])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """This function will bring what a worker left out to the process that writes the summary."""
    node.config.stash.setdefault(LEFT_OUT, {}).update(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """This function will name every test that was left out, and why."""
    for nodeid, reason in config.stash.get(LEFT_OUT, {}).items():
        terminalreporter.write_line(f"LEFT OUT {nodeid}: {reason}", yellow=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """This function will turn a skipped test into a failed one: what cannot run must say so aloud."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which is not allowed here: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _the_default_language() -> None:
    """A request in English leaves its language active in the thread; no test may depend on who ran before."""
    translation.deactivate()
