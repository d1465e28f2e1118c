"""What every test of the four distributions shares: processes, luck, and that none is skipped."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

WORKERS_AT_MOST = 4
# Tests that start a whole installation share one process, one after the other.
TOGETHER = [Path(__file__).parent / "tests" / name for name in ("journeys", "faults")]

# A slow machine is no fault of the code; in CI the same examples come every time.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """This function will return 0 (no extra process) for a single file, else one worker a core, 2 to 4."""
    wanted = [argument.split("::")[0] for argument in config.args]
    if config.args_source is pytest.Config.ArgsSource.ARGS and all(Path(path).is_file() for path in wanted):
        return 0
    return max(2, min(WORKERS_AT_MOST, len(os.sched_getaffinity(0))))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """This function will keep tests with a whole installation in one process."""
    for item in items:
        if any(folder in item.path.parents for folder in TOGETHER):
            item.add_marker(pytest.mark.xdist_group("installation"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """This function will turn a skipped test into a failed one: what cannot run must say so aloud."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which is not allowed here: {report.longrepr}"
    return report
