"""In real Chromium: the author cannot approve, a return comes back, the red button silences."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import PHONE, assert_accessible
from tests.journeys.installation import Installation
from tests.journeys.people import sign_in

pytestmark = [pytest.mark.journey, pytest.mark.slow]

NewContext = Callable[..., BrowserContext]
TEXT = "UBND xã thông báo: 7h30 ngày 25/11/2026 họp dân tại nhà văn hóa thôn. Mời bà con đến dự."


def signed_in(context: BrowserContext, installation: Installation, name: str) -> Page:
    page = context.new_page()
    sign_in(page, installation, name)
    return page


def write(page: Page, installation: Installation, title: str, asked: str, place: str) -> None:
    page.goto(f"{installation.url}/soan/")
    page.get_by_label("Tiêu đề").fill(title)
    page.get_by_role("textbox", name="Văn bản").fill(TEXT)
    with page.expect_response(lambda answer: "/noi-phat/?" in answer.url):
        page.get_by_role("searchbox").fill(asked)
    page.locator("#tree label.check").filter(has_text=place).first.click()
    expect(page.locator("#chosen")).to_contain_text(place)
    expect(page.locator("#chosen .chip")).to_have_count(1)


def hear(page: Page) -> float:
    """Press "Nghe thử" and return how many seconds of sound the page plays."""
    page.get_by_role("button", name="Nghe thử").click()
    sound = page.locator("#sound audio")
    expect(sound).to_be_visible()
    page.wait_for_function("() => document.querySelector('#sound audio').readyState >= 1")
    return float(sound.evaluate("(audio) => audio.duration"))


def test_the_author_cannot_approve_and_a_return_comes_back(
    installation: Installation, new_context: NewContext
) -> None:
    lan = signed_in(new_context(viewport=PHONE), installation, "lan")
    write(lan, installation, "Tin trả lại", "bai da", "Bãi Đá")
    hear(lan)
    lan.get_by_role("button", name="Gửi duyệt").click()
    expect(lan.get_by_text("Chờ duyệt").first).to_be_visible()

    minh = signed_in(new_context(), installation, "minh")
    minh.goto(f"{installation.url}/duyet/")
    minh.get_by_role("link", name=re.compile("Tin trả lại")).first.click()
    address = minh.url
    lan.goto(address)
    expect(lan.get_by_text("không tự duyệt được")).to_be_visible()
    expect(lan.get_by_role("button", name="Duyệt", exact=True)).to_have_count(0)

    minh.get_by_text("Trả lại kèm lý do").click()
    minh.get_by_label("Lý do").fill("Sai ngày họp")
    minh.get_by_role("button", name=re.compile("Trả lại")).click()
    expect(minh.get_by_text("Trả lại").first).to_be_visible()
    lan.goto(f"{installation.url}/soan/")
    expect(lan.get_by_text("Tin trả lại").first).to_be_visible()


def test_the_red_button_silences_what_plays(
    installation: Installation, new_context: NewContext, tmp_path: Path
) -> None:
    tuan = signed_in(new_context(), installation, "tuan")
    tuan.goto(f"{installation.url}/truc-ban/")
    long = tmp_path / "tin-dai.txt"
    long.write_text(f"{TEXT} " * 12, encoding="utf-8")  # it must not be over before it is stopped
    people = ("--writer", "lan", "--approver", "minh")
    said = installation.run("say", "--file", str(long), "--title", "Tin dài", "--to", "07444", *people)
    assert said.returncode == 3, said.stderr  # accepted, and not yet played everywhere
    expect(tuan.locator(".speaker.playing").first).to_be_visible()
    tuan.get_by_role("link", name="Dừng phát").click()
    tuan.get_by_role("link", name=re.compile("Lục Nam")).first.click()
    assert_accessible(tuan)
    tuan.get_by_role("button", name=re.compile("Dừng ngay 3 cụm loa")).click()
    expect(tuan.locator(".speaker.playing")).to_have_count(0)
    expect(tuan.get_by_text("Phát một phần").first).to_be_visible()
