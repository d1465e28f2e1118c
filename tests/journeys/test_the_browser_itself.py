"""The judge is judged first: a fault that is planted must be found."""

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser import assert_accessible

STRICT = "default-src 'none'; style-src 'self'"
SOUND = "<!doctype html><html lang=vi><title>Soạn</title><main><h1>Soạn bản tin</h1></main></html>"
FAULTY = "<!doctype html><html lang=vi><title>Soạn</title><main><h1>Soạn</h1><input></main></html>"
BREACH = "<!doctype html><html lang=vi><title>Soạn</title><script>window.ran = 1</script></html>"


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
