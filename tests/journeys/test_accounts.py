"""An account from the invitation to the end of a session, in real browsers: second step, single sign-on,
delegation, lock-out."""

import time
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import BrowserContext, Page, expect

from nguon.accounts.tests.provider import Provider
from tests.browser import PHONE, assert_accessible
from tests.journeys.installation import Installation
from tests.journeys.people import sign_in, type_password

pytestmark = pytest.mark.journey
PASSWORD = "tome-kanu-bigo-hapi-47"
ADDRESS = "nga.ly@bacninh.gov.vn"
ADMINISTRATOR = f"""
from nguon.accounts.actions import assign_role, create_user
from nguon.accounts.states import Role
from nguon.kernel.clock import now
from nguon.organisations.queries import by_code
from nguon.organisations.states import DEMO_PROVINCE_CODE
made = create_user(username="quan", full_name="Vũ Văn Quân", by=None, at=now(), password="{PASSWORD}")
place = by_code(DEMO_PROVINCE_CODE, at=now())
assign_role(user=made.user, role=Role.ADMINISTRATOR, place=place, by=None, at=now())
"""


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def look(page: Page) -> Page:
    """This function will judge the page as axe-core does, and that nothing sticks out at its side."""
    assert_accessible(page)
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), page.url
    return page


def invited(admin: Page, installation: Installation) -> str:
    """This function will invite Nga, her place found by typing without tone marks, and return the link."""
    admin.goto(f"{installation.url}/tai-khoan/moi/")
    look(admin)
    admin.get_by_label("Họ và tên").fill("Lý Thị Nga")
    admin.get_by_label("Thư điện tử công vụ").fill(ADDRESS)
    admin.get_by_label("Tìm nơi").fill("luc nam")
    admin.get_by_role("radio", name="Xã Lục Nam tỉnh Bắc Ninh").check()
    press(admin, "Tạo tài khoản và liên kết")
    return look(admin).get_by_label("Liên kết", exact=True).input_value()


def second_step(nga: Page, installation: Installation) -> list[str]:
    """This function will turn on the second step as Nga does with an app, and return her recovery codes."""
    nga.goto(f"{installation.url}/bao-mat/")
    look(nga).get_by_role("link", name="Bật xác thực hai bước").click()
    nga.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    press(look(nga), "Tiếp tục")
    secret = look(nga).locator("code").inner_text()
    nga.get_by_label("Mã sáu số").fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    press(nga, "Bật")
    codes: list[str] = look(nga).locator("li code").all_inner_texts()
    assert len(codes) == 10
    return codes


def give_code(page: Page, code: str) -> None:
    page.get_by_label("Mã sáu số").fill(code)
    press(page, "Đăng nhập")


def test_an_account_from_its_invitation_to_its_end(
    installation: Installation, provider: Provider, new_context: Callable[..., BrowserContext]
) -> None:
    installation.shell(ADMINISTRATOR)
    admin, phone, other = (new_context(**more).new_page() for more in ({}, {"viewport": PHONE}, {}))
    type_password(admin, installation, "quan", PASSWORD)
    link = invited(admin, installation)

    sign_in(other, installation, "lan")  # a colleague is no Nga
    other.goto(link)
    expect(look(other).get_by_text("đang đăng nhập là Nguyễn Thị Lan")).to_be_visible()
    phone.goto(link)
    look(phone).get_by_label("Mật khẩu mới").fill(PASSWORD)
    press(phone, "Đặt mật khẩu")
    expect(phone.get_by_text("Đã đặt mật khẩu")).to_be_visible()
    phone.goto(link)
    expect(look(phone).get_by_text("Liên kết này đã dùng rồi")).to_be_visible()

    type_password(phone, installation, "ngalt", PASSWORD)
    codes = second_step(phone, installation)
    for code, let_in in ((codes[0], True), (codes[0], False), (codes[1], True)):
        other.context.clear_cookies()
        type_password(other, installation, "ngalt", PASSWORD)
        give_code(other, code)
        expect(other.get_by_text("Chào Nga" if let_in else "Mã không đúng")).to_be_visible()

    admin.goto(f"{installation.url}/tai-khoan/?q=nga")
    look(admin).get_by_role("link", name="Lý Thị Nga").click()
    press(look(admin), "Kết thúc mọi phiên")
    expect(admin.get_by_text("Đã kết thúc 3 phiên đăng nhập")).to_be_visible()
    for page in (phone, other):
        page.goto(f"{installation.url}/bao-mat/")
        assert "/accounts/login/" in page.url

    # Her office's identity, whose address the administrator wrote down; the code is asked for all the same.
    provider.redirect_uri = f"{installation.url}/accounts/danh-tinh/ve/"
    provider.person |= {"sub": "nga-3", "email": ADDRESS}
    look(phone).get_by_role("button", name="Đăng nhập bằng Cổng cán bộ").click()
    expect(phone.get_by_label("Mã sáu số")).to_be_visible()  # two pages lie between, which lead on themselves
    give_code(look(phone), codes[2])
    expect(phone).to_have_url(f"{installation.url}/bao-mat/")
    admin.reload()
    expect(admin.get_by_text("Đã nối với Cổng cán bộ")).to_be_visible()
    admin.get_by_text("Nghỉ phép: cử người làm thay").click()
    admin.get_by_label("Người làm thay").fill("minh")
    today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 7 * 3600))
    for label in ("Từ ngày", "Đến hết ngày"):
        admin.locator("details[open]").get_by_label(label).fill(today)
    press(admin, "Cử làm thay")
    expect(admin.get_by_text("Trần Quang Minh làm thay Lý Thị Nga trong những ngày đó")).to_be_visible()
    look(admin)

    for _ in range(6):
        other.goto(f"{installation.url}/accounts/login/")
        other.get_by_label("Tên đăng nhập").fill("ngalt")
        other.get_by_label("Mật khẩu", exact=True).fill("sai-mat-khau")
        press(other, "Đăng nhập")
    expect(look(other).get_by_text("Sai mật khẩu quá nhiều lần. Hãy thử lại từ")).to_be_visible()
