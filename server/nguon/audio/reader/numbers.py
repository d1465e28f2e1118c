"""Numbers in Vietnamese words.

Reading follows the northern standard of radio: mốt, lăm, "lẻ" for an empty place of ten, nghìn, and
"không trăm" where a place of hundred is empty inside a number.
"""

from __future__ import annotations

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
SCALES = ("", "nghìn", "triệu")
LONGEST = 15  # digits; beyond, a number is read digit by digit


def digits(text: str) -> str:
    """This function will read every digit on its own ("0912" -> "không chín một hai")."""
    return " ".join(DIGITS[int(character)] for character in text if character.isdecimal())


def cardinal(text: str) -> str:
    """This function will read a whole number given as decimal digits."""
    plain = text.lstrip("0") or "0"
    if len(plain) > LONGEST:
        return digits(text)
    return _below_billion_groups(int(plain))


def decimal(whole: str, part: str) -> str:
    """This function will read whole and decimal part ("12", "75" -> "mười hai phẩy bảy lăm")."""
    return f"{cardinal(whole)} phẩy {_after_comma(part)}"


def _after_comma(part: str) -> str:
    if len(part) == 2 and part[0] != "0":
        tens, unit = int(part[0]), int(part[1])
        if unit == 0:
            return f"{DIGITS[tens]} mươi" if tens > 1 else "mười"
        if tens == 1:
            return _tens(10 + unit)
        return f"{DIGITS[tens]} {_unit_after_tens(tens, unit)}"
    if len(part) == 3 and part[0] != "0":
        return _hundreds(int(part), whole=True)
    return digits(part)


def _below_billion_groups(value: int) -> str:
    if value < 10**9:
        return _below_billion(value, first=True)
    high, low = divmod(value, 10**9)
    words = f"{_below_billion(high, first=True)} tỷ"
    return f"{words} {_below_billion(low, first=False)}" if low else words


def _below_billion(value: int, *, first: bool) -> str:
    if value == 0:
        return DIGITS[0]
    groups = [value // 10**6, value // 1000 % 1000, value % 1000]
    words: list[str] = []
    for group, scale in zip(groups, reversed(SCALES), strict=True):
        if group:
            words.append(_hundreds(group, whole=first and not words))
            if scale:
                words.append(scale)
    return " ".join(words)


def _hundreds(value: int, *, whole: bool) -> str:
    """Below 1,000; `whole`: nothing stands before it, so an empty place of hundred is not said."""
    hundred, rest = divmod(value, 100)
    if whole and not hundred:
        return _tens(rest)
    words = f"{DIGITS[hundred]} trăm"
    if not rest:
        return words
    return f"{words} lẻ {DIGITS[rest]}" if rest < 10 else f"{words} {_tens(rest)}"


def _tens(value: int) -> str:
    ten, unit = divmod(value, 10)
    if not ten:
        return DIGITS[unit]
    words = "mười" if ten == 1 else f"{DIGITS[ten]} mươi"
    return f"{words} {_unit_after_tens(ten, unit)}" if unit else words


def _unit_after_tens(ten: int, unit: int) -> str:
    if unit == 5 and ten:
        return "lăm"
    if unit == 1 and ten > 1:
        return "mốt"
    return DIGITS[unit]
