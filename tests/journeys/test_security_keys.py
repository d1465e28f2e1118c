"""A real installation: keys are registered, vouched for and touched; without a touch nothing sounds."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import keyhunt
from tests.browser import assert_accessible
from tests.journeys.people import hear_whole, put_name, sign_in
from tests.journeys.real import ADMINISTRATOR, APPROVER, PASSWORD, PLACE, WRITER, RealInstallation

pytestmark = [pytest.mark.journey, pytest.mark.slow]
TITLE = "Họp thôn có khóa"


def with_key(page: Page) -> Page:
    """This function will give the browser a security key in software, which always knows its person."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    more = {"isUserVerified": True, "automaticPresenceSimulation": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": kind | more})
    return page


def register(page: Page, installation: RealInstallation) -> str:
    """This function will register the person's key and return its twelve words."""
    page.goto(f"{installation.url}/khoa/")
    assert_accessible(page)
    page.get_by_role("button", name="Đăng ký khóa").click()
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)  # who sits there must know it
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("Đã đăng ký khóa")).to_be_visible()
    return page.locator("[data-words]").first.inner_text()


def sign_out(page: Page, installation: RealInstallation) -> None:
    """This function will sign out and end on the sign-in page."""
    page.goto(f"{installation.url}/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Đăng xuất").click()
    page.goto(f"{installation.url}/accounts/login/")


def sign_in_by_key(page: Page) -> None:
    """This function will press the button at the sign-in page; the key in software touches itself."""
    assert_accessible(page)
    page.get_by_role("button", name="Đăng nhập bằng khóa bảo mật").click()


# The writer may approve from now on: two people are needed for an alert.
SECOND = f"""
from nguon.accounts.actions import assign_role
from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.kernel.clock import now
from nguon.organisations.queries import by_code
place = by_code("{PLACE}", at=now())
assign_role(user=User.objects.get(username="{WRITER}"), role=Role.APPROVER, place=place, by=None, at=now())
"""
HUM = """
navigator.mediaDevices.getUserMedia = async () => {
  const context = new AudioContext();
  const [hum, out] = [context.createOscillator(), context.createMediaStreamDestination()];
  hum.connect(out);
  hum.start();
  return out.stream;
};
"""


def speak_by_key(page: Page, installation: RealInstallation) -> None:
    """This function will speak to the commune: the key in software touches itself for this session."""
    page.add_init_script(HUM)
    page.goto(f"{installation.url}/truc-ban/noi/")
    page.get_by_label("Lục Nam").first.check()
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Bật micro").click()
    page.get_by_role("button", name="Chạm khóa và bắt đầu nói").click()
    expect(page.get_by_text("Loa đang nghe bạn nói.")).to_be_visible()
    expect(page.locator("[data-heard='1']")).to_be_visible()
    page.get_by_role("button", name="Kết thúc").click()
    expect(page.get_by_text("loa trở lại lịch phát")).to_be_visible()


def alert_by_keys(first: Page, second: Page, installation: RealInstallation) -> None:
    """This function will lay down an alert in the first officer's own voice; each signs with the own key, and
    only then it sounds."""
    first.goto(f"{installation.url}/khan-cap/moi/")
    first.get_by_label("Tên", exact=True).fill("Vỡ đê")
    first.get_by_text("Tiếng của chính bạn").click()
    first.get_by_role("button", name="Ghi âm", exact=True).click()
    expect(first.locator("[data-rec-clock]")).to_have_text("0:02")
    first.get_by_role("button", name="Xong", exact=True).click()
    first.get_by_role("button", name="Dùng bản ghi này").click()
    expect(first.get_by_text("Đã nhận tiếng ghi")).to_be_visible()
    first.get_by_label("Lục Nam").first.check()
    first.get_by_role("button", name=re.compile("Tiếp tục")).click()
    expect(first.get_by_label(re.compile("Gõ tên địa bàn"))).to_be_visible()
    assert_accessible(first)
    put_name(first)
    expect(first.get_by_text("Bạn đã ký")).to_be_visible()
    second.goto(first.url)
    put_name(second)
    expect(second.get_by_role("heading", name=re.compile("Đã tới 1.1"))).to_be_visible()


