"""What a message would mean here."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from nguon.accounts.states import Role
from nguon.accounts.tests.cast import people, person
from nguon.adapters.cap.checking import read
from nguon.adapters.cap.model import Message
from nguon.adapters.cap.tests.cast import STORM
from nguon.adapters.cap.tests.signers import Signer
from nguon.cap.models import Sender
from nguon.cap.queries import meaning_of, where
from nguon.cap.rules import hazard, nature, weight
from nguon.cap.states import Hazard, Nature, Weight
from nguon.cap.tests.cast import KTTV, kttv, of, warning
from nguon.organisations.tests.cast import AT, small_map

GEOCODE = "<geocode><valueName>VN-GSO</valueName><value>24</value></geocode>"
SHAPES = STORM[STORM.index("<polygon>") : STORM.index(GEOCODE)]


def message(text: str) -> Message:
    found = read(text.encode()).message
    assert found is not None
    return found


EVENTS = {
    "Bão": Hazard.STORM,
    "Tropical cyclone warning": Hazard.STORM,
    "Lũ quét, sạt lở đất": Hazard.LANDSLIDE,
    "Flash flood": Hazard.LANDSLIDE,
    "Lũ trên sông Cầu": Hazard.FLOOD,
    "Sóng thần": Hazard.TSUNAMI,
    "Cháy rừng": Hazard.FIRE,
    "Dịch sốt xuất huyết": Hazard.EPIDEMIC,
    "Động đất": Hazard.OTHER,
}


@pytest.mark.parametrize(("event", "expected"), EVENTS.items())
def test_the_hazard_by_its_words(event: str, expected: Hazard) -> None:
    text = STORM.replace("<event>Bão<", f"<event>{event}<").replace("<event>Storm<", "<event>x<")
    assert hazard(message(text)) == expected


@pytest.mark.parametrize(("status", "expected"), [("Actual", Nature.REAL), ("Exercise", Nature.EXERCISE),
    ("Test", Nature.TEST), ("Draft", Nature.DRAFT), ("System", Nature.SYSTEM)])  # fmt: skip
def test_only_actual_is_real(status: str, expected: Nature) -> None:
    assert nature(message(STORM.replace("Actual", status))) == expected


def test_urgent_is_grave_soon_and_likely() -> None:
    assert weight(message(STORM)) == Weight.URGENT
    assert weight(message(STORM.replace("Observed", "Possible"))) == Weight.PRIORITY
    assert weight(message(STORM.replace("Extreme", "Minor"))) == Weight.ORDINARY


@pytest.mark.django_db
def test_official_codes_are_those_of_the_day_of_the_message() -> None:
    places = small_map()
    bare = STORM.replace(SHAPES, "")
    found = where(message(bare), at=AT)
    assert found.areas == [places.province.area]
    earlier = where(message(bare.replace("2026-09-01", "2024-09-01")), at=AT)
    assert earlier.areas == []
    assert any("24" in words and "01/07/2025" in words for words in earlier.unknown)
    nowhere = where(message(bare.replace("<value>24<", "<value>99999<")), at=AT)
    assert nowhere.areas == []
    assert len(nowhere.unknown) == 2  # the code, and the English area that has only a name
    foreign = where(message(bare.replace("VN-GSO", "SAME")), at=AT)
    assert any("SAME" in words for words in foreign.unknown)
    short = where(message(bare.replace("<value>24<", "<value>7444<")), at=AT)
    assert short.areas == [places.commune.area]


@pytest.mark.django_db
def test_shapes_touch_the_communes_whose_middle_lies_in_them() -> None:
    places = small_map()
    drawn = STORM.replace(GEOCODE, "")
    around = drawn.replace(SHAPES, "<circle>21.19,106.08 15</circle>")  # the town of Bắc Ninh
    found = where(message(around), at=AT)
    assert found.areas == [places.ward.area]
    at_sea = where(message(drawn.replace(SHAPES, "<circle>12.0,117.0 15</circle>")), at=AT)
    assert at_sea.areas == []
    assert len(at_sea.unknown) == 2


@pytest.mark.django_db
def test_who_decides_is_on_duty_nearest_to_it() -> None:
    places = small_map()
    person("truc1", "Lê Trực", (Role.DUTY, places.commune))
    person("truc2", "Ngô Trực", (Role.DUTY, places.province))
    text = STORM.replace(SHAPES, "").replace("<value>24<", "<value>07444<")
    found = meaning_of(message(text), at=AT)
    assert [(one.area, one.people) for one in found.deciders] == [(places.commune.area, 1)]
    assert [one.area for one in found.ours] == [places.commune.area]
    wide = meaning_of(message(STORM.replace(SHAPES, "")), at=AT)
    assert [one.area for one in wide.deciders] == [places.province.area]


@pytest.mark.django_db
def test_the_command_says_why_and_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small_map()
    file = tmp_path / "bao.xml"
    file.write_text(STORM, encoding="utf-8")
    call_command("cap", "check", str(file), "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["valid"], told["hazard"], told["weight"], told["nature"]) == (
        True,
        "storm",
        "urgent",
        "real",
    )
    file.write_text(STORM.replace("Actual", "Real"), encoding="utf-8")
    with pytest.raises(SystemExit) as end:
        call_command("cap", "check", str(file))
    assert end.value.code == 1
    assert "dòng 6" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_command_says_whose_it_is_whether_its_signature_holds_and_what_never_came(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    who, file = people(), tmp_path / "tin.xml"

    def said(data: bytes) -> str:
        file.write_bytes(data)
        call_command("cap", "check", str(file))
        return capsys.readouterr().out

    assert f"Nơi gửi {KTTV} chưa được ghim ở đây: tin sẽ bị từ chối." in said(warning().encode())
    own, other = Signer.made(AT), Signer.made(AT)
    sender = kttv(who, certificate=own.pem).sender
    assert "không có chữ ký" in said(warning().encode())
    good = own.sign(warning().encode())
    assert "chữ ký số đúng" in said(good)
    assert "Chữ ký số không đúng" in said(other.sign(warning().encode()))
    assert "Chữ ký số không đúng" in said(good.replace("Bão số".encode(), "Lũ số".encode()))
    Sender.objects.filter(pk=sender.pk).update(certificate="")
    cancel = said(warning(kind="Cancel", references=of("X")).encode())
    assert f"Chưa từng nhận tin {of('X')} mà tin này nói tới." in cancel


FATES = {
    "waits": (warning(), "waiting", "chờ người trực quyết định"),
    "test": (warning(status="Test"), "noted", "tin thử kỹ thuật"),
    "system": (warning(status="System"), "noted", "tin của hệ thống"),
    "draft": (warning(status="Draft"), "noted", "bản nháp"),
    "exercise": (warning(status="Exercise"), "waiting", "Tính chất: Diễn tập"),
    "ack": (warning(kind="Ack", references=of("X")), "noted", "báo đã nhận"),
    "error": (warning(kind="Error", references=of("X")), "noted", "báo lỗi"),
    "private": (
        warning().replace("Public</scope>", "Private</scope><addresses>a@b</addresses>"),
        "noted",
        "không dành cho công chúng",
    ),
    "expired": (warning(hours=1, sent=AT - timedelta(hours=3)), "noted", "đã hết hạn"),
    "of nothing": (warning(kind="Cancel", references=of("X")), "noted", "hủy một tin chưa từng nhận"),
    "of another": (
        warning(kind="Cancel", references=of("X", sender="ai@noi.khac")), "noted", "Chưa từng nhận tin",
    ),
    "ahead": (warning(sent=AT + timedelta(hours=1)), "refused", "sau bây giờ"),
    "nowhere": (warning().replace("07444", "99999"), "waiting", "99999"),
}  # fmt: skip


@pytest.mark.django_db
def test_the_command_says_what_would_become_of_each_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nguon.cap.management.commands.cap.now", lambda: AT)
    kttv(people())
    for name, (text, becomes, words) in FATES.items():
        file = tmp_path / "tin.xml"
        file.write_text(text, encoding="utf-8")
        call_command("cap", "check", str(file), "--json")
        assert json.loads(capsys.readouterr().out)["here"]["becomes"] == becomes, name
        call_command("cap", "check", str(file))
        assert words in capsys.readouterr().out, name


@pytest.mark.django_db
def test_nobody_is_surely_inside_of_a_border_that_crosses_itself() -> None:
    small_map()
    drawn = STORM.replace(GEOCODE, "")
    whole = "<polygon>20.9,105.8 20.9,106.4 21.5,106.4 21.5,105.8 20.9,105.8</polygon>"
    bow = "<polygon>20.9,105.8 21.5,106.4 20.9,106.4 21.5,105.8 20.9,105.8</polygon>"
    assert where(message(drawn.replace(SHAPES, whole)), at=AT).areas
    found = where(message(drawn.replace(SHAPES, bow)), at=AT)
    assert found.touched
    assert found.areas == []
    said = read(drawn.replace(SHAPES, bow).encode())
    assert (said.valid, {one.code for one in said.faults if not one.grave}) == (True, {"crossed"})
