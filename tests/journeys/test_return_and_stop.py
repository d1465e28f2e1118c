"""In real Chromium: the author cannot approve, a return comes back, the red button silences, a withdrawal
silences too, and what the province sends and the commune's own at one time is decided and explained.
"""

import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from nguon.kernel.clock import local, now
from nguon.supply.rules import next_session
from nguon.supply.states import LEAD
from tests.browser import PHONE, assert_accessible
from tests.journeys.installation import Installation
from tests.journeys.people import hear_whole, sign_in, type_password

pytestmark = [pytest.mark.journey, pytest.mark.slow]

NewContext = Callable[..., BrowserContext]
TEXT = "UBND xã thông báo: 7h30 ngày 25/11/2026 họp dân tại nhà văn hóa thôn. Mời bà con đến dự."


def signed_in(context: BrowserContext, installation: Installation, name: str) -> Page:
    page = context.new_page()
    sign_in(page, installation, name)
    return page


def write(page: Page, installation: Installation, title: str, asked: str, place: str) -> None:
    page.goto(f"{installation.url}/soan/")
    page.get_by_label("Tiêu đề").fill(title)
    page.get_by_role("textbox", name="Văn bản").fill(TEXT)
    with page.expect_response(lambda answer: "/noi-phat/?" in answer.url):
        page.get_by_role("searchbox").fill(asked)
    page.locator("#tree label.check").filter(has_text=place).first.click()
    expect(page.locator("#chosen")).to_contain_text(place)
    expect(page.locator("#chosen .chip")).to_have_count(1)


def hear(page: Page) -> float:
    """Press "Nghe thử" and return how many seconds of sound the page plays."""
    page.get_by_role("button", name="Nghe thử").click()
    sound = page.locator("#sound audio")
    expect(sound).to_be_visible()
    page.wait_for_function("() => document.querySelector('#sound audio').readyState >= 1")
    return float(sound.evaluate("(audio) => audio.duration"))


def test_the_author_cannot_approve_and_a_return_comes_back(
    installation: Installation, new_context: NewContext
) -> None:
    lan = signed_in(new_context(viewport=PHONE), installation, "lan")
    write(lan, installation, "Tin trả lại", "bai da", "Bãi Đá")
    hear(lan)
    lan.get_by_role("button", name="Gửi duyệt").click()
    expect(lan.get_by_text("Chờ duyệt").first).to_be_visible()

    minh = signed_in(new_context(), installation, "minh")
    minh.goto(f"{installation.url}/duyet/")
    minh.get_by_role("link", name=re.compile("Tin trả lại")).first.click()
    address = minh.url
    lan.goto(address)
    expect(lan.get_by_text("không tự duyệt được")).to_be_visible()
    expect(lan.get_by_role("button", name="Duyệt", exact=True)).to_have_count(0)

    minh.get_by_text("Trả lại kèm lý do").click()
    minh.get_by_label("Lý do").fill("Sai ngày họp")
    minh.get_by_role("button", name=re.compile("Trả lại")).click()
    expect(minh.get_by_text("Trả lại").first).to_be_visible()
    lan.goto(f"{installation.url}/soan/")
    expect(lan.get_by_text("Tin trả lại").first).to_be_visible()


def test_the_red_button_silences_what_plays(
    installation: Installation, new_context: NewContext, tmp_path: Path
) -> None:
    tuan = signed_in(new_context(), installation, "tuan")
    tuan.goto(f"{installation.url}/truc-ban/")
    long = tmp_path / "tin-dai.txt"
    long.write_text(f"{TEXT} " * 12, encoding="utf-8")  # it must not be over before it is stopped
    people = ("--writer", "lan", "--approver", "minh")
    said = installation.run("say", "--file", str(long), "--title", "Tin dài", "--to", "07444", *people)
    assert said.returncode == 3, said.stderr  # accepted, and not yet played everywhere
    expect(tuan.locator(".speaker.playing").first).to_be_visible()
    tuan.get_by_role("link", name="Dừng phát").click()
    tuan.get_by_role("link", name=re.compile("Lục Nam")).first.click()
    assert_accessible(tuan)
    tuan.get_by_role("button", name=re.compile("Dừng ngay 3 cụm loa")).click()
    expect(tuan.locator(".speaker.playing")).to_have_count(0)
    expect(tuan.get_by_text("Phát một phần").first).to_be_visible()


