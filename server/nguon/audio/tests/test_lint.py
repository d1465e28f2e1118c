"""The lint: what people at a loudspeaker would miss, where it stands, and how the rest is said."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.audio.reader import Kind, read
from nguon.audio.reader.telling import suggestion, why


def found(text: str, **overrides: str) -> dict[str, str]:
    return {one.text: str(one.kind) for one in read(text, overrides=overrides).findings}


def to_look_at(text: str) -> set[tuple[str, str]]:
    return {(str(one.kind), one.text) for one in read(text).to_look_at}


def test_what_a_person_should_look_at() -> None:
    text = "Xã XKQ gặp ông Smith tại XT huyện 😀"
    assert to_look_at(text) == {
        ("abbreviation", "XKQ"), ("foreign", "Smith"), ("ambiguous", "XT"), ("sign", "😀")
    }  # fmt: skip


def test_plain_words_need_nothing() -> None:
    assert read("Bà con nhân dân thôn Đông chú ý. Mai họp chợ.").findings == ()


@pytest.mark.parametrize(
    ("text", "piece", "kind"),
    [
        ("họp lúc 7h30", "7h30", "hour"),
        ("họp lúc 19 giờ 45", "19 giờ 45", "hour"),
        ("họp lúc 25h70", "25h70", "no_such_hour"),
        ("ngày 15/6", "ngày 15/6", "date"),
        ("ngày 31/6", "ngày 31/6", "no_such_date"),
        ("ngày 29/2/2026", "ngày 29/2/2026", "no_such_date"),
        ("trong tháng 13/2026", "tháng 13/2026", "no_such_date"),
        ("Thứ 2, ngày 15/6/2026", "Thứ 2, ngày 15/6/2026", "date"),
        ("Thứ 3, ngày 15/6/2026", "Thứ 3, ngày 15/6/2026", "wrong_weekday"),
        ("gọi 0912 345 678", "0912 345 678", "phone"),
        ("gọi 0912 345 67", "0912 345 67", "short_phone"),
        ("gọi 1900 1234", "1900 1234", "phone"),
        ("gọi ngay 114", "114", "phone"),
        ("rộng 12,5 ha", "12,5 ha", "unit"),
        ("uống 30 mlk", "mlk", "unknown_unit"),
        ("rộng 1,500 m2", "1,500 m2", "unclear_number"),
        ("có 12.345.678 người", "12.345.678", "long_number"),
        ("có 120 người", "120", "number"),
        ("theo 135/QĐ-TTg", "135/QĐ-TTg", "legal"),
        ("theo điểm a khoản 2 Điều 5", "điểm a khoản 2 Điều 5", "legal"),
        ("xem tanlap.gov.vn", "tanlap.gov.vn", "address"),
        ("gửi a.b@gmail.com.", "a.b@gmail.com", "address"),
    ],
)
def test_figures(text: str, piece: str, kind: str) -> None:
    assert found(text)[piece] == kind


def test_a_fraction_is_no_date() -> None:
    assert found("3/4 số hộ") == {"3/4": "number"}


def test_a_sentence_too_long_for_a_horn() -> None:
    text = "Mở đầu. " + "bà con " * 30 + "."
    (one,) = read(text).findings
    assert (one.kind, one.at) == (Kind.LONG_SENTENCE, len("Mở đầu. "))
    assert not read("bà con " * 20 + ".").findings


def test_the_dictionary_of_the_area_settles_a_doubt() -> None:
    assert found("Xã XKQ, ông Smith") == {"XKQ": "abbreviation", "Smith": "foreign"}
    assert found("Xã XKQ, ông Smith", XKQ="Xuân Khê Quang", Smith="Xờ mít") == {}


def test_a_finding_stands_where_the_text_was_given() -> None:
    text = "Ba\u0300 con\u00a0  xã XKQ,\n\n  lúc 7h30"  # marks apart, as some keyboards write
    for one in read(text).findings:
        assert text[one.at : one.at + len(one.text)] == one.text


def test_every_kind_has_words() -> None:
    for kind in Kind:
        one = read("Xã XKQ").findings[0].__class__(kind, "x", 0)
        assert why(one).endswith(".")
        assert suggestion(one).endswith(".")
        assert one.told or kind not in {Kind.DATE}


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60))
def test_any_text_has_findings_inside_it(text: str) -> None:
    for one in read(f"xã {text} 15/6").findings:
        assert 0 <= one.at <= len(text) + 8


@pytest.mark.parametrize("junk", ["a@", "1.", "(0", "thứ 2 "])
def test_time_grows_with_the_length_only(junk: str) -> None:
    """Not a benchmark: a pattern that backtracks takes minutes here, not seconds."""
    begun = time.process_time()
    _ = read((junk * 20_000)[:20_000]).findings
    assert time.process_time() - begun < 10
