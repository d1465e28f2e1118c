"""The fleet in a real browser: a box joins a pole and is replaced, a newer program makes a box ill and halts.

The pages are served by this process on the tests' own database; what the boxes say is said for them here.
"""

from collections.abc import Callable
from typing import Any

import pytest
import segno
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from nguon.accounts.models import User
from nguon.accounts.tests.cast import People, people
from nguon.devices.actions import claim, note_lost, seen
from nguon.devices.models import Device, Registered
from nguon.health.models import Alarm
from nguon.health.states import AlarmKind
from nguon.kernel.clock import now
from nguon.organisations.actions import centres
from nguon.releases import actions as releases
from nguon.releases.models import Turn
from nguon.releases.tests.conftest import World, bundle, world
from tests.browser import PHONE, assert_accessible

__all__ = ["world"]


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


def cookie_of(user: User, url: str) -> Any:
    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": url}


@pytest.fixture
def beside(
    cast: People, live_server: LiveServer, new_context: Callable[..., BrowserContext]
) -> Callable[..., Page]:
    """This function will give a way to open a page as the technician who stands beside the pole."""
    cookie = cookie_of(cast.tuan, live_server.url)
    middle = centres(["07444"])["07444"]

    def open_page(path: str, **options: object) -> Page:
        here = {"latitude": middle.latitude, "longitude": middle.longitude, "accuracy": 12}
        context = new_context(permissions=["geolocation"], geolocation=here, **options)
        context.add_cookies([cookie])
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


@pytest.mark.journey
def test_a_newer_program_makes_a_box_ill_and_halts_by_itself(
    transactional_db: None, world: World, live_server: LiveServer, new_context: Callable[..., BrowserContext]
) -> None:
    world.loudspeakers(2)
    content = bundle("9.9.9")
    context = new_context(viewport=PHONE)
    context.add_cookies([cookie_of(world.people.binh, live_server.url)])
    page = context.new_page()
    page.goto(f"{live_server.url}{reverse('console:releases')}")
    assert_accessible(page)
    signed = {"name": "ky.json", "mimeType": "application/json", "buffer": world.signed(content).encode()}
    page.get_by_label("Tệp chữ ký").set_input_files(signed)  # type: ignore[arg-type]
    packed = {"name": "ban.zip", "mimeType": "application/zip", "buffer": content}
    page.get_by_label("Tệp chương trình").set_input_files(packed)  # type: ignore[arg-type]
    page.get_by_role("button", name="Kiểm tra chữ ký và lưu").click()
    expect(page.get_by_text("Chờ kiểm tra chữ ký")).to_be_visible()
    releases.step(signer=world, at=world.now())  # the signer's judgement, by the clock
    page.reload()
    page.get_by_role("button", name="Mở đợt 1%").click()
    expect(page.get_by_text("đang mở")).to_be_visible()

    world.until(lambda: Device.objects.filter(agent="9.9.9").exists())
    (turn,) = Turn.objects.all()
    Alarm.objects.create(device_id=turn.device_id, kind=AlarmKind.HOT, raised_at=world.now())
    releases.step(signer=world, at=world.now())
    page.reload()
    expect(page.get_by_text("Đợt 1%: 1/1 cụm loa không cập nhật được")).to_be_visible()
    expect(page.get_by_text("Có cảnh báo sau khi cập nhật: Máy quá nóng")).to_be_visible()
    assert_accessible(page)
    assert not too_wide(page)
    assert Device.objects.filter(agent="9.9.9").count() == 1