def say(installation: Installation, text: Path, *more: str) -> str:
    """One bulletin for the commune, approved; its id. It is accepted, and not played everywhere yet."""
    people = ("--to", "07444", "--writer", "lan", "--approver", "minh", "--json")
    said = installation.run("say", "--file", str(text), *people, *more)
    assert said.returncode == 3, said.stdout + said.stderr
    return str(json.loads(said.stdout)["bulletin"])


def test_a_withdrawn_bulletin_falls_silent(
    installation: Installation, new_context: NewContext, tmp_path: Path
) -> None:
    tuan = signed_in(new_context(), installation, "tuan")
    tuan.goto(f"{installation.url}/truc-ban/")
    lan = signed_in(new_context(viewport=PHONE), installation, "lan")
    long = tmp_path / "tin-rut.txt"
    long.write_text(f"{TEXT} " * 12, encoding="utf-8")
    lan.goto(f"{installation.url}/ban-tin/{say(installation, long, '--title', 'Tin thu hồi')}/")
    playing = tuan.locator(".speaker.playing", has_text="Tin thu hồi")
    expect(playing).to_have_count(3)
    lan.get_by_text("Thu hồi bản tin").click()
    lan.get_by_label("Lý do").last.fill("Họp dời sang ngày khác")
    lan.get_by_role("button", name="Thu hồi ở mọi nơi").click()
    pressed = time.monotonic()
    expect(playing).to_have_count(0)
    print(f"\nWithdrawn, and off the duty page: {time.monotonic() - pressed:.2f} s")  # noqa: T201
    expect(lan.get_by_text("Đã thu hồi").first).to_be_visible()
    rows = lan.locator("#airings tbody tr", has_text="Phát một phần")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("bị hủy")
    expect(rows.first).to_contain_text("biên nhận")
    assert_accessible(lan)


PROVINCE = """
from nguon.accounts.actions import assign_role, create_user
from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.kernel.clock import now
from nguon.organisations.queries import by_code
from nguon.organisations.states import DEMO_PROVINCE_CODE
by = User.objects.get(username="binh")
for name, role in (("hoa", Role.WRITER), ("son", Role.APPROVER)):
    made = create_user(username=name, full_name=f"{name.title()} Sở Văn hóa", by=by, at=now())
    assign_role(user=made.user, role=role, place=by_code(DEMO_PROVINCE_CODE, at=now()), by=by, at=now())
    print(made.password)
"""


def supplied(installation: Installation, new_context: NewContext, title: str) -> None:
    """The province writes with priority, for the commune's programme, and its second person approves."""
    hoa, son = new_context().new_page(), new_context().new_page()
    passwords = installation.shell(PROVINCE).split()
    for page, name, password in ((hoa, "hoa", passwords[0]), (son, "son", passwords[1])):
        type_password(page, installation, name, password)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Chào")
    write(hoa, installation, title, "luc nam", "Lục Nam")
    hoa.get_by_label("Ưu tiên", exact=True).check()
    hoa.get_by_label("Theo chương trình của xã").check()
    hear(hoa)
    hoa.get_by_role("button", name="Gửi duyệt").click()
    expect(hoa.get_by_role("heading", level=1)).to_have_text(title)
    son.goto(f"{installation.url}/duyet/")
    son.get_by_role("link", name=re.compile(title)).first.click()
    hear_whole(son)
    son.get_by_role("button", name="Duyệt", exact=True).click()
    expect(son.get_by_role("main")).to_contain_text("Đã duyệt")


def until_there(page: Page, address: str, words: str) -> None:
    """Load the page again until the worker has done its part."""
    until = time.monotonic() + 180
    page.goto(address)
    while not page.get_by_text(words).count():
        assert time.monotonic() < until, f"{address} never said {words!r}"
        page.wait_for_timeout(500)
        page.goto(address)


