"""The words of the command line, in the language of the person at the terminal.

Not Django's gettext: the commands answer at once, before Django can be configured.  The sentences are in
`sentences.toml`, both languages side by side.
"""

import os
import tomllib
from functools import cache
from pathlib import Path


@cache
def sentences() -> dict[str, dict[str, str]]:
    """This function will return every sentence: slug -> {"vi": ..., "en": ...}."""
    return tomllib.loads(Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8"))


def english() -> bool:
    """This function will say whether the person at the terminal reads English: NGUON_LANG decides, else
    the first of LC_ALL, LC_MESSAGES and LANG that is set."""
    for name in ("NGUON_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return value.lower().startswith("en")
    return False


def tr(slug: str, **fields: object) -> str:
    """This function will return the sentence with this slug in the person's language, its fields filled."""
    return sentences()[slug]["en" if english() else "vi"].format(**fields)
