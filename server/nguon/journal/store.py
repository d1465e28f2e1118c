"""Signed heads and the roots that vouch for them, as files that anybody may copy away."""

import os
import re
from pathlib import Path

_HEAD = re.compile(r"head-([0-9]{8})-([0-9]+)\.json")
_ROOT = re.compile(r"root-v([0-9]+)\.json")


def head_name(n: int, sequence: int) -> str:
    """This function will give the file name of a head: its number, then the journal's row."""
    return f"head-{n:08d}-{sequence}.json"


def root_name(v: int) -> str:
    """This function will give the file name of a root."""
    return f"root-v{v}.json"


def write_once(folder: Path, name: str, text: str) -> bool:
    """This function will write a file that is whole or not there; False when it is there already."""
    path = folder / name
    if path.exists():
        return False
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{name}.{os.getpid()}"
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return True


def heads(folder: Path) -> dict[str, str]:
    """This function will read the head files of a folder: name -> text."""
    return {
        path.name: text_of(path) for path in sorted(folder.glob("head-*.json")) if _HEAD.fullmatch(path.name)
    }


def roots(folder: Path) -> dict[int, str]:
    """This function will read the root files of a folder: version -> text."""
    found = {path: _ROOT.fullmatch(path.name) for path in folder.glob("root-v*.json")}
    return {int(match[1]): text_of(path) for path, match in found.items() if match}


def text_of(path: Path) -> str:
    """This function will read a file; "" when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
