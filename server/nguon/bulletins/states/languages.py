"""Languages of bulletins: Vietnamese, and those of the ethnic minorities (data/languages.csv).

Nghị định 49/2024/NĐ-CP, Article 8: essential information in Vietnamese and in the languages of local ethnic
minorities. Codes are ISO 639-3; names are those of the peoples in the official list of 1979 (Quyết định
121-TCTK/PPCĐ). Bố Y, Ngái and Sán Dìu have no code of their own there and are left out.
"""

import csv
from functools import cache
from pathlib import Path

VIETNAMESE = "vie"
_DATA = Path(__file__).resolve().parent.parent / "data" / "languages.csv"


@cache
def languages() -> dict[str, str]:
    """This function will give the languages, Vietnamese first: ISO 639-3 code to its Vietnamese name."""
    with _DATA.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def has_voice(code: str) -> bool:
    """This function will say whether a machine reads this language aloud: so far Vietnamese alone."""
    return code == VIETNAMESE
