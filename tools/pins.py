"""Pins: every version that the four distributions use, direct and transitive, written into pyproject.toml.

    uv run --no-sync python -m tools.pins            resolve afresh and write the pins
    uv run --no-sync python -m tools.pins --check    say whether the pins cover what a fresh resolution takes

The pins are `constraint-dependencies` of `[tool.uv]` (docs/adr/005-pins-without-a-lock-file.md). The work is
done in a temporary copy of the project files, so that neither the tree nor its environment changes.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PLAIN = ["--no-annotate", "--no-header", "--quiet"]
EVERYTHING = [
    "--frozen",
    "--all-packages",
    "--all-groups",
    "--all-extras",
    "--no-emit-workspace",
    "--no-hashes",
]
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;]+)(?: *; *(?P<marker>.+))?$")


class PinsFailed(Exception):
    """The resolution did not succeed; the message is what uv said."""


def uv(arguments: list[str], folder: Path, given: str = "") -> str:
    """This function will run uv in `folder` and return what it printed; raises PinsFailed with its reason."""
    program = shutil.which("uv")
    if program is None:
        raise PinsFailed("uv is not installed: pip install uv")
    done = subprocess.run(
        [program, *arguments], cwd=folder, input=given, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PinsFailed(done.stderr.strip())
    return done.stdout


def replace_list(text: str, key: str, values: list[str]) -> str:
    """This function will return `text` with the list `key` of [tool.uv] set to `values`, nothing else."""
    body = "".join(f'    "{value}",\n' for value in values)
    written = f"{key} = [\n{body}]" if values else f"{key} = []"
    changed, times = re.subn(rf"^{key} = \[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]", written, text, flags=re.M)
    if times != 1:
        raise PinsFailed(f"pyproject.toml has {times} lists named {key}, and not one")
    return changed


def members(root: Path) -> list[str]:
    """This function will return the folders of the workspace's distributions."""
    listed: list[str] = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["uv"]["workspace"][
        "members"
    ]
    return listed


def project_files(root: Path, folder: Path, *, pinned: bool) -> None:
    """This function will copy the project files to `folder`, without the old pins unless `pinned`."""
    for member in members(root):
        (folder / member).mkdir()
        shutil.copy(root / member / "pyproject.toml", folder / member)
    text = (root / "pyproject.toml").read_text()
    if not pinned:
        text = replace_list(text, "constraint-dependencies", [])
        text = replace_list(text, "build-constraint-dependencies", [])
    (folder / "pyproject.toml").write_text(text)


def pins_of(lines: str) -> list[str]:
    """This function will turn uv's requirement lines into pins; a marker stays only where versions differ."""
    found = [match for line in lines.splitlines() if (match := PIN.match(line.strip()))]
    times = Counter(match["name"] for match in found)
    return sorted(_pin(match, several=times[match["name"]] > 1) for match in found)


def _pin(match: re.Match[str], *, several: bool) -> str:
    pin = f"{match['name']}=={match['version']}"
    marker = (
        (match["marker"] or "")
        .replace(" and sys_platform == 'linux'", "")
        .replace(" and python_full_version < '3.15'", "")
    )
    return f"{pin} ; {marker}" if several and marker else pin


def resolve(root: Path, *, pinned: bool) -> list[str]:
    """This function will resolve all groups, extras and members for every Python allowed into pins."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project_files(root, folder, pinned=pinned)
        uv(["lock", "--upgrade", "--quiet"], folder)
        return pins_of(uv(["export", *EVERYTHING, *PLAIN], folder))


def resolve_builders(root: Path) -> list[str]:
    """This function will resolve what builds the distributions (their build-system.requires)."""
    wanted: set[str] = set()
    for member in members(root):
        project: dict[str, Any] = tomllib.loads((root / member / "pyproject.toml").read_text())
        wanted.update(project["build-system"]["requires"])
    oldest = tomllib.loads((root / "pyproject.toml").read_text())["project"]["requires-python"].lstrip(">=")
    with tempfile.TemporaryDirectory() as name:
        options = ["--universal", "--python-version", oldest, *PLAIN]
        return pins_of(uv(["pip", "compile", *options, "-"], Path(name), "\n".join(sorted(wanted))))


def write(root: Path) -> tuple[list[str], list[str]]:
    """This function will resolve afresh and write the pins; returns (pins before, pins now)."""
    path = root / "pyproject.toml"
    before: list[str] = tomllib.loads(path.read_text())["tool"]["uv"]["constraint-dependencies"]
    now, builders = resolve(root, pinned=False), resolve_builders(root)
    text = path.read_text()  # read again: the resolution takes a while
    text = replace_list(text, "constraint-dependencies", now)
    text = replace_list(text, "build-constraint-dependencies", builders)
    tomllib.loads(text)
    path.write_text(text)
    return before, now


def unpinned(root: Path) -> tuple[list[str], list[str]]:
    """This function will resolve with the pins; returns (taken but not pinned, pinned but not taken)."""
    uv_settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["uv"]
    pins = set(uv_settings["constraint-dependencies"])
    taken = set(resolve(root, pinned=True))
    return sorted(taken - pins), sorted(pins - taken)


def main(arguments: list[str] | None = None) -> int:
    """This function will write or check the pins and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.pins", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say whether the pins are whole")
    options = parser.parse_args(arguments)
    try:
        return _check() if options.check else _write()
    except PinsFailed as reason:
        print(f"The versions could not be resolved: {reason}", file=sys.stderr)
        return 2


def _check() -> int:
    missing, stale = unpinned(ROOT)
    for pin in missing:
        print(f"not pinned: {pin}")
    for pin in stale:
        print(f"no longer needed: {pin}")
    print("Pins are not whole: run python -m tools.pins" if missing or stale else "Every version is pinned.")
    return 1 if missing or stale else 0


def _write() -> int:
    before, now = write(ROOT)
    for pin in sorted(set(now) - set(before)):
        print(f"+ {pin}")
    for pin in sorted(set(before) - set(now)):
        print(f"- {pin}")
    print(f"{len(now)} versions pinned.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
