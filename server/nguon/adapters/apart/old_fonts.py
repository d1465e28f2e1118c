"""Vietnamese of the years before Unicode, as the files of many offices still have it: the fonts of TCVN 5712
(named .VnTime, "TCVN3") and those of VNI (named VNI-Times), which modern programs show as Western letters.

The tables are our own, after TCVN 5712:1993 and the key map of VNI for Windows.
"""

from __future__ import annotations

import re

# TCVN 5712: one byte a letter. Pairs: what it looks like, what it is. Capitals with tones do not exist: the
# capital fonts (.VnTimeH) draw the small ones so.
_TCVN3 = (
    "µàu¸áu¶ảu·ãu¹ạu¨ău»ằu¾ắu¼ẳu½ẵuÆặu©âuÇầuÊấuÈẩuÉẫuËậu®đuÌèuÐéuÎẻuÏẽuÑẹuªêuÒềuÕếuÓểuÔễuÖệu×ìuÝíuØỉuÜĩuÞịu"  # noqa: RUF001
    "ßòuãóuáỏuâõuäọu«ôuåồuèốuæổuçỗuéộu¬ơuêờuíớuëởuìỡuîợuïùuóúuñủuòũuôụu\xadưuõừuøứuöửu÷ữuùựuúỳuýýuûỷuüỹuþỵu"
    "¡Ău¢Âu£Êu¤Ôu¥Ơu¦Ưu§Đ"
)
TCVN3 = {pair[1]: pair[0] for pair in _TCVN3.split("u")}
_FROM_TCVN3 = {ord(old): new for new, old in TCVN3.items()}
_SURELY_TCVN3 = set("µ¸¶·¹¨»¾¼½Æ©Ç®ªÒÕÖ×«¬¦§\xad")  # noqa: RUF001

# VNI: a letter and its mark are two characters, and some letters have one of their own.
_ROWS = (
    ("a", "áàảãạ", "ùøûõï"), ("a", "ấầẩẫậ", "áàåãä"), ("a", "ắằẳẵặ", "éèúüë"),
    ("e", "éèẻẽẹ", "ùøûõï"), ("e", "ếềểễệ", "áàåãä"),
    ("o", "óòỏõọ", "ùøûõï"), ("o", "ốồổỗộ", "áàåãä"), ("ô", "ớờởỡợ", "ùøûõï"),
    ("u", "úùủũụ", "ùøûõï"), ("ö", "ứừửữự", "ùøûõï"), ("y", "ýỳỷỹ", "ùøûõ"),
)  # fmt: skip
_SINGLE = {
    "â": "aâ", "ă": "aê", "ê": "eâ", "ô": "oâ", "ơ": "ô", "ư": "ö", "đ": "ñ", "ỵ": "î",
    "í": "í", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "ị": "ò",
}  # fmt: skip


def _vni() -> dict[str, str]:
    small = dict(_SINGLE)
    for base, letters, marks in _ROWS:
        small |= {letter: base + mark for letter, mark in zip(letters, marks, strict=True)}
    return small | {letter.upper(): written.upper() for letter, written in small.items()}


VNI = _vni()
_FROM_VNI = {old: new for new, old in VNI.items()}
_FROM_VNI |= {old[0] + old[1].lower(): new for old, new in list(_FROM_VNI.items()) if len(old) == 2}
_VNI_LETTER = re.compile("|".join(sorted(map(re.escape, _FROM_VNI), key=len, reverse=True)))
# What no text of today has often: a vowel with the mark beside it.
_SURELY_VNI = re.compile(r"[aeouy][øõïå]|[aeo][âä]|aê|[ôö][ùøûõï]", re.IGNORECASE)
_TODAY = re.compile("[\u1ea0-\u1ef9ăđơưĂĐƠƯ]")
_LETTERS = set("".join(VNI) + "".join(TCVN3) + "áàãâéèêíìóòõôúùý" + "ÁÀÃÂÉÈÊÍÌÓÒÕÔÚÙÝ")
_ODD_ENOUGH, _SHARE = 8, 0.05


def modern(text: str) -> str:
    """This function will return text of the old fonts as Unicode, and any other as it is."""
    lines = text.split("\n")
    # A document may have its head in a font of today and its body in an old one.
    old = "\n".join(line for line in lines if not _TODAY.search(line))
    least = max(8, len(old) / 20) if len(old) < len(text) else max(3, len(text) / 50)
    if sum(character in _SURELY_TCVN3 for character in old) >= least:
        return "\n".join(line if _TODAY.search(line) else line.translate(_FROM_TCVN3) for line in lines)
    if len(_SURELY_VNI.findall(old)) >= least:
        return "\n".join(line if _TODAY.search(line) else _from_vni(line) for line in lines)
    return text


def _from_vni(line: str) -> str:
    return _VNI_LETTER.sub(lambda found: _FROM_VNI[found[0]], line)


def garbled(text: str) -> bool:
    """This function will say whether a text looks like one of a font that is not known here: many signs of
    Western Europe or of private use that no Vietnamese word has."""
    odd = sum(
        ("\x80" <= one <= "\xff" and one not in _LETTERS and one not in "«»°±©®·§\xa0")
        or "\ue000" <= one <= "\uf8ff"
        for one in text
    )
    return odd >= _ODD_ENOUGH and odd > _SHARE * len(text)
