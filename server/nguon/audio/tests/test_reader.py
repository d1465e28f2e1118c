"""The reader: an evaluation set with a floor, and laws that hold for any text."""

import re
import time
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.audio.reader import spoken
from nguon.audio.reader.check import check, plain_words
from nguon.audio.reader.numbers import DIGITS, cardinal, decimal, digits
from nguon.audio.reader.syllables import is_syllable
from nguon.audio.reader.tables import standard

DATA = Path(__file__).with_name("data")
SETS = {"reading.tsv": 120, "bulletins.tsv": 300, "blind.tsv": 364}  # and how many sentences at least
FLOOR = 0.99  # share of sentences read exactly right; measured: all but one
PLAIN = (
    "bà con nhân dân thôn xã phường thông báo lịch tiêm phòng bão lũ nước điện đường trường trạm chợ họp "
    "sáng chiều mai nghỉ làm đi về nhà cửa khẩn cấp di dời an toàn gặt lúa cấy mạ Tân Lập Nguyễn Văn Bình"
).split()


UNITS = {**{word: value for value, word in enumerate(DIGITS)}, "mốt": 1, "tư": 4, "lăm": 5}
SCALES = {"nghìn": 10**3, "triệu": 10**6, "tỉ": 10**9}
NUMBER_WORDS = {*UNITS, "mười", "mươi", "ích"}


def heard(words: list[str]) -> int:
    """This function will tell the number that its words say."""
    units = {key: value for word, value in UNITS.items() for key in plain_words(word)}
    ten, tens, hundred = plain_words("mười mươi trăm")
    scales = {key: value for word, value in SCALES.items() for key in plain_words(word)}
    whole = group = unit = 0
    for word in words:
        if word in scales:
            whole, group, unit = (whole + group + unit) * scales[word] if scales[word] == 10**9 else (
                whole + (group + unit) * scales[word]), 0, 0  # fmt: skip
        elif word in (tens, hundred):
            group, unit = group + unit * (10 if word == tens else 100), 0
        elif word == ten:
            group += 10
        elif word in units:
            unit = units[word]
    return whole + group + unit


def rows(name: str = "reading.tsv") -> list[list[str]]:
    return [line.split("\t") for line in (DATA / name).read_text("utf-8").splitlines() if line]


@pytest.mark.parametrize("name", SETS)
def test_the_evaluation_sets_are_read_right(name: str) -> None:
    score = check(rows(name))
    assert score.sentences >= SETS[name]
    assert score.sentences_right >= FLOOR, score.wrong
    assert score.words_right >= 0.999


def test_reading_a_spoken_text_again_changes_nothing() -> None:
    for text, _expected in [row for name in SETS for row in rows(name)]:
        once = spoken(text)
        assert spoken(once) == once


TOKENS = sorted({token for text, _expected in rows() for token in text.split()})


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(TOKENS), min_size=1, max_size=6))
def test_parts_of_bulletins_in_any_order_are_spoken_once_and_for_all(tokens: list[str]) -> None:
    once = spoken(" ".join(tokens))
    assert spoken(once) == once


def test_spoken_text_has_no_digits_and_no_signs() -> None:
    for text, _expected in [row for name in SETS for row in rows(name)]:
        assert not set(spoken(text)) & set("0123456789%/&@°+=<>#*_")


def test_the_dictionary_is_large_and_readable() -> None:
    tables = standard()
    assert len(tables.abbreviations) >= 200
    for abbreviation, reading in tables.abbreviations.items():
        assert reading == spoken(reading).rstrip("."), abbreviation


@given(
    st.lists(st.sampled_from(PLAIN), min_size=1, max_size=40), st.sampled_from([" ", ", ", ". ", "\n", " - "])
)
def test_no_word_is_lost_or_changed(words: list[str], between: str) -> None:
    assert plain_words(spoken(between.join(words))) == plain_words(" ".join(words))


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read_and_keeps_its_plain_words(text: str) -> None:
    answer = spoken(f"bà con {text} nhân dân")
    words = plain_words(answer)
    assert words[:2] == ["ba" + "\u0300", "con"]
    assert words[-2:] == ["nhân", "dân"]
    assert not any(unicodedata.category(character) == "Cc" for character in answer if character != "\n")


@settings(deadline=None)
@given(st.integers(1, 28), st.integers(1, 12), st.integers(1950, 2099))
def test_every_date_is_read(day: int, month: int, year: int) -> None:
    words = spoken(f"từ {day:02}/{month:02}/{year} đến {day}.{month}.{year}")
    assert words.count(f"năm {cardinal(str(year))}") == 2
    assert words.count("tháng") == 2


@given(st.integers(0, 10**12))
def test_every_number_is_read_back_as_itself(value: int) -> None:
    for text in (str(value), f"{value:,}".replace(",", ".")):
        assert heard(plain_words(spoken(f"có {text} người"))[1:-1]) == value


@settings(deadline=None, max_examples=120)
@given(st.text("123456789.,:/-+ hgkđ%xAĐQ()°", min_size=1, max_size=25))
def test_each_group_of_digits_is_accounted_for(text: str) -> None:
    words = spoken(f"xã {text} thôn")
    assert not any(map(str.isdigit, words))
    said = sum(word in NUMBER_WORDS for word in re.findall(r"\w+", words.lower()))
    assert said >= len(re.findall(r"\d+", text))


