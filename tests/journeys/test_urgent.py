"""In real Chromium, two people in two browsers: an alert sounds, and one press takes it back."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import PHONE, assert_accessible
from tests.journeys.installation import Installation
from tests.journeys.people import APPROVER, DUTY, WRITER, sign_in
from tests.journeys.sound import played

pytestmark = [pytest.mark.journey, pytest.mark.slow]

NewContext = Callable[..., BrowserContext]
# What loudspeakers say before a drill: two people have approved it, and it goes to them with the plan.
PHRASE = """
from nguon.accounts.models import User
from nguon.alerts.actions import Words, approve_template, make_template
from nguon.audio.models import Media
from nguon.devices.models import Device
from nguon.kernel.clock import now
from nguon.organisations.models import Place
tuan, minh = (User.objects.get(username=name) for name in ("tuan", "minh"))
for area in sorted({".".join(one.area.split(".")[:3]) for one in Device.objects.all()}):
    words = Words(slug="drill", title="Diễn tập", text="Đây là bản tin diễn tập.", phrase=True)
    made = make_template(
        words=words, place=Place.objects.get(area=area), by=tuan, at=now(), media_id=Media.objects.first().pk
    )
    approve_template(template_id=made.pk, by=minh, at=now())
"""
# Words for a fire that two people approved where the duty officer is on duty.
FIRE = """
from nguon.accounts.models import User
from nguon.alerts.models import Template
from nguon.audio.models import Media
from nguon.kernel.clock import now
from nguon.organisations.models import Place
tuan, minh = (User.objects.get(username=name) for name in ("tuan", "minh"))
place = Place.objects.get(area=tuan.assignments.filter(role="duty")[0].area)
Template.objects.create(
    slug="chay", title="Báo cháy", text="Đang có cháy.", hazard="fire", offsets=[0], repeat=1, lasts_s=600,
    place=place, area=place.area, media=Media.objects.order_by("duration_ms")[0], author=tuan, made_at=now(),
    approved_by=minh, approved_at=now(),
)
"""
TITLE = "Nước lên rất nhanh"
TEXT = "Nước lên rất nhanh. Bà con vùng trũng di chuyển ngay đến nơi cao."


def enter(context: BrowserContext, installation: Installation, name: str) -> Page:
    page = context.new_page()
    sign_in(page, installation, name)
    return page


def put_name(page: Page) -> None:
    """Type the place's name, as the page asks, and press the button of the signature."""
    box = page.get_by_label(re.compile("Gõ tên địa bàn"))
    asked = page.locator("label[for=id_ten]").inner_text()
    box.fill(asked.split("“")[1].split("”")[0])
    page.get_by_role("button", name=re.compile("^Ký ")).click()


def lay_down(page: Page, installation: Installation, where: str) -> None:
    page.goto(f"{installation.url}/{where}/moi/")
    page.get_by_label("Tên", exact=True).fill(TITLE)
    page.get_by_label("Lời phát").fill(TEXT)
    page.get_by_label("Lục Nam").first.check()
    assert_accessible(page)
    page.get_by_role("button", name=re.compile("Tiếp tục")).click()
    expect(page.get_by_label(re.compile("Gõ tên địa bàn"))).to_be_visible(timeout=60_000)


def heard(installation: Installation) -> int:
    return sum(1 for one in played(installation.data) if one.title == TITLE and one.seconds > 0.5)


def test_two_people_alert_and_one_press_takes_it_back(
    installation: Installation, new_context: NewContext
) -> None:
    installation.shell(PHRASE)
    tuan = enter(new_context(viewport=PHONE), installation, DUTY)
    lay_down(tuan, installation, "khan-cap")
    put_name(tuan)
    expect(tuan.get_by_text("Bạn đã ký")).to_be_visible()
    assert_accessible(tuan)

    minh = enter(new_context(viewport=PHONE), installation, APPROVER)
    minh.goto(f"{installation.url}/khan-cap/")
    minh.get_by_role("link", name=re.compile(TITLE)).first.click()
    minh.get_by_label(re.compile("Gõ tên địa bàn")).fill("nơi khác")
    minh.get_by_role("button", name=re.compile("^Ký ")).click()
    expect(minh.get_by_text("chưa khớp")).to_be_visible()
    put_name(minh)
    expect(minh.get_by_role("heading", name=re.compile("Đã tới 3.3"))).to_be_visible(timeout=60_000)
    assert_accessible(minh)
    expect(tuan.get_by_role("button", name="Báo nhầm")).to_be_visible(timeout=20_000)
    tuan.get_by_role("button", name="Báo nhầm").click()
    expect(tuan.get_by_role("heading", name=re.compile("báo nhầm"))).to_be_visible()
    until = time.monotonic() + 60
    while heard(installation) < 3 and time.monotonic() < until:
        time.sleep(0.2)
    assert heard(installation) >= 3

    lay_down(tuan, installation, "dien-tap")
    put_name(tuan)
    expect(tuan.get_by_role("heading", name=re.compile("Đã tới 3.3"))).to_be_visible(timeout=60_000)
    assert_accessible(tuan)


def test_a_wrong_person_signs_nothing_and_one_officer_alone_is_looked_back_at(
    installation: Installation, new_context: NewContext
) -> None:
    installation.shell(FIRE)
    tuan = enter(new_context(viewport=PHONE), installation, DUTY)
    tuan.goto(f"{installation.url}/khan-cap/")
    tuan.get_by_role("link", name=re.compile("Báo cháy")).first.click()
    tuan.get_by_label("Lục Nam").first.check()
    tuan.get_by_role("button", name=re.compile("Không có người thứ hai")).click()
    lan = enter(new_context(viewport=PHONE), installation, WRITER)
    lan.goto(tuan.url)
    expect(lan.get_by_text("Bạn không có quyền ký")).to_be_visible()
    put_name(tuan)
    expect(tuan.get_by_text("Không hú còi.")).to_be_visible()
    tuan.get_by_role("link", name="Màn hình lớn và bản đồ").click()
    expect(tuan.get_by_role("heading", name=re.compile("Đã tới 3.3"))).to_be_visible(timeout=60_000)
    expect(tuan.locator("#map[data-ready='1'], #map [data-map-empty]:not([hidden])")).to_be_visible()
    assert_accessible(tuan)
    minh = enter(new_context(viewport=PHONE), installation, APPROVER)
    minh.goto(tuan.url.replace("man-hinh/", ""))
    minh.get_by_role("button", name="Dừng").click()
    minh.get_by_label("Nhận xét").fill("Đúng lúc, đúng nơi.")
    minh.get_by_role("button", name="Đã xem lại").click()
    expect(minh.get_by_text("xem lại: Đúng lúc")).to_be_visible()
