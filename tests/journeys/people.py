"""What people do in a browser, in their words."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.installation import Installation

WRITER, APPROVER, DUTY = "lan", "minh", "tuan"  # three of the demo's four people


def sign_in(page: Page, installation: Installation, username: str) -> None:
    """This function will sign a person of the demo in and end on the first page."""
    type_password(page, installation, username, installation.passwords[username])
    expect(page).not_to_have_url(f"{installation.url}/accounts/login/")


def type_password(page: Page, installation: Installation, username: str, password: str) -> None:
    """This function will type a name and a password at the sign-in page, and press the button."""
    page.goto(f"{installation.url}/accounts/login/")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def hear_whole(page: Page) -> None:
    """This function will play the bulletin of the open page to its end, at twice the speed."""
    page.locator("audio").first.evaluate(
        "audio => { audio.muted = true; audio.playbackRate = 2; audio.play(); }"
    )
    expect(page.locator("[data-heard-words]")).to_have_text("Bạn đã nghe đủ để duyệt.")


def put_name(page: Page) -> None:
    """This function will type the place's name, as the page asks, and press the button of the signature."""
    box = page.get_by_label(re.compile("Gõ tên địa bàn"))
    asked = page.locator("label[for=id_ten]").inner_text()
    box.fill(asked.split("“")[1].split("”")[0])
    page.get_by_role("button", name=re.compile("^Ký ")).click()
