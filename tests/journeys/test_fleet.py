"""A pole in a real browser on a phone: a box joins, another replaces it, and the pole tells what happened.

The pages are served by this process on the tests' own database; what the boxes say is said for them here.
"""

from collections.abc import Callable

import pytest
import segno
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from nguon.accounts.tests.cast import People, people
from nguon.devices.actions import claim, note_lost, seen
from nguon.devices.models import Device, Registered
from nguon.kernel.clock import now
from nguon.organisations.actions import centres
from tests.browser import PHONE, assert_accessible


def box(code: str, key: str, serial: str) -> None:
    claim(code=code, alg="ed25519", public_key=key * 32, model="LV-20", serial=serial, at=now())


def too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def held_before_the_camera(page: Page, text: str) -> None:
    """The phone's camera sees a QR code; Chromium on Linux has no reader of its own, so ours reads it."""
    page.evaluate(
        """matrix => {
        const canvas = document.createElement("canvas"), px = 8, edge = 4 * px;
        canvas.width = canvas.height = matrix.length * px + 2 * edge;
        const paper = canvas.getContext("2d");
        const draw = () => {
            paper.fillStyle = "white"; paper.fillRect(0, 0, canvas.width, canvas.height);
            paper.fillStyle = "black";
            matrix.forEach((row, y) => row.forEach((dark, x) => {
                if (dark) paper.fillRect(edge + x * px, edge + y * px, px, px);
            }));
        };
        draw(); setInterval(draw, 100);
        navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(10);
    }""",
        [list(row) for row in segno.make(text, micro=False).matrix],
    )


@pytest.fixture
def cast(transactional_db: None) -> People:
    return people()


@pytest.fixture
def beside(
    cast: People, live_server: LiveServer, new_context: Callable[..., BrowserContext]
) -> Callable[..., Page]:
    """This function will give a way to open a page as the technician who stands beside the pole."""
    client = Client()
    client.force_login(cast.tuan)
    cookie = {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": live_server.url,
    }
    middle = centres(["07444"])["07444"]

    def open_page(path: str, **options: object) -> Page:
        here = {"latitude": middle.latitude, "longitude": middle.longitude, "accuracy": 12}
        context = new_context(permissions=["geolocation"], geolocation=here, **options)
        context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.goto(f"{live_server.url}{path}")
        return page

    return open_page


@pytest.mark.journey
def test_a_box_joins_fails_and_is_replaced_and_the_pole_remembers(
    cast: People, beside: Callable[..., Page]
) -> None:
    box("ABCD2345", "ab", "S-1")
    village = cast.places.villages[0]
    page = beside(f"{reverse('console:enrol')}?noi={village.area}", viewport=PHONE)
    assert_accessible(page)
    page.get_by_label("Mã trên loa").fill("abcd-2345")
    page.get_by_label("Tên cụm loa").fill("Loa cổng chợ")
    page.get_by_role("button", name="Lấy vị trí ở đây").click()
    expect(page.get_by_text("Đã lấy vị trí, sai số khoảng 12 m.")).to_be_visible()
    page.get_by_role("button", name="Tiếp tục").click()
    assert_accessible(page)
    page.get_by_role("button", name="Giống nhau, cho loa vào").click()
    expect(page.get_by_role("heading", name="Loa cổng chợ")).to_be_visible()
    pole, first = page.url, Device.objects.get()
    assert Registered.objects.get().latitude is not None

    seen(device_id=first.pk, at=first.enrolled_at)  # it was there, and is silent from then on
    note_lost(before=now())
    page.get_by_role("link", name="Trang của hộp").click()
    expect(page.get_by_text("Mất kết nối")).to_be_visible()

    box("ABCD2346", "cd", "S-2")
    page.goto(pole)
    page.get_by_role("link", name="Thay hộp").click()
    held_before_the_camera(page, "ABCD2346")
    page.get_by_role("button", name="Quét mã bằng máy ảnh").click()
    expect(page.get_by_label("Mã trên loa")).to_have_value("ABCD2346")
    page.get_by_label("Vì sao thay hộp").fill("Cháy bo mạch")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Giống nhau, cho loa vào").click()
    expect(page.get_by_text("Cháy bo mạch")).to_be_visible()
    assert page.locator("ol.lines > li", has_text="S-").count() == 2
    assert_accessible(page)
    assert not too_wide(page)
