"""The judge is judged first: a fault that is planted must be found."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser import Browsers, assert_accessible
from tests.browser_watch import children, drivers
from tests.standing import BrowserStands

STRICT = "default-src 'none'; style-src 'self'"
SOUND = "<!doctype html><html lang=vi><title>Soạn</title><main><h1>Soạn bản tin</h1></main></html>"
FAULTY = "<!doctype html><html lang=vi><title>Soạn</title><main><h1>Soạn</h1><input></main></html>"
BREACH = "<!doctype html><html lang=vi><title>Soạn</title><script>window.ran = 1</script></html>"
LATE = "<!doctype html><html lang=vi><button>Bấm</button><script type=module src=late.js></script></html>"


def show(page: Page, html: str) -> None:
    def answer(route: Route) -> None:
        headers = {"content-security-policy": STRICT, "content-type": "text/html; charset=utf-8"}
        route.fulfill(body=html, headers=headers)

    page.route("**/*", answer)
    page.goto("http://127.0.0.1/")


def test_a_page_without_faults_passes_under_a_strict_policy(page: Page) -> None:
    show(page, SOUND)
    assert_accessible(page)
    assert page.locator("h1").inner_text() == "Soạn bản tin"


def test_a_press_waits_for_the_scripts_of_its_page(page: Page) -> None:
    def answer(route: Route) -> None:
        if route.request.url.endswith("late.js"):
            page.wait_for_timeout(300)
            body = "document.querySelector('button').onclick = () => { document.title = 'pressed'; };"
            route.fulfill(body=body, content_type="text/javascript")
        elif route.request.url.endswith("next"):
            route.fulfill(body=LATE, content_type="text/html; charset=utf-8")
        else:
            route.fulfill(body="<a href='/next'>next</a>", content_type="text/html")

    page.route("**/*", answer)
    page.goto("http://127.0.0.1/")
    page.get_by_role("link", name="next").click()
    page.get_by_role("button", name="Bấm").click()
    assert page.title() == "pressed"


def test_a_field_without_a_label_is_found(page: Page) -> None:
    show(page, FAULTY)
    with pytest.raises(AssertionError, match="critical: label"):
        assert_accessible(page)


def test_a_breach_of_the_content_security_policy_is_told(browser: Browser) -> None:
    page = browser.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(f"{message.type}: {message.text}"))
    show(page, BREACH)
    assert page.evaluate("window.ran") is None
    page.context.close()
    assert [line for line in told if line.startswith("error:") and "Content Security Policy" in line]


def test_all_that_playwright_turns_off_is_off(browser: Browser) -> None:
    assert browser.is_connected()
    words = [
        word.partition("=")[2].split(",")
        for driver in drivers()
        for child in children(driver)
        for word in Path(f"/proc/{child}/cmdline").read_text().split("\0")
        if word.startswith("--disable-features=")
    ]
    assert len(words) == 2, words
    assert set(words[0]) <= set(words[1])


def test_a_call_that_stands_is_ended_and_who_comes_next_has_a_fresh_browser(browsers: Browsers) -> None:
    page = browsers.one().new_page()
    browsers.watch.seconds = 0.5
    with pytest.raises(BrowserStands, match="Chromium ended"):
        page.evaluate("new Promise(() => {})")
    assert browsers.one().new_page().evaluate("1 + 1") == 2
