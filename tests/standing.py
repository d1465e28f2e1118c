"""One test that stands holds nobody up: each has a time limit, and so has the clearing away after it.

pytest-timeout watches a test until it fails; then it stops its clock, and pytest that of faulthandler, though
clearing away may stand as well. So the clock is set again here. What no signal reaches, a library that does
not return, ends with its process: the stacks of all its threads are printed, pytest-xdist says which test it
was, and goes on in a new process.

A browser that stands is no fault of the product (tests/browser_watch.py ends it): its journey is tried once
more in a fresh one, and the summary says so. A failed assertion is never tried again.
"""

import faulthandler
import os
from collections.abc import Generator, Iterator

import pytest
from _pytest.runner import runtestprotocol
from pytest_timeout import Settings

CLEARED_S = 600.0
"""How long clearing away may take: the last test of all also stops a whole installation."""
DEAF_S = 300.0
"""How long after its signal a process may live on that does not hear it."""
STOOD = "a browser stood"
NOTES: list[str] = []  # what is to be told with the next report of this process
_ERRORS = os.dup(2)  # before pytest captures it


class BrowserStands(Exception):
    """A browser did not answer in its time, and was ended."""


def _set_clock(item: pytest.Item, seconds: float) -> None:
    settings = Settings(seconds, "signal", func_only=False, disable_debugger_detection=False)
    item.ihook.pytest_timeout_set_timer(item=item, settings=settings)
    faulthandler.dump_traceback_later(seconds + DEAF_S, exit=True, file=_ERRORS)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """This function will bound the time of clearing away, also after a failure."""
    _set_clock(item, CLEARED_S)
    try:
        return (yield)
    finally:
        item.ihook.pytest_timeout_cancel_timer(item=item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """This function will put into the report what is known of browsers that stood."""
    report = yield
    if call.excinfo is not None and call.excinfo.errisinstance(BrowserStands):
        lines = [entry.lineno + 1 for entry in call.excinfo.traceback if entry.path == item.path]
        NOTES.append(f"line {lines[-1] if lines else '?'}: {call.excinfo.value}")
        setattr(report, "stood", True)  # noqa: B010 (mypy knows no such attribute)
    item.user_properties += [(STOOD, note) for note in NOTES]
    report.user_properties = list(item.user_properties)
    NOTES.clear()
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """This function will run a journey, and once more if its browser stood."""
    if "browser" not in getattr(item, "fixturenames", ()):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    if any(getattr(report, "stood", False) for report in reports):
        mark = item.get_closest_marker("timeout")
        _set_clock(item, float(mark.args[0] if mark else item.config.getini("timeout")))
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def _told(terminalreporter: pytest.TerminalReporter) -> Iterator[str]:
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, note in getattr(report, "user_properties", ()):
                if name == STOOD:
                    yield f"THE BROWSER STOOD {report.nodeid}: {note}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """This function will name every test whose browser stood, and the line at which it did."""
    for line in sorted(set(_told(terminalreporter))):
        terminalreporter.write_line(line, red=True, bold=True)
