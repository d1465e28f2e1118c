"""Releases by the maintainers' commands: the root names three, two of them sign, nobody signs blindly."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nguon_protocol import envelope as envelopes
from nguon_protocol.documents import Release
from nguon_signer import rooting
from nguon_signer.cli import main

NAMES = ("mai", "nam", "oanh")


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str]:
    status = main([*map(str, words)])
    said = capsys.readouterr()
    return status, said.out + said.err


@pytest.fixture
def rotated(store_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """This fixture will give the draft of a root that names three maintainers."""
    cards: list[str | Path] = []
    for name in NAMES:
        run(capsys, "root", "key", "--out", tmp_path / name, "--holder", name)
        cards += ["--maintainer", tmp_path / name / "card.json"]
    old, draft = store_folder / "public" / "root.json", tmp_path / "root.json"
    few = run(capsys, "root", "rotate", "--root", old, "--out", tmp_path / "few.json", *cards[:4])
    assert (few[0], "3 maintainers" in few[1]) == (1, True)
    assert run(capsys, "root", "rotate", "--root", old, "--out", draft, *cards)[0] == 0
    return draft


def test_two_maintainers_sign_the_bundle_that_both_have(
    rotated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, other, file = tmp_path / "b.zip", tmp_path / "other.zip", tmp_path / "release.json"
    bundle.write_bytes(b"a program")
    other.write_bytes(b"another")
    first = ("--model", "loa-a1", "--number", "7", "--root", rotated, "--out", file)
    assert run(capsys, "release", "draft", bundle, "--key", tmp_path / "mai", *first)[0] == 0
    said = run(capsys, "release", "draft", bundle, "--key", tmp_path / "mai", *first)
    assert (said[0], "cannot be written" in said[1]) == (1, True)
    words = re.search(r"are: (.*)\. They", cosign(capsys, rotated, file, bundle, tmp_path / "nam", "x")[1])
    assert words is not None
    assert "not the one" in cosign(capsys, rotated, file, other, tmp_path / "nam", words[1])[1]
    assert "two maintainers" in cosign(capsys, rotated, file, bundle, tmp_path / "mai", words[1])[1]
    assert cosign(capsys, rotated, file, bundle, tmp_path / "nam", words[1])[0] == 0
    parsed = envelopes.parse(file.read_text())
    root = rooting.read_draft(rotated.read_text()).root
    assert envelopes.verify(parsed, root.keys_of("release")) == {"mai", "nam"}
    release = Release.parse(parsed.payload)
    assert (release.model, release.v, release.size) == ("loa-a1", 7, 9)


def cosign(
    capsys: pytest.CaptureFixture[str], root: Path, file: Path, bundle: Path, key: Path, words: str
) -> tuple[int, str]:
    return run(capsys, "release", "cosign", file, bundle, "--words", words, "--key", key, "--root", root)
