"""Soạn from a Word document: what a loudspeaker should say of it, and why not."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from nguon.adapters.apart.tests.papers import docx
from nguon.bulletins.tests.cast import Newsroom
from nguon.console import papers
from nguon.console.papers import sayable
from nguon.console.tests.conftest import As

NOTICE = """ỦY BAN NHÂN DÂN
XÃ LỤC NAM
Số: 12/TB-UBND
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Lục Nam, ngày 20 tháng 11 năm 2026
THÔNG BÁO
Về việc tiêm phòng dại cho chó, mèo đợt 2
Thực hiện Kế hoạch số 5/KH-UBND, Ủy ban nhân dân xã thông báo:
Từ 7h30 ngày 25/11, bà con đưa chó, mèo đi tiêm tại nhà văn hóa thôn.
Nơi nhận:
- Các thôn;
- Lưu: VT.
TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Nguyễn Văn A"""


def test_of_an_official_notice_its_heading_and_body_are_said() -> None:
    paper = sayable(NOTICE)
    assert paper.title == "Thông báo về việc tiêm phòng dại cho chó, mèo đợt 2"
    assert paper.text.splitlines() == [
        "Thông báo về việc tiêm phòng dại cho chó, mèo đợt 2.",
        "Thực hiện Kế hoạch số 5/KH-UBND, Ủy ban nhân dân xã thông báo:",
        "Từ 7h30 ngày 25/11, bà con đưa chó, mèo đi tiêm tại nhà văn hóa thôn.",
    ]
    assert "Đã bỏ phần đầu" in paper.note


@pytest.mark.parametrize(
    "text",
    ["Họp thôn tối nay.\nNơi nhận quà: nhà văn hóa.", "Một dòng", "THÔNG BÁO KHẨN\nMất điện."],
)
def test_of_other_papers_nothing_is_left_out(text: str) -> None:
    paper = sayable(text)
    assert paper.note == ""
    assert paper.text.casefold().replace(".\n", "\n") == text.casefold().replace(".\n", "\n")


def test_a_long_first_line_is_a_short_title() -> None:
    assert len(sayable("chữ " * 100).title) <= 200


def test_a_document_is_read_on_the_page(room: Newsroom, signed_in: As, tmp_path: Path) -> None:
    sent = SimpleUploadedFile("tb.docx", docx(tmp_path / "tb.docx", *NOTICE.splitlines()).read_bytes())
    found = signed_in(room.people.lan).post(reverse("console:paper"), {"paper": sent}).json()
    assert found["title"].startswith("Thông báo về việc tiêm phòng dại")
    assert "bà con đưa chó, mèo" in found["words"]


def test_what_cannot_be_read_is_told_in_words(
    room: Newsroom, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = signed_in(room.people.lan), reverse("console:paper")
    pdf = client.post(address, {"paper": SimpleUploadedFile("x.docx", b"%PDF-1.7")})
    assert (pdf.status_code, "tệp PDF" in pdf.json()["text"]) == (409, True)
    assert "rỗng" in client.post(address).json()["text"]
    monkeypatch.setattr(papers, "LARGEST", 3)
    assert "10 MB" in client.post(address, {"paper": SimpleUploadedFile("x.docx", b"1234")}).json()["text"]
    assert "quyền soạn" in signed_in(room.people.minh).post(address).json()["text"]
