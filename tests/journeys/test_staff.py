"""Nhân sự in a real browser: a file with faults, the same file corrected, the list, one person.

The pages are served by this process on the tests' own database: no loudspeaker and no worker is needed, so
the two steps of the worker are taken here.
"""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from nguon.accounts.tests.cast import people
from nguon.kernel import clock
from nguon.organisations.actions import bring_file, check_file
from tests.browser import DESKTOP, PHONE, assert_accessible

WRONG = "Họ và tên,Loại,Mã địa bàn\nLò Thị Mây,Giám đốc,07444\nVi Văn Tú,Viên chức,99999\n"
RIGHT = (
    "Họ và tên,Loại,Mã địa bàn,Điện thoại,Khóa học,Ngày học\n"
    "Lò Thị Mây,Công chức,07444,0912345678,Nghiệp vụ,02/01/2026\n"
    "Vi Văn Tú,Tuyên truyền viên cơ sở,09169,,,\n"
)


@pytest.fixture
def office(
    transactional_db: None, live_server: LiveServer, new_context: Callable[..., BrowserContext]
) -> Callable[..., Page]:
    """This function will give a way to open a page as the administrator of the province."""
    client = Client()
    client.force_login(people().binh)
    cookie = {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": live_server.url,
    }

    def open_page(path: str, **options: object) -> Page:
        context = new_context(**options)
        context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.goto(f"{live_server.url}{path}")
        return page

    return open_page


def send(page: Page, folder: Path, text: str) -> UUID:
    """Choose a file of staff and send it; return by what name the server keeps it."""
    file = folder / "nhan-su.csv"
    file.write_text(text, encoding="utf-8")
    page.get_by_label("Trong tệp là").select_option("staff")
    page.get_by_label("Tệp Excel (.xlsx) hoặc CSV").set_input_files(file)
    page.get_by_role("button", name="Kiểm tra tệp").click()
    page.wait_for_url("**/tep/*-*/")
    return UUID(page.url.rstrip("/").rpartition("/")[2])


@pytest.mark.journey
def test_a_file_of_staff_is_corrected_and_brought(office: Callable[..., Page], tmp_path: Path) -> None:
    page = office("/tep/?loai=staff")
    check_file(file_id=send(page, tmp_path, WRONG), at=clock.now())
    expect(page.get_by_text("2 dòng sai, chưa nhập gì")).to_be_visible()
    expect(page.get_by_text("Loại “Giám đốc” không có trong danh mục.")).to_be_visible()
    assert_accessible(page)
    page.goto(page.url.split("/tep/")[0] + "/tep/")
    file = send(page, tmp_path, RIGHT)
    check_file(file_id=file, at=clock.now())
    page.get_by_role("button", name="Xác nhận nhập").click()
    bring_file(file_id=file, at=clock.now())
    expect(page.get_by_text("đã thêm 2 mục")).to_be_visible()
    page.goto(page.url.split("/tep/")[0] + "/nhan-su/")
    page.get_by_label("Tìm người").fill("lo thi may")
    page.keyboard.press("Enter")
    expect(page.get_by_role("cell", name="Lò Thị Mây")).to_be_visible()
    expect(page.get_by_role("cell", name="Vi Văn Tú")).to_have_count(0)
    page.get_by_role("link", name="Lò Thị Mây").click()
    expect(page.get_by_text("0912345678")).to_be_visible()
    expect(page.get_by_text("Nghiệp vụ")).to_be_visible()
    person = page.url.split("/nhan-su/")[1]
    looks = (
        ("/nhan-su/", PHONE, "light"),
        (f"/nhan-su/{person}", DESKTOP, "dark"),
        ("/nhan-su/them/", PHONE, "dark"),
        ("/thiet-bi/so/", DESKTOP, "light"),
    )
    for path, viewport, scheme in looks:
        shown = office(path, viewport=viewport, color_scheme=scheme)
        assert_accessible(shown)
        assert not shown.evaluate("document.documentElement.scrollWidth > window.innerWidth"), path
