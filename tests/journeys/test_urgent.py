"""In real Chromium, two people in two browsers: an alert sounds, and one press takes it back."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from nguon.adapters.push.tests.receiver import Receiver
from nguon.cap.tests.cast import of, warning
from tests.browser import PHONE, assert_accessible
from tests.journeys.installation import Installation
from tests.journeys.people import APPROVER, DUTY, WRITER, put_name, sign_in
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
# A weather service may send messages for the province of the demo; its credential is printed.
SENDER = """
from nguon.accounts.models import User
from nguon.accounts.rules import rights
from nguon.accounts.states import Role
from nguon.cap.actions import add_sender
from nguon.kernel.clock import now
who = next(one for one in User.objects.all() if rights(one, now()).areas_of(Role.ADMINISTRATOR))
area = sorted(rights(who, now()).areas_of(Role.ADMINISTRATOR), key=len)[0]
name = {"name": "Đài khí tượng", "sender": "canhbao@kttv.example", "feed": "", "certificate_pem": ""}
made = add_sender(**name, area=area, by=who, at=now())
print(made.token)
"""
# Chromium asks its maker's service for an address; here it is our own on loopback. All else is the browser's.
AT_OUR_SERVICE = """
const told = {browser};
const plain = (text) => atob(text.replace(/-/g, "+").replace(/_/g, "/"));
const bytes = (text) => Uint8Array.from(plain(text), (one) => one.charCodeAt(0)).buffer;
const found = {{ endpoint: told.endpoint, getKey: (name) => bytes(told[name]) }};
PushManager.prototype.getSubscription = async () => localStorage.told ? found : null;
PushManager.prototype.subscribe = async () => {{ localStorage.told = "1"; return found; }};
"""
SHOWN = """async () => {
  const [registration] = await navigator.serviceWorker.getRegistrations();
  window.notices = await registration.getNotifications();
  return window.notices.length;
}"""
TITLE = "Nước lên rất nhanh"
TEXT = "Nước lên rất nhanh. Bà con vùng trũng di chuyển ngay đến nơi cao."


def enter(context: BrowserContext, installation: Installation, name: str) -> Page:
    page = context.new_page()
    sign_in(page, installation, name)
    return page


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
    expect(minh.get_by_role("heading", name="Xác nhận của người thứ hai")).to_be_visible()
    assert_accessible(minh)
    minh.get_by_role("button", name="Dừng").click()
    minh.get_by_label("Nhận xét").fill("Đúng lúc, đúng nơi.")
    minh.get_by_role("button", name="Đã xem lại").click()
    expect(minh.get_by_text("xem lại: Đúng lúc")).to_be_visible()


def post(installation: Installation, token: str, text: str) -> None:
    """Send a CAP message as another system does."""
    head = {"Authorization": f"Bearer {token}", "Content-Type": "application/cap+xml"}
    answer = httpx.post(f"{installation.url}/cap/v1/alerts", content=text.encode(), headers=head)
    assert answer.status_code == 201, answer.text


def decide(page: Page, installation: Installation, title: str, word: str) -> None:
    """Open a message that waits and say what is to become of it."""
    page.goto(f"{installation.url}/tin-canh-bao/")
    page.get_by_role("link", name=re.compile(title)).first.click()
    page.get_by_label(word).check()
    assert_accessible(page)
    page.get_by_role("button", name="Ghi quyết định").click()
    expect(page.get_by_text("Đã ghi quyết định.")).to_be_visible()


def until_public(installation: Installation, words: str) -> None:
    until = time.monotonic() + 60
    while words not in httpx.get(f"{installation.url}/canh-bao/").text:
        assert time.monotonic() < until, f"the public page never said {words}"
        time.sleep(0.3)


def tell_at_once(page: Page, installation: Installation, there: Receiver) -> None:
    """Have the browser told at once, at a push service on loopback."""
    page.context.grant_permissions(["notifications"])
    page.add_init_script(AT_OUR_SERVICE.format(browser=json.dumps(asdict(there.browser()))))
    page.goto(f"{installation.url}/thong-bao/")
    page.get_by_role("button", name="Báo ngay trên máy này").click()
    expect(page.get_by_text("máy này", exact=True)).to_be_visible()
    assert_accessible(page)


def shown_by_the_browser(page: Page, told: dict[str, str]) -> list[str]:
    """Give the browser's own worker what was decrypted, and return the notices that it shows."""
    tools = page.context.new_cdp_session(page)
    found: list[str] = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    tools.send("ServiceWorker.enable")
    page.wait_for_timeout(1)
    origin = "/".join(page.url.split("/")[:3])
    given = {"origin": origin, "registrationId": found[0], "data": json.dumps(told)}
    tools.send("ServiceWorker.deliverPushMessage", given)
    page.wait_for_function(SHOWN)
    return list(page.evaluate("window.notices.map((one) => one.title)"))


def test_a_warning_from_elsewhere_sounds_by_two_officers_and_its_cancel_ends_it(
    installation: Installation, receiver: Receiver, new_context: NewContext
) -> None:
    token, sent = installation.shell(SENDER).strip(), datetime.now(UTC) - timedelta(minutes=1)
    tuan = enter(new_context(viewport=PHONE), installation, DUTY)
    minh = enter(new_context(viewport=PHONE), installation, APPROVER)
    tell_at_once(minh, installation, receiver)
    post(installation, token, warning(sent=sent))
    decide(tuan, installation, "Bão số 3 đổ bộ", "Lập báo động khẩn cấp")
    tuan.get_by_role("link", name="Mở báo động này để hai người ký").click()
    expect(tuan.get_by_label(re.compile("Gõ tên địa bàn"))).to_be_visible(timeout=60_000)
    put_name(tuan)
    expect(tuan.get_by_text("Bạn đã ký")).to_be_visible()

    until = time.monotonic() + 60
    while not receiver.shown and time.monotonic() < until:
        time.sleep(0.1)
    (told,) = receiver.shown
    assert shown_by_the_browser(minh, told) == ["Báo động chờ bạn ký"]
    minh.goto(f"{installation.url}{told['url']}")
    put_name(minh)
    expect(minh.get_by_role("heading", name=re.compile("Đã tới [1-9]"))).to_be_visible(timeout=60_000)
    until_public(installation, "Bão số 3 đổ bộ")
    feed = httpx.get(f"{installation.url}/canh-bao/cap.atom").text
    assert "Bão số 3 đổ bộ" in feed

    post(
        installation,
        token,
        warning(
            identifier="KTTV-2",
            sent=sent + timedelta(seconds=30),
            kind="Cancel",
            references=of("KTTV-1", sent),
        ),
    )
    decide(tuan, installation, "Bão số 3 đổ bộ", "Dừng báo động đã lập theo tin này")
    expect(minh.get_by_role("heading", name=re.compile("đã hủy"))).to_be_visible(timeout=20_000)
    until_public(installation, "Đã kết thúc: ")
    minh.goto(f"{installation.url}/canh-bao/")
    assert_accessible(minh)
