"""Every sentence of the apps of people and places has its English."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import gettext, override

from nguon.accounts.errors import UsernameTaken
from nguon.organisations.errors import PlaceNotFound

APPS = Path(__file__).resolve().parents[2]
NAMES = {"_", "gettext", "gettext_lazy"}


def sentences(app: str) -> Iterator[str]:
    for path in (APPS / app).rglob("*.py"):
        if {"tests", "migrations"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMES:
                yield ast.literal_eval(node.args[0])


@pytest.mark.parametrize("app", ["organisations", "accounts"])
def test_every_sentence_is_translated(app: str) -> None:
    with override("en"):
        assert [text for text in set(sentences(app)) if gettext(text) == text] == []


def test_an_error_speaks_the_language_of_the_moment() -> None:
    assert str(PlaceNotFound(area="vn.9")).startswith("Không có địa bàn “vn.9”")
    with override("en"):
        assert str(PlaceNotFound(area="vn.9")).startswith("There is no place “vn.9”")
        assert str(UsernameTaken(username="lan")).startswith("Somebody has the user name “lan”")
