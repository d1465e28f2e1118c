"""The files of the repository, as the repository tests read them (no git needed)."""

import ast
import os
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
CODE = ("protocol", "device", "signer", "server", "tests", "tools", "bench")
APPS = ROOT / "server" / "nguon"
# What is made beside the tree and never committed (.gitignore says the same).
MADE = {"__pycache__", "build", "dist", "node_modules"}
MADE_AT_THE_TOP = {"data", "uv.lock"}


@cache
def files() -> tuple[Path, ...]:
    """This function will return every file of the repository, without what is ignored or hidden."""
    return tuple(_walk())


def _walk() -> Iterator[Path]:
    for folder, inner, names in os.walk(ROOT):
        here = Path(folder)
        made = MADE | (MADE_AT_THE_TOP if here == ROOT else set())
        inner[:] = [name for name in sorted(inner) if name not in made and not _hidden(name)]
        inner[:] = [name for name in inner if not name.endswith(".egg-info")]
        yield from (
            here / name for name in sorted(names) if name not in made | {".git"} and not name.endswith(".pyc")
        )


def _hidden(name: str) -> bool:
    return name.startswith(".") and name != ".ci"  # .git is a file in a second work tree


def modules(*, migrations: bool = False) -> list[Path]:
    """This function will return every Python file of the code, with migrations only where asked."""
    wanted = [path for path in files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in CODE]
    return [path for path in wanted if migrations or "migrations" not in path.parts]


def text(path: Path) -> str | None:
    """This function will return a file's text, or None where it is not UTF-8 (a picture, a font)."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


@cache
def syntax(path: Path) -> ast.Module:
    """This function will return a module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def short(path: Path) -> str:
    """This function will return a path as a person would write it."""
    return path.relative_to(ROOT).as_posix()


@cache
def project() -> dict[str, Any]:
    """This function will return the workspace's pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def line() -> list[set[str]]:
    """This function will return the stages of the line, lowest first, from the import contract itself."""
    contracts = project()["tool"]["importlinter"]["contracts"]
    order = next(contract for contract in contracts if contract["id"] == "order")
    return [{name.strip(" ()") for name in layer.split("|")} for layer in reversed(order["layers"])]
