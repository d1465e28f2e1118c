"""The fonts before Unicode: what was written in them comes back, and no other text changes."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nguon.adapters.apart.old_fonts import TCVN3, VNI, garbled, modern

OATH = "Cộng hòa xã hội chủ nghĩa Việt Nam, Độc lập - Tự do - Hạnh phúc. "
SMALL = (
    "aáàảãạăắằẳẵặâấầẩẫậbcdđeéèẻẽẹêếềểễệghiíìỉĩịklmnoóòỏõọôốồổỗộơớờởỡợpqrstuúùủũụưứừửữựvxyýỳỷỹỵ .,0123456789-"
)
LETTERS = SMALL + "".join(sorted({one.upper() for one in SMALL}))


def vni(text: str) -> str:
    return "".join(VNI.get(one, one) for one in text)


def tcvn3(text: str) -> str:
    return "".join(TCVN3.get(one, one) for one in text)


def test_what_was_written_in_the_old_fonts_is_read() -> None:
    assert modern(vni(OATH)) == OATH
    assert vni(OATH).startswith("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, Ñoäc laäp - Töï do")
    assert modern("Céng hßa x· héi chñ nghÜa ViÖt Nam, §éc lËp - Tù do - H¹nh phóc. ") == OATH


@given(st.text(alphabet=LETTERS, max_size=300))
def test_all_that_vni_can_write_comes_back(text: str) -> None:
    assert modern(vni(OATH * 9 + text)) == OATH * 9 + text


@given(st.text(alphabet=SMALL, max_size=300))
def test_all_that_tcvn3_can_write_comes_back(text: str) -> None:
    assert modern(tcvn3(OATH * 9 + text)) == OATH * 9 + text


@given(st.text(alphabet=LETTERS, min_size=1, max_size=300))
def test_unicode_stays_as_it_is(text: str) -> None:
    assume(any("\u1ea0" <= one <= "\u1ef9" or one in "ăđơưĂĐƠƯ" for one in text))
    assert modern(text) == text
    assert not garbled(text)


@pytest.mark.parametrize(
    "text",
    [
        "20°C ± 1, © 2026", "déjà vu à la carte, où est la forêt? Noël, garçon, naïve, île, maïs",
        "El niño del año pasado en España: mañana, señor", "Họp thôn", "", "ĕ ŏ č ñ bŏng ƀ", "Hmoob Zoo",
        "Ñoäc",
    ],
)  # fmt: skip
def test_what_is_no_old_font_stays_as_it_is(text: str) -> None:
    assert modern(text) == text
    assert not garbled(text)
