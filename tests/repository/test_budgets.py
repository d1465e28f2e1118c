"""Alarms, not laws of nature: a module or a function that has grown too long is cut before it is merged."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository.tree import APPS, modules, short, syntax

MODULE_LINES = 500
FUNCTION_LINES = 60
README_LINES = 25
LATE = {"PIL", "av", "httpx", "numpy", "openpyxl", "segno", "signxml", "webauthn"}
"""What costs a tenth of a second and more to import, and is used by few processes, and late."""


def functions(path: Path) -> list[tuple[str, int]]:
    """This function will return (name, lines) of each function of a module."""
    return [
        (node.name, (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_no_module_is_too_long() -> None:
    lengths = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {name: lines for name, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_no_function_is_too_long() -> None:
    lengths = {(short(path), name): lines for path in modules() for name, lines in functions(path)}
    assert {place: lines for place, lines in lengths.items() if lines > FUNCTION_LINES} == {}


APP_FOLDERS = sorted(path.parent for path in APPS.glob("*/__init__.py"))


@pytest.mark.parametrize("app", APP_FOLDERS, ids=lambda path: path.name)
def test_an_app_says_what_it_holds_in_a_few_lines(app: Path) -> None:
    lines = (app / "README.md").read_text(encoding="utf-8").splitlines()
    assert 3 <= len(lines) <= README_LINES


def test_no_process_waits_at_its_start_for_what_few_use_and_late() -> None:
    code = "import sys, django; django.setup(); print(*sys.modules)"
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert LATE & set(done.stdout.split()) == set()
