"""The browser of the journeys: real Chromium through Playwright, and the judgement of axe-core.

A journey takes the fixtures `page` (a desktop window, Vietnamese) or `browser` (open your own contexts).
They live as long as the test module, because Playwright keeps an event loop running in its thread.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from tests.chromium import Chromium, NoChromium, chromium, sandbox_works

FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
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


@pytest.fixture(scope="session")
def chromium_program() -> Chromium:
    """This function will find or install Chromium once; without one the test fails and says why."""
    try:
        return chromium()
    except NoChromium as reason:
        pytest.fail(str(reason), pytrace=False)


@pytest.fixture(scope="module")
def browser(chromium_program: Chromium) -> Iterator[Browser]:
    """This function will give a headless Chromium that ends with the test module."""
    with launched(chromium_program) as started:
        yield started


@contextmanager
def launched(program: Chromium, *flags: str) -> Iterator[Browser]:
    """This function will start a headless Chromium with some more flags."""
    with pytest.MonkeyPatch.context() as patch, _playwright(program) as playwright:
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
def _playwright(program: Chromium) -> Iterator[Playwright]:
    """This function will start Playwright with the libraries that were unpacked beside Chromium, if any."""
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in program.environment.items():
                patch.setenv(name, value)
            started = stack.enter_context(sync_playwright())
        yield started


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """This function will give a maker of contexts (one for each person); options as in Playwright.

    When the test ends, any script error and any breach of the content security policy fails it.
    """
    faults: list[str] = []
    opened: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(
            **{"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", "viewport": DESKTOP, **options}
        )
        context.set_default_timeout(PATIENT_MS)
        context.add_init_script(NOT_BEFORE_IT_IS_READY)
        context.on("weberror", lambda error: faults.append(f"script error: {error.error}"))
        context.on("console", lambda message: _keep_breach(message, faults))
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """This function will give a fresh page of desktop width."""
    return new_context().new_page()


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