def secrets_found(installation: RealInstallation, *speakers: Path) -> list[str]:
    """This function will look for every private key of the signer, of TLS and of the loudspeakers in the rows
    of the database, in the logs of every process, the settings, and whatever else the run left."""
    folders = (installation.data, *speakers)
    kept = keyhunt.key_files(*folders)
    assert len(kept) >= 4 * 2 + 3 + len(speakers)
    shown = keyhunt.files((*folders, installation.output.parent), kept)
    assert {".log", ".toml", ".sqlite3"} <= {Path(name).suffix for name in shown}
    rows = keyhunt.rows(installation.running.environment["DATABASE_URL"])
    assert rows.count(b"\n") > 3000
    keys = {form for path in kept for form in keyhunt.forms(path)}
    return keyhunt.found_in(keys, shown | {"the database": rows})


def test_register_vouch_touch_and_play(tmp_path: Path, new_context: Callable[..., BrowserContext]) -> None:
    with RealInstallation(tmp_path) as installation:
        installation.wait_for("Ctrl-C")
        installation.add_people()
        wav = installation.add_loudspeaker(tmp_path / "loa")
        admin, approver = (with_key(new_context().new_page()) for _ in range(2))

        sign_in(admin, installation, ADMINISTRATOR)
        words = register(admin, installation)
        wrong = installation.run("trust", "--user", ADMINISTRATOR, "--words", "abandon " * 12)
        assert (wrong.returncode, "Nothing was pinned" in wrong.stderr) == (1, True)
        trusted = installation.run("trust", "--user", ADMINISTRATOR, "--words", words)
        assert trusted.returncode == 0, trusted.stderr

        sign_in(approver, installation, APPROVER)
        register(approver, installation)
        sign_out(approver, installation)
        sign_in_by_key(approver)  # the key that approves is the key that signs in
        expect(approver).to_have_url(f"{installation.url}/")
        revision = installation.write(TITLE)
        said = installation.run(
            "say", "--file", "-", "--to", PLACE, "--writer", WRITER, "--approver", APPROVER, "--json"
        )
        assert json.loads(said.stdout)["error"] == "key-needed"

        admin.goto(f"{installation.url}/khoa/")
        admin.get_by_role("button", name="Xác nhận: Duyệt").click()
        expect(admin.get_by_text("Đã xác nhận khóa của Trần Chi")).to_be_visible()
        assert_accessible(admin)

        approver.goto(f"{installation.url}/duyet/{revision}/")
        assert_accessible(approver)
        hear_whole(approver)
        approver.get_by_role("button", name="Duyệt", exact=True).click()
        expect(approver.get_by_role("main")).to_contain_text("Đã duyệt")
        expect(approver.get_by_role("main")).to_contain_text("Đã phát 1/1")
        assert len(list(wav.glob("*.wav"))) == 1

        admin.goto(f"{installation.url}/khoa/")
        admin.get_by_role("button", name="Xác nhận: Trực ban").click()
        expect(admin.get_by_text("Đã xác nhận khóa của Trần Chi")).to_be_visible()
        speak_by_key(approver, installation)
        installation.shell(SECOND)
        second = with_key(new_context().new_page())
        sign_in(second, installation, WRITER)
        register(second, installation)
        admin.reload()
        admin.get_by_role("button", name="Xác nhận: Duyệt").click()
        expect(admin.get_by_text("Đã xác nhận khóa của Lê Bình")).to_be_visible()
        alert_by_keys(approver, second, installation)

        approver.goto(f"{installation.url}/khoa/")
        approver.get_by_role("button", name="Hủy khóa này vĩnh viễn").click()
        expect(approver.get_by_text("vĩnh viễn.")).to_be_visible()
        sign_out(approver, installation)
        sign_in_by_key(approver)
        expect(approver.get_by_text("Khóa này không dùng được ở đây")).to_be_visible()
        assert secrets_found(installation, tmp_path / "loa") == []
