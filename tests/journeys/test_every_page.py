"""Every page, as each of the three people meets it: phone and desk, light and dark, without faults."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.browser import DESKTOP, PHONE, assert_accessible, open_context
from tests.journeys.installation import Installation
from tests.journeys.people import APPROVER, DUTY, WRITER, sign_in

PAGES = [
    (WRITER, "/"),
    (WRITER, "/soan/"),
    (WRITER, "/tu-dien/"),
    (WRITER, "/lich-phat/"),
    (WRITER, "/lich-phat/khung-gio/"),
    (WRITER, "/ban-tin/"),
    (WRITER, "/chien-dich/"),
    (WRITER, "/mau-ban-tin/"),
    (WRITER, "/ke-hoach/"),
    (WRITER, "/ke-hoach/them/"),
    (WRITER, "/kho-tu-lieu/"),
    (WRITER, "/tiep-song/"),
    (WRITER, "/tiep-song/dat/"),
    (APPROVER, "/"),
    (APPROVER, "/duyet/"),
    (APPROVER, "/khoa/"),
    (DUTY, "/"),
    (DUTY, "/truc-ban/"),
    (DUTY, "/truc-ban/dung/"),
    (DUTY, "/truc-ban/lenh-ky/"),
    (DUTY, "/truc-ban/noi/"),
    (DUTY, "/thiet-bi/"),
    (DUTY, "/thiet-bi/them/"),
    (DUTY, "/thiet-bi/nhom/"),
    (DUTY, "/thiet-bi/tinh-trang/"),
    (DUTY, "/thiet-bi/bao-tri/"),
    (DUTY, "/thiet-bi/phan-mem/"),
    (DUTY, "/thiet-bi/ban-do/"),
    (DUTY, "/thiet-bi/lich-su/"),
    (DUTY, "/thiet-bi/do-phu/"),
    (DUTY, "/thiet-bi/man-hinh/"),
    (DUTY, "/nhat-ky/"),
    (DUTY, "/dia-ban/"),
    (DUTY, "/dia-ban/doi-chieu/"),
    (DUTY, "/accounts/password/change/"),
    (DUTY, "/accounts/logout/"),
]
Scheme = Literal["light", "dark"]
LOOKS = [(PHONE, "light"), (DESKTOP, "dark")]


@dataclass
class Desk:
    """A person's own browser window, which stays open: to open one costs more than to look at a page."""

    browser: Browser
    page: Page
    faults: list[str]


@pytest.fixture(scope="module")
def desks() -> dict[str, Desk]:
    """This function will keep each person's window, so that each signs in once."""
    return {}


@pytest.fixture
def visit(
    installation: Installation, browser: Browser, desks: dict[str, Desk]
) -> Iterator[Callable[..., Page]]:
    """This function will give a way to open a page as somebody, at a width, in a colour scheme."""

    def desk_of(username: str) -> Desk:
        if username not in desks or desks[username].browser is not browser:
            faults: list[str] = []
            page = open_context(browser, faults).new_page()
            sign_in(page, installation, username)
            desks[username] = Desk(browser, page, faults)
        return desks[username]

    def open_as(
        username: str,
        path: str,
        status: int = 200,
        viewport: ViewportSize = DESKTOP,
        scheme: Scheme = "light",
    ) -> Page:
        page = desk_of(username).page
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=scheme)
        answer = page.goto(f"{installation.url}{path}")
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"
        return page

    yield open_as
    faults = [fault for desk in desks.values() for fault in desk.faults]
    for desk in desks.values():
        desk.faults.clear()
    assert not faults, "\n".join(faults)


def too_wide(page: Page) -> bool:
    """This function will tell whether the page must be moved sideways to be read."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@pytest.mark.journey
@pytest.mark.parametrize(("viewport", "scheme"), LOOKS, ids=["phone", "desktop-dark"])
@pytest.mark.parametrize(("username", "path"), PAGES)
def test_a_page_has_no_grave_fault(
    visit: Callable[..., Page], username: str, path: str, viewport: ViewportSize, scheme: Scheme
) -> None:
    page = visit(username, path, viewport=viewport, scheme=scheme)
    assert_accessible(page)
    assert not too_wide(page)
    assert page.title()
    assert page.locator("html").get_attribute("lang") == "vi"
    assert page.get_by_text("DEMO").first.is_visible()


@pytest.mark.journey
@pytest.mark.parametrize(("path", "status"), [("/nhat-ky/", 403), ("/khong-co/", 404)])
def test_a_refusal_is_a_page_too(visit: Callable[..., Page], path: str, status: int) -> None:
    page = visit(WRITER, path, status)
    assert_accessible(page)
    assert not too_wide(page)


@pytest.mark.journey
def test_the_door_has_no_grave_fault(installation: Installation, page: Page) -> None:
    page.goto(f"{installation.url}/truc-ban/")
    assert "/accounts/login/" in page.url
    assert_accessible(page)
    assert not too_wide(page)


@pytest.mark.journey
def test_the_pages_are_english_for_who_asks(
    installation: Installation, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en-GB").new_page()
    page.goto(f"{installation.url}/accounts/login/")
    assert page.locator("html").get_attribute("lang") == "en"
    assert_accessible(page)


def test_the_lint_shows_as_one_types_and_learns_a_word(visit: Callable[..., Page]) -> None:
    page = visit(WRITER, "/soan/", viewport=PHONE)
    page.locator("#id_text").fill("Thứ 3, ngày 15/6/2026, họp XKQ. Gọi 114.")
    finding = page.locator("#lint .finding", has_text="Thứ 3")
    finding.click()
    field = "const field = document.querySelector('#id_text')"
    chosen = f"() => {{ {field}; return field.value.slice(field.selectionStart, field.selectionEnd) }}"
    assert page.evaluate(chosen) == "Thứ 3, ngày 15/6/2026"
    assert_accessible(page)
    reading = page.locator(".teach input.input")
    reading.fill("xuân khê quang")
    reading.press("Enter")
    page.get_by_text("Từ nay “XKQ” đọc là “xuân khê quang”.").wait_for()
    assert "họp xuân khê quang" in page.locator("#id_spoken_text").input_value()
    page.goto(page.url.split("/soan/")[0] + "/tu-dien/")
    page.get_by_role("button", name="Bỏ XKQ").click()
    page.get_by_text("Đã bỏ cách đọc của “XKQ”.").wait_for()
