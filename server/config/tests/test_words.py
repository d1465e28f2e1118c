"""Every sentence exists in both languages, with the same fields, and is used."""

import ast
import os
import string
import subprocess
import sys
from pathlib import Path

import pytest

from config.words import english, sentences, tr

CONFIG = Path(__file__).resolve().parents[1]


def _slugs() -> set[str]:
    """This function will return every string in our own modules that is a slug of a sentence."""
    files = [path for path in CONFIG.rglob("*.py") if "tests" not in path.parts]
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    return {node.value for node in nodes if isinstance(node, ast.Constant) and node.value in sentences()}


def _asked() -> set[str]:
    files = [path for path in CONFIG.rglob("*.py") if "tests" not in path.parts]
    calls = [
        node
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr"
    ]
    first = [call.args[0] for call in calls if call.args]
    return {str(node.value) for node in first if isinstance(node, ast.Constant)}


def _fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_sentence_asked_for_exists() -> None:
    assert _asked() <= set(sentences())


def test_every_sentence_is_used() -> None:
    assert set(sentences()) == _slugs()


def test_both_languages_have_the_same_fields() -> None:
    for slug, both in sentences().items():
        assert set(both) == {"vi", "en"}, slug
        assert _fields(both["vi"]) == _fields(both["en"]), slug


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, False),
        ({"LANG": "en_US.UTF-8"}, True),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "vi_VN.UTF-8"}, False),
        ({"LANG": "C.UTF-8"}, False),
        ({"LANG": "vi_VN.UTF-8", "NGUON_LANG": "en"}, True),
        ({"LANG": "en_GB", "NGUON_LANG": "vi"}, False),
    ],
)
def test_the_language_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: bool
) -> None:
    for name in ("NGUON_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert english() is expected
    assert ("busy" in tr("busy_port", port=1)) is expected


def test_a_terminal_without_vietnamese_letters_is_no_reason_to_fail() -> None:
    given = {"PATH": os.environ["PATH"], "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}
    command = [sys.executable, "-P", "-m", "config.cli", "--help"]
    environment = given | {"NGUON_LANG": "vi"}
    told = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=120)
    assert (told.returncode, told.stderr) == (0, b"")
    assert b"nguon" in told.stdout
