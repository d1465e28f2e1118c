"""Vietnamese text: what must be equal without marks, and what must come before what."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.kernel.text import fold, sort_key, tidy

VIETNAMESE = st.text(
    alphabet="aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ 0123",
    max_size=30,
)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Hoà Bình", "hoa binh"),
        ("HÒA  BÌNH ", "hoa binh"),
        ("đường Đặng", "duong dang"),
        ("Ð và ð của phông chữ cũ", "d va d cua phong chu cu"),
        ("Xã Ea H'Leo", "xa ea hleo"),
        ("M’Drắk", "mdrak"),
        ("Văn Miếu - Quốc Tử Giám", "van mieu quoc tu giam"),
        ("%_\\", ""),
        ("\u202exã\u0000 A", "xa a"),
    ],
)
def test_fold(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(VIETNAMESE)
def test_fold_does_not_see_case_or_form(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text).upper()) == fold(text)
    assert fold(text).isascii()


@given(st.text(max_size=40))
def test_fold_twice_is_fold_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_dictionary_order() -> None:
    ordered = [
        "1", "2", "10", "A Dơi", "An", "An Sơn", "Anh", "Ăn", "Ân", "Ba", "Bà", "Bả", "Bã", "Bá", "Bạ",
        "Cư M'gar", "Dạ", "Đà", "Ea H'Leo", "Thôn 2", "Thôn 10", "Yên",
    ]  # fmt: skip
    mixed = ordered.copy()
    random.Random(7).shuffle(mixed)
    assert sorted(mixed, key=sort_key) == ordered


@given(VIETNAMESE)
def test_the_key_does_not_see_the_form(text: str) -> None:
    assert sort_key(unicodedata.normalize("NFD", text)) == sort_key(unicodedata.normalize("NFC", text))


def test_tidy() -> None:
    assert tidy(unicodedata.normalize("NFD", "  Xã \t An\u00a0Sơn\n")) == "Xã An Sơn"