@settings(deadline=None, max_examples=60)
@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_a_date_is_one_date_however_it_is_written(day: date) -> None:
    d, m, y = day.day, day.month, day.year
    ways = (f"{d}/{m}/{y}", f"{d:02}/{m:02}/{y}", f"{d}-{m}-{y}", f"{d}.{m}.{y}", f"{d} tháng {m} năm {y}")
    assert len({spoken(f"họp ngày {way}") for way in ways}) == 1
    assert spoken(f"họp ngày {d}/{m}") == spoken(f"họp ngày {d} tháng {m}")


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 23), st.integers(1, 59))
def test_an_hour_is_one_hour_however_it_is_written(hour: int, minute: int) -> None:
    ways = (f"{hour}h{minute:02}", f"{hour:02}h{minute:02}'", f"{hour}g{minute:02}", f"{hour}:{minute:02}",
            f"{hour} giờ {minute:02} phút", f"{hour}h{minute:02}p")  # fmt: skip
    assert len({spoken(f"họp lúc {way} sáng") for way in ways}) == 1


@settings(deadline=None, max_examples=60)
@given(st.from_regex(r"0[1-9][0-9]{8}", fullmatch=True))
def test_a_telephone_number_is_said_digit_by_digit(number: str) -> None:
    a, b, c = number[:4], number[4:7], number[7:]
    for way in (number, f"{a} {b} {c}", f"{a}.{b}.{c}", f"{a}-{b}-{c}", f"({a}) {b} {c}", f"{a} {b}{c}"):
        assert plain_words(spoken(f"gọi {way} gặp"))[1:-1] == plain_words(digits(number))


@given(st.integers(0, 10**15 - 1))
def test_every_number_has_words_that_are_syllables(value: int) -> None:
    assert all(is_syllable(word) for word in cardinal(str(value)).split())


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("0", "không"), ("10", "mười"), ("15", "mười lăm"), ("21", "hai mươi mốt"), ("24", "hai mươi bốn"),
        ("105", "một trăm lẻ năm"), ("1005", "một nghìn không trăm lẻ năm"),
        ("2025", "hai nghìn không trăm hai mươi lăm"),
        ("1000000", "một triệu"), ("1250000", "một triệu hai trăm năm mươi nghìn"),
        ("3000000005", "ba tỷ không trăm lẻ năm"), ("1" * 16, " ".join(["một"] * 16)),
    ],
)  # fmt: skip
def test_numbers(number: str, words: str) -> None:
    assert cardinal(number) == words


@pytest.mark.parametrize("amount", ["45 {}", "3,5{}", "1.250 {}", "1.250-2.400 {},"])
def test_every_unit_is_read_after_a_number(amount: str) -> None:
    for unit, reading in standard().units.items():
        words = spoken(f"đo được {amount.format(unit)} tại")
        assert f" {reading}" in words or unit == "đ", words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rộng 4.028,12 km2", "rộng bốn nghìn không trăm hai mươi tám phẩy mười hai ki lô mét vuông."),
        ("giá 143 -144 đồng", "giá một trăm bốn mươi ba đến một trăm bốn mươi bốn đồng."),
        ("TT Sa Pa", "thị trấn Sa Pa."), ("TT KSBT tỉnh", "trung tâm kiểm soát bệnh tật tỉnh."),
        ("pha 12-15g thuốc", "pha mười hai đến mười lăm gam thuốc."),
        ("họp 12g trưa", "họp mười hai giờ trưa."),
        ("đường 30/4", "đường ba mươi tháng tư."), ("máu nhóm O+", "máu nhóm O dương."),
        ("số 12/4/6A", "số mười hai trên bốn trên sáu a."), ("thôn 1 - 8h", "thôn một, tám giờ."),
    ],
)  # fmt: skip
def test_forms(text: str, words: str) -> None:
    assert spoken(text) == words


def test_decimals() -> None:
    assert decimal("12", "75") == "mười hai phẩy bảy lăm"
    assert decimal("0", "05") == "không phẩy không năm"
    assert decimal("1", "250") == "một phẩy hai trăm năm mươi"


def test_a_province_has_its_own_readings() -> None:
    assert spoken("Xã TL") == "Xã tỉnh lộ."
    assert spoken("Xã TL", overrides={"TL": "Tân Lập"}) == "Xã Tân Lập."


@pytest.mark.parametrize("text", ["", " ", "\n\n", "😀", "...", "\u202e\u200b\0"])
def test_nothing_to_read_is_nothing(text: str) -> None:
    assert not any(map(str.isalnum, spoken(text)))


@pytest.mark.parametrize("junk", ["A-", "1/", "@", "-", "a@", "1-", "\n", "I", "1.", "(0", "a.b", "0912"])
def test_time_grows_with_the_length_only(junk: str) -> None:
    """Not a benchmark: a pattern that backtracks takes minutes here, not seconds."""
    begun = time.process_time()
    spoken((junk * 50_000)[:50_000])
    assert time.process_time() - begun < 10


def test_an_abbreviation_beside_itself_is_no_headline() -> None:
    assert spoken("AI AI") == spoken("AI AI.") == "ây ai ây ai."
    assert spoken("CA NHẠC MỪNG XUÂN.") == "CA NHẠC MỪNG XUÂN."
    assert spoken("CÔNG AN xã thông báo") == "CÔNG AN xã thông báo."
