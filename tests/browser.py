"""The browser of the journeys: real Chromium through Playwright, and the judgement of axe-core.

A journey takes the fixtures `page` (a desktop window, Vietnamese) or `browser` (open your own contexts).
They live as long as the test module, because Playwright keeps an event loop running in its thread.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.browser_watch import Watch
from tests.chromium import Chromium, NoChromium, chromium, sandbox_works
from tests.standing import NOTES, BrowserStands

# Playwright turns these off (1.65), and the last such list on a command line is the one that counts.
BY_PLAYWRIGHT = (
    "AimEnabled AvoidCorsURLLoaderRestartOnRedirect AvoidUnnecessaryBeforeUnloadCheckSync"
    " DestroyProfileOnBrowserClose HttpsFirstBalancedModeAutoEnable HttpsUpgrades LensOverlay MediaRouter"
    " NetworkTimeServiceQuerying OptimizationHints PaintHolding PreconnectToSearch TcpPortRandomizationWin"
    " ThirdPartyStoragePartitioning msEdgeUpdateLaunchServicesPreferredVersion msForceBrowserSignIn"
).split()
# Each window made two pages for the list beneath the address bar, which nobody here sees: half of its cost.
POPUPS = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    f"--disable-features={','.join((*BY_PLAYWRIGHT, *POPUPS))}",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
]
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
GRAVE = {"serious", "critical"}
NOT_BEFORE_IT_IS_READY = """
const press = (how) => document.documentElement && (document.documentElement.style.pointerEvents = how, true);
if (document.readyState === "loading") {
  if (!press("none")) {
    const seen = (_, watch) => press("none") && watch.disconnect();
    new MutationObserver(seen).observe(document, { childList: true });
  }
  document.addEventListener("DOMContentLoaded", () => setTimeout(press, 0, ""));
}
"""
"""A person does not press a button in the first hundredth of a second, before the scripts of its page have
run; Playwright does, and on a busy machine that press is lost."""
PATIENT_MS = 120_000
"""How long a page may take on a busy machine; a good run never waits so long."""
CLOSING_S = 60.0
"""How long a browser, or one person's part of it, may take to close."""


@pytest.fixture(scope="session")
def chromium_program() -> Chromium:
    """This function will find or install Chromium once; without one the test fails and says why."""
    try:
        return chromium()
    except NoChromium as reason:
        pytest.fail(str(reason), pytrace=False)


@pytest.fixture(scope="module")
def browser_flags() -> tuple[str, ...]:
    """This function will give the flags that this module's browser has besides."""
    return ()


@pytest.fixture(scope="module")
def browsers(chromium_program: Chromium, browser_flags: tuple[str, ...]) -> Iterator["Browsers"]:
    """This function will give the module's Chromium, one after the other should one be ended."""
    made = Browsers(chromium_program, *browser_flags)
    yield made
    made.close()


@pytest.fixture
def browser(browsers: "Browsers") -> Browser:
    """This function will give a headless Chromium that ends with the test module."""
    return browsers.one()


class Browsers:
    """A headless Chromium, started for who asks, and again for who asks after it was ended."""

    def __init__(self, program: Chromium, *flags: str) -> None:
        """This function will start nothing yet; some more flags."""
        self._program, self._flags = program, flags
        self._open = ExitStack()
        self.watch = Watch()
        self._started: Browser | None = None

    def one(self) -> Browser:
        """This function will return a Chromium that answers; raises BrowserStands if a new one does not."""
        if self._started and not self.watch.ended and self._started.is_connected():
            return self._started
        self.close()
        self.watch = Watch()
        self._started = self._open.enter_context(_launched(self._program, self._flags, self.watch))
        return self._started

    def close(self) -> None:
        """This function will close it; one that does not close is ended, and told in the summary."""
        self._started = None
        self.closing(self._open.close)

    def closing(self, close: Callable[[], None]) -> None:
        """This function will close something of the browser, or the browser with it if that stands."""
        gone, before, self.watch.seconds = bool(self.watch.ended), self.watch.seconds, CLOSING_S
        try:
            close()
        except (BrowserStands, Error) as reason:
            if not gone:
                NOTES.append(f"closing: {reason}")
        finally:
            self.watch.seconds = before


@contextmanager
def _launched(program: Chromium, flags: Sequence[str], watch: Watch) -> Iterator[Browser]:
    """This function will start a headless Chromium with some more flags."""
    with pytest.MonkeyPatch.context() as patch, watch, _playwright(program, watch) as playwright:
        # Playwright's loop runs in this thread, and Django would take our plain calls for asynchronous ones.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(
            executable_path=program.program,
            env={**os.environ, **program.environment},
            args=[*FLAGS, *flags],
            chromium_sandbox=sandbox_works(),
            timeout=PATIENT_MS,
        )
        expect.set_options(timeout=PATIENT_MS)
        yield started
        started.close()


@contextmanager
def _playwright(program: Chromium, watch: Watch) -> Iterator[Playwright]:
    """This function will start Playwright with the libraries that were unpacked beside Chromium, if any."""
    manager = sync_playwright()
    with pytest.MonkeyPatch.context() as patch, watch.call():
        for name, value in program.environment.items():
            patch.setenv(name, value)
        started = manager.start()
    try:
        yield started
    finally:
        with watch.call():
            started.stop()


@pytest.fixture
def new_context(browsers: Browsers, browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """This function will give a maker of contexts (one for each person); options as in Playwright.

    When the test ends, any script error and any breach of the content security policy fails it.
    """
    faults: list[str] = []
    opened: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        opened.append(open_context(browser, faults, **options))
        return opened[-1]

    yield make
    for context in opened:
        browsers.closing(context.close)
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """This function will give a fresh page of desktop width."""
    return new_context().new_page()


def open_context(browser: Browser, faults: list[str], **options: Any) -> BrowserContext:
    """This function will open a context that keeps each script error and each breach in `faults`."""
    context = browser.new_context(
        **{"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", "viewport": DESKTOP, **options}
    )
    context.set_default_timeout(PATIENT_MS)
    context.add_init_script(NOT_BEFORE_IT_IS_READY)
    context.on("weberror", lambda error: faults.append(f"script error: {error.error}"))
    context.on("console", lambda message: _keep_breach(message, faults))
    return context


def _keep_breach(message: ConsoleMessage, faults: list[str]) -> None:
    if message.type == "error" and "Content Security Policy" in message.text:
        faults.append(message.text)


def assert_accessible(page: Page) -> None:
    """This function will fail with each serious or critical fault that axe-core finds on the page (WCAG)."""
    found = Axe().run(page).response["violations"]
    faults = [_fault(violation) for violation in found if violation["impact"] in GRAVE]
    assert not faults, f"{page.url}\n" + "\n".join(faults)


def _fault(violation: dict[str, Any]) -> str:
    places = [f"    {node['html'][:200]}\n      {node['failureSummary']}" for node in violation["nodes"][:5]]
    return f"{violation['impact']}: {violation['id']}: {violation['help']}\n" + "\n".join(places)
