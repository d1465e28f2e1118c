"""The main job in a browser: Lan writes and hears, Minh hears and approves, six loudspeakers prove it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import assert_accessible
from tests.journeys.installation import Installation
from tests.journeys.people import APPROVER, DUTY, WRITER, hear_whole, sign_in
from tests.journeys.sound import played

TITLE = "Tiêm phòng dại đợt 2"
TEXT = "UBND xã thông báo: từ 7h30 ngày 25/11, bà con đưa chó, mèo đi tiêm phòng dại tại nhà văn hóa thôn."
COMMUNES = ("Lục Nam", "Vũ Ninh")
SPOKEN = re.compile(r"^ủy ban nhân dân xã", re.IGNORECASE)


def write(page: Page, installation: Installation) -> float:
    """Lan writes, chooses two communes, hears it and submits; returns the seconds that she heard."""
    sign_in(page, installation, WRITER)
    page.goto(f"{installation.url}/soan/")
    page.get_by_label("Tiêu đề").fill(TITLE)
    page.get_by_role("textbox", name="Văn bản").fill(TEXT)
    for commune in COMMUNES:
        with page.expect_response(lambda answer: "/noi-phat/?" in answer.url):
            page.get_by_role("searchbox").fill(commune)
        page.locator("#tree label.check").filter(has_text=commune).first.click()
        expect(page.locator("#chosen")).to_contain_text(commune)
    expect(page.locator("#chosen")).to_contain_text("6 cụm loa")
    page.get_by_role("button", name="Nghe thử").click()
    sound = page.locator("#sound audio")
    expect(sound).to_be_visible()
    page.wait_for_function("() => document.querySelector('#sound audio').readyState > 0")
    seconds = float(sound.evaluate("audio => audio.duration"))
    expect(page.get_by_label("Lời đọc")).to_have_value(SPOKEN)
    assert_accessible(page)
    page.get_by_role("button", name="Gửi duyệt").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)
    return seconds


def approve(page: Page, installation: Installation) -> None:
    """Minh finds it, sees the places and the number of loudspeakers, hears it and approves."""
    sign_in(page, installation, APPROVER)
    page.goto(f"{installation.url}/duyet/")
    assert_accessible(page)
    page.get_by_role("link", name=re.compile(TITLE)).first.click()
    expect(page.get_by_role("main")).to_contain_text("6 cụm loa")
    expect(page.locator("audio").first).to_be_visible()
    assert_accessible(page)
    hear_whole(page)
    page.get_by_role("button", name="Duyệt", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Đã duyệt")


@pytest.mark.journey
def test_a_bulletin_goes_from_the_keyboard_to_proven_sound(
    installation: Installation, new_context: Callable[..., BrowserContext]
) -> None:
    duty = new_context().new_page()
    sign_in(duty, installation, DUTY)
    duty.goto(f"{installation.url}/truc-ban/")

    heard = write(new_context().new_page(), installation)
    approve(new_context().new_page(), installation)

    latest = duty.locator("#latest")
    expect(latest).to_contain_text(TITLE)  # without a reload: the page is live
    expect(latest.locator("[data-tally]")).to_have_text("Đã phát 6/6 cụm loa")
    assert_accessible(duty)

    recordings = [found for found in played(installation.data) if found.title == TITLE]
    assert len(recordings) == 6
    for found in recordings:
        assert found.complete
        assert found.seconds == pytest.approx(heard, abs=0.1)
        assert found.loudness > 0.02
