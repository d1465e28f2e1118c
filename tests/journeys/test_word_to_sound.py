"""A commune officer with a phone: from a Word document to sound that is approved, in a dozen taps."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from nguon.adapters.apart.tests.papers import docx
from tests.browser import assert_accessible
from tests.journeys.installation import Installation
from tests.journeys.people import APPROVER, WRITER, hear_whole, sign_in

NOTICE = (
    "ỦY BAN NHÂN DÂN", "XÃ LỤC NAM", "Số: 31/TB-UBND", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc", "Lục Nam, ngày 20 tháng 11 năm 2026", "THÔNG BÁO",
    "Về việc thu gom rác cồng kềnh",
    "Từ 6h00 ngày 28/11, tổ thu gom đến từng thôn. Bà con để rác trước cổng, không để rác ra đường.",
    "Nơi nhận:", "- Các thôn;", "- Lưu: VT.",
)  # fmt: skip
TITLE = "Thông báo về việc thu gom rác cồng kềnh"
MOST_TAPS = 12
SMALL_PHONE = {"width": 360, "height": 740}


class Thumb:
    """Taps, and counts them."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, where: Locator) -> None:
        """One tap on what is there to be tapped."""
        where.tap()
        self.taps += 1


def write(page: Page, thumb: Thumb, paper: Path) -> None:
    """Lan opens Soạn, takes the document, chooses her commune, hears it and submits it."""
    thumb.tap(page.get_by_role("navigation").last.get_by_role("link", name="Soạn"))
    with page.expect_file_chooser() as chosen:
        thumb.tap(page.get_by_text("Lấy chữ từ tệp Word"))
    chosen.value.set_files(paper)
    thumb.taps += 1  # the phone's own list of files
    expect(page.get_by_label("Tiêu đề")).to_have_value(TITLE)
    expect(page.get_by_label("Văn bản", exact=True)).to_have_value(f"{TITLE}.\n{NOTICE[8]}")
    thumb.tap(page.locator("#tree label.check").filter(has_text="Lục Nam").first)
    expect(page.locator("#chosen")).to_contain_text("3 cụm loa")
    thumb.tap(page.get_by_role("button", name="Nghe thử"))
    expect(page.locator("#sound audio")).to_be_visible()
    expect(page.get_by_role("img", name="Hình âm thanh, dài")).to_be_visible()
    assert_accessible(page)
    thumb.tap(page.get_by_role("button", name="Gửi duyệt"))
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def approve(page: Page, thumb: Thumb) -> None:
    """Minh opens what waits, hears it and approves it."""
    thumb.tap(page.get_by_role("navigation").last.get_by_role("link", name="Duyệt"))
    thumb.tap(page.get_by_role("link", name=TITLE).first)
    expect(page.get_by_role("img", name="Hình âm thanh, dài")).to_be_visible()
    hear_whole(page)
    thumb.taps += 1  # the player's own button
    thumb.tap(page.get_by_role("button", name="Duyệt", exact=True))
    expect(page.get_by_role("main")).to_contain_text("Đã duyệt")


@pytest.mark.journey
def test_from_a_word_document_to_approved_sound_in_a_dozen_taps(
    installation: Installation, new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    phone = {"viewport": SMALL_PHONE, "has_touch": True, "is_mobile": True}
    lan, minh = new_context(**phone).new_page(), new_context(**phone).new_page()
    sign_in(lan, installation, WRITER)
    sign_in(minh, installation, APPROVER)
    thumb, began = Thumb(), time.monotonic()
    write(lan, thumb, docx(tmp_path / "thong-bao.docx", *NOTICE))
    approve(minh, thumb)
    print(f"\nWord to approved sound: {thumb.taps} taps, {time.monotonic() - began:.1f} s")  # noqa: T201
    assert thumb.taps <= MOST_TAPS
