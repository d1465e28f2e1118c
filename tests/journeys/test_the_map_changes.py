"""In real Chromium: two communes are merged, step by step, and villages come from a file."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from nguon.kernel import clock
from nguon.organisations.actions.tables import VILLAGE_HEADINGS, template
from tests.browser import PHONE, assert_accessible
from tests.journeys.installation import Installation

pytestmark = [pytest.mark.journey, pytest.mark.slow]
KEEPER, PASSWORD = "kha", "Mot-mat-khau-dai-9"
# Of the demo's province, and nobody's loudspeakers.
FIRST, SECOND, THIRD = "07486", "07492", "07498"
ADD = f"""
from nguon.accounts.actions import assign_role, create_user, set_password
from nguon.accounts.states import Role
from nguon.kernel.clock import now
from nguon.organisations.queries import by_code
made = create_user(username="{KEEPER}", full_name="Phạm Quân", by=None, at=now())
set_password(user=made.user, by=None, at=now(), password="{PASSWORD}")
assign_role(user=made.user, role=Role.ADMINISTRATOR, place=by_code("24", at=now()), by=None, at=now())
"""


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def keeper(installation: Installation) -> str:
    """An administrator of the province, whose password the story knows."""
    command = [sys.executable, "-m", "config", "shell", "-c", ADD]
    environment = installation.environment | installation.running.environment
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)
    return KEEPER


def sign_in(page: Page, installation: Installation, name: str) -> None:
    page.goto(f"{installation.url}/accounts/login/")
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page).not_to_have_url(f"{installation.url}/accounts/login/")


def choose(page: Page, typed: str) -> None:
    page.get_by_label("Tìm địa bàn để chọn").fill(typed)
    page.get_by_label("Tìm địa bàn để chọn").press("Enter")
    page.get_by_role("button", name="Chọn").first.click()


def looked_at(page: Page) -> None:
    assert_accessible(page)
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_two_communes_are_merged_after_a_look_at_what_moves(
    installation: Installation, keeper: str, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(viewport=PHONE).new_page()
    sign_in(page, installation, keeper)
    page.goto(f"{installation.url}/dia-ban/thay-doi/moi/")
    page.get_by_label("Thay đổi", exact=True).select_option("merge")
    page.get_by_role("button", name="Đổi loại thay đổi").click()
    for code in (FIRST, SECOND):
        choose(page, code)
    names = [text.split(",")[0].strip() for text in page.locator("li .row-between > span").all_inner_texts()]
    page.get_by_label("Tất cả thành một đơn vị mới").check()
    for label, text in (
        ("Loại hình", "Xã"),
        ("Tên mới", "Hành Trình"),
        ("Mã", "09998"),
        ("Văn bản", "Nghị quyết 1"),
    ):
        page.get_by_label(label, exact=True).first.fill(text)
    page.get_by_label("Có hiệu lực từ ngày").fill(clock.local(clock.now()).date().isoformat())
    looked_at(page)
    page.get_by_role("button", name="Lưu bản soạn và xem trước").click()
    expect(page.get_by_text("Xã Hành Trình").first).to_be_visible()
    looked_at(page)
    page.goto(f"{installation.url}/dia-ban/?q=hanh+trinh")
    expect(page.get_by_text("Xã Hành Trình")).to_have_count(0)  # nothing has changed yet
    page.go_back()
    page.get_by_role("button", name="Xác nhận thay đổi").click()
    expect(page.get_by_text("Đã xác nhận").first).to_be_visible()
    for name in names:
        expect(page.get_by_text(name).first).to_be_visible()
    looked_at(page)
    page.goto(f"{installation.url}/dia-ban/?q=hanh+trinh")
    expect(page.get_by_text("Xã Hành Trình").first).to_be_visible()


def test_villages_come_from_a_file_all_or_none(
    installation: Installation, keeper: str, page: Page, tmp_path: Path
) -> None:
    sign_in(page, installation, keeper)
    good, bad = [THIRD, "Thôn", "Hành Trình Một", ""], ["99999", "Thôn", "Sai", ""]
    for rows in ([good, bad], [good]):
        file = tmp_path / "thôn.xlsx"
        file.write_bytes(template(VILLAGE_HEADINGS, rows))
        page.goto(f"{installation.url}/tep/")
        looked_at(page)
        page.get_by_label("Tệp Excel (.xlsx) hoặc CSV").set_input_files(file)
        page.get_by_role("button", name="Kiểm tra tệp").click()
        if bad in rows:
            expect(page.get_by_text("1 dòng sai, chưa nhập gì")).to_be_visible()
            expect(page.get_by_text("Không có xã, phường nào mang mã “99999”.")).to_be_visible()
            looked_at(page)
    page.get_by_role("button", name="Xác nhận nhập").click()
    expect(page.get_by_text("đã thêm 1 mục")).to_be_visible()
    page.goto(f"{installation.url}/dia-ban/?q=hanh+trinh+mot")
    expect(page.get_by_text("Thôn Hành Trình Một").first).to_be_visible()
