"""What people do in a browser, in their words."""

from playwright.sync_api import Page, expect

from tests.journeys.installation import Installation

WRITER, APPROVER, DUTY = "lan", "minh", "tuan"  # the demo's three people


def sign_in(page: Page, installation: Installation, username: str) -> None:
    """This function will sign a person of the demo in and end on the first page."""
    page.goto(f"{installation.url}/accounts/login/")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu", exact=True).fill(installation.passwords[username])
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page).not_to_have_url(f"{installation.url}/accounts/login/")
