"""In real Chromium, with a microphone that is a file: what is said is heard at once, and silenced at once."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import PHONE, assert_accessible
from tests.journeys.installation import Installation
from tests.journeys.people import DUTY, WRITER, sign_in
from tests.journeys.sound import Played, bursts, played

pytestmark = [pytest.mark.journey, pytest.mark.slow]

NewContext = Callable[..., BrowserContext]

# The file is a buzz, which is just what a browser takes away from a voice as noise, more the longer it lasts.
AS_IT_IS = """
const given = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
navigator.mediaDevices.getUserMedia = (wish) => given({ audio: { ...wish.audio, ...raw } });
"""


@pytest.fixture(scope="module")
def browser_flags(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """This function will give a Chromium whose microphone is a file."""
    voice = bursts(tmp_path_factory.mktemp("microphone") / "voice.wav")
    return (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={voice}",
    )


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


def on_air(page: Page, installation: Installation, title: str) -> None:
    """Choose the commune, try the microphone, and speak until loudspeakers play it."""
    page.add_init_script(AS_IT_IS)
    page.goto(f"{installation.url}/truc-ban/noi/")
    assert_accessible(page)
    page.get_by_label("Lục Nam").first.check()
    page.get_by_label("Nội dung").fill(title)
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Bật micro").click()
    page.wait_for_function("() => document.querySelector('[data-level]').value > 0.2", timeout=60_000)
    assert_accessible(page)
    page.get_by_role("button", name="Bắt đầu nói").click()
    expect(page.get_by_text("Loa đang nghe bạn nói.")).to_be_visible()
    expect(page.locator("[data-left]")).to_contain_text(":")
    expect(page.locator("[data-heard='3']")).to_be_visible()


def heard(installation: Installation, before: int) -> list[Played]:
    """What the loudspeakers wrote since, without what is still the plan's."""
    return [one for one in played(installation.data) if one.title == ""][before:]


def test_what_is_said_is_heard_and_kept(installation: Installation, new_context: NewContext) -> None:
    before = len(heard(installation, 0))
    tuan = new_context(viewport=PHONE).new_page()
    sign_in(tuan, installation, DUTY)
    on_air(tuan, installation, "Nói thử")
    tuan.wait_for_timeout(3000)
    tuan.get_by_role("button", name="Kết thúc").click()
    expect(tuan.get_by_text("loa trở lại lịch phát")).to_be_visible()
    tuan.wait_for_timeout(2000)
    said = heard(installation, before)
    assert len(said) == 3
    assert all(one.seconds > 3 and one.loudness > 0.02 for one in said), said
    tuan.get_by_role("link", name="Mở phiên mới").click()
    tuan.get_by_role("link", name="Nói thử").click()
    sound = tuan.locator("audio")
    for _ in range(20):
        if sound.count():
            break
        tuan.wait_for_timeout(500)
        tuan.reload()
    sound.evaluate("(audio) => { audio.preload = 'auto'; audio.load(); }")
    tuan.wait_for_function("() => document.querySelector('audio').duration > 3")


def test_a_stop_silences_who_speaks(installation: Installation, new_context: NewContext) -> None:
    context = new_context()
    tuan = context.new_page()
    sign_in(tuan, installation, DUTY)
    on_air(tuan, installation, "Nói dài")
    other = context.new_page()
    other.goto(f"{installation.url}/truc-ban/")
    expect(other.get_by_text("Nói trực tiếp: Nói dài").first).to_be_visible()
    other.get_by_role("link", name="Dừng phát").click()
    other.get_by_role("link", name="Lục Nam").first.click()
    other.get_by_role("button", name="Dừng ngay 3 cụm loa").click()
    expect(tuan.get_by_text("Trực ban đã bấm dừng phát")).to_be_visible()
    expect(other.locator(".speaker.playing")).to_have_count(0)


def test_a_lost_microphone_ends_it_with_one_sentence(
    installation: Installation, new_context: NewContext
) -> None:
    tuan = new_context().new_page()
    sign_in(tuan, installation, DUTY)
    tuan.add_init_script(
        "const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
        "navigator.mediaDevices.getUserMedia = async (wish) => (window.heldStream = await real(wish));"
    )
    on_air(tuan, installation, "Micro hỏng")
    tuan.evaluate("window.heldStream.getAudioTracks()[0].dispatchEvent(new Event('ended'))")
    expect(tuan.get_by_role("alert").filter(has_text="mất micro")).to_be_visible()
    expect(tuan.get_by_role("link", name="Mở phiên mới")).to_be_visible()


def test_a_recording_outlives_its_page_and_its_microphone(
    installation: Installation, new_context: NewContext
) -> None:
    """Soạn on a phone: what was recorded is there again after a reload, is cut, and becomes the sound."""
    lan = new_context(viewport=PHONE).new_page()
    lan.add_init_script(AS_IT_IS)
    lan.add_init_script(
        "const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
        "navigator.mediaDevices.getUserMedia = async (wish) => (window.heldStream = await real(wish));"
    )
    sign_in(lan, installation, WRITER)
    lan.goto(f"{installation.url}/soan/")
    lan.get_by_label("Ghi âm hoặc tệp").check()
    lan.get_by_role("button", name="Ghi âm", exact=True).click()
    expect(lan.locator("[data-rec-clock]")).to_have_text("0:02")
    expect(lan.locator("[data-rec-hint]")).to_have_text("Tiếng vừa.")
    lan.evaluate("window.heldStream.getAudioTracks()[0].dispatchEvent(new Event('ended'))")
    expect(lan.locator("[data-rec-state]")).to_contain_text("Micro bị ngắt. Phần đã ghi vẫn còn")
    assert_accessible(lan)
    lan.reload()
    expect(lan.locator("[data-rec-state]")).to_contain_text("vẫn còn trong máy này")
    lan.get_by_label("Giữ từ").first.press("PageUp")
    expect(lan.locator("[data-trim-words]").first).not_to_contain_text("Giữ từ 0:00,0")
    lan.get_by_role("button", name="Dùng bản ghi này").click()
    expect(lan.locator("#sound")).to_contain_text("Đã cắt theo ý bạn")
    expect(lan.get_by_role("img", name="Hình âm thanh, dài")).to_be_visible()
    lan.reload()
    expect(lan.locator("[data-rec-state]")).to_have_text("Ghi bằng micro của máy này")  # the server has it