def test_a_priority_item_of_the_province_clashes_is_decided_by_the_commune_and_explained(
    installation: Installation, new_context: NewContext, tmp_path: Path
) -> None:
    text = tmp_path / "hop-thon.txt"
    text.write_text(TEXT, encoding="utf-8")
    # What the commune has at its next session; near one, what is proposed may be the session after it.
    sessions = {next_session(now() + LEAD + later) for later in (timedelta(0), timedelta(hours=1))}
    for at in sessions:
        say(installation, text, "--title", "Họp thôn", "--at", f"{local(at):%Y-%m-%d %H:%M}")
    supplied(installation, new_context, "Bão số 12")

    lan = signed_in(new_context(viewport=PHONE), installation, "lan")
    lan.goto(f"{installation.url}/tu-tren/")
    lan.get_by_role("link", name=re.compile("Lục Nam")).first.click()
    until_there(lan, lan.url, "Trùng giờ: xã chọn thứ tự")
    asked = lan.get_by_role("listitem").filter(has_text="trùng giờ với “Họp thôn”")
    expect(asked).to_contain_text("“Bão số 12”")
    assert_accessible(lan)
    asked.get_by_role("button", name=re.compile("Phát sau")).click()
    expect(lan.get_by_text("trùng giờ với “Họp thôn”")).to_have_count(0)

    area = re.search(r"xa=([\w.]+)", lan.url)
    assert area is not None
    for at in sorted(sessions):
        lan.goto(f"{installation.url}/lich-phat/?xa={area[1]}&ngay={local(at):%Y-%m-%d}")
        if lan.get_by_role("link", name=re.compile("Bão số 12")).count():
            break
    lan.get_by_role("link", name=re.compile("Bão số 12")).first.click()
    lan.get_by_role("link", name="Vì sao phát?").click()
    until_there(lan, lan.url, "Bộ ký kiểm tra lại và ký")
    why = lan.get_by_role("main")
    expect(why).to_contain_text("Hoa Sở Văn hóa soạn và gửi duyệt")
    expect(why).to_contain_text("Son Sở Văn hóa nghe")
    expect(why).to_contain_text("trùng “Họp thôn”")
    expect(why).to_contain_text("Nguyễn Thị Lan quyết định “Phát sau”")
    assert_accessible(lan)
    two_sessions_and_a_move_by_keys(lan, f"{installation.url}/lich-phat/?xa={area[1]}")


def two_sessions_and_a_move_by_keys(lan: Page, address: str) -> None:
    """Two sessions of tomorrow open at once, a refused form keeps what was typed, and a line of the playlist
    is carried to the other session without a pointer."""
    lan.goto(f"{address}&ngay={local(now()) + timedelta(days=1):%Y-%m-%d}")
    lan.get_by_text("Phiên phát và ngày nghỉ").click()
    lan.locator("#mo-gio").fill("08:00")
    lan.locator("#mo-gio-2").fill("10:00")
    lan.get_by_role("button", name="Mở phiên", exact=True).click()
    expect(lan.get_by_text("Đã mở phiên")).to_be_visible()
    lan.get_by_text("Phiên phát và ngày nghỉ").click()
    lan.locator("#mo-gio").fill("08:05")
    lan.locator("#mo-ten").fill("Phiên trùng")
    lan.get_by_role("button", name="Mở phiên", exact=True).click()
    expect(lan.get_by_text("chồng lên phiên")).to_be_visible()
    expect(lan.locator("#mo-ten")).to_have_value("Phiên trùng")
    expect(lan.locator("#mo-gio")).to_have_value("08:05")
    lan.get_by_role("button", name="Thêm vào phiên").click()
    expect(lan.get_by_text("Đã thêm:")).to_be_visible()
    assert_accessible(lan)
    lan.get_by_role("button", name=re.compile("Chuyển: 08:00:00")).press("Enter")
    expect(lan.locator("[data-drag-said]")).to_contain_text("Vào phiên 10:00")
    lan.keyboard.press("Enter")
    expect(lan.get_by_text("Đã chuyển sang 10:00:00")).to_be_visible()
