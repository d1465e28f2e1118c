"""`nguon say`: the main job from a terminal, down to the wav file that a loudspeaker wrote."""

import array
import json
import wave
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.installation import Installation

pytestmark = [pytest.mark.journey, pytest.mark.slow]

PEOPLE = ("--writer", "lan", "--approver", "minh")


@pytest.fixture
def bulletin(tmp_path: Path) -> Path:
    path = tmp_path / "tin.txt"
    path.write_text(
        "UBND xã báo: 7h30 ngày 25/11/2026 cắt điện. \" ' #{x} <speak> 😀\u202e", encoding="utf-8"
    )
    return path


def say(installation: Installation, *words: str) -> tuple[int, dict[str, Any]]:
    done = installation.run("say", *words, "--json")
    return done.returncode, json.loads(done.stdout)


def wav_of(installation: Installation, airing: str) -> list[Path]:
    return sorted(installation.data.glob(f"demo/speakers/*/wav/*_{airing}.wav"))


def loudest(path: Path) -> tuple[float, int]:
    """Seconds of the file, and its loudest sample (16 bits)."""
    with wave.open(str(path)) as sound:
        samples = array.array("h", sound.readframes(sound.getnframes()))
        seconds = sound.getnframes() / sound.getframerate()
    return seconds, max(abs(one) for one in samples)


def test_a_text_is_said_everywhere_and_proven(installation: Installation, bulletin: Path) -> None:
    status, answer = say(installation, "--file", str(bulletin), "--to", "07444", *PEOPLE, "--wait")
    assert (status, answer["ok"], answer["played"], answer["total"]) == (0, True, 3, 3)
    for target in answer["targets"]:
        assert target["state"] == "played"
        assert target["receipt"]["n"] > 0
        assert target["start"]
        assert abs(target["seconds"] - target["of_seconds"]) <= 0.02
    written = wav_of(installation, answer["targets"][0]["airing"])
    assert len(written) == 3
    for path in written:
        seconds, peak = loudest(path)
        assert abs(seconds - answer["targets"][0]["of_seconds"]) <= 0.05
        assert peak > 2000


def test_without_wait_it_is_accepted_but_not_yet_played(installation: Installation, bulletin: Path) -> None:
    status, answer = say(installation, "--file", str(bulletin), "--to", "09169", *PEOPLE)
    assert (status, answer["ok"], answer["total"]) in {(3, False, 3), (3, False, 0)}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"--approver": "lan"}, "own-bulletin"),
        ({"--approver": "tuan"}, "not-an-approver"),
        ({"--writer": "tuan"}, "not-a-writer"),
        ({"--writer": "nobody"}, "user-not-found"),
        ({"--to": "99999"}, "place-not-found"),
        ({"--to": "20044"}, "not-an-approver"),
        ({"--to": "24"}, "not-an-approver"),
        ({"--to": "d/00000000-0000-0000-0000-000000000000"}, "target-unknown"),
        ({"--at": "2020-01-01 05:00"}, "not-ready"),
        ({"--at": "năm giờ"}, "time-unreadable"),
        ({"--file": "/nowhere/tin.txt"}, "file"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    installation: Installation, bulletin: Path, change: dict[str, str], error: str
) -> None:
    given = {"--file": str(bulletin), "--to": "07444", "--writer": "lan", "--approver": "minh"} | change
    status, answer = say(installation, *(part for pair in given.items() for part in pair))
    assert (status, answer["ok"], answer["error"]) == (1, False, error)
    assert answer["message"].endswith((".", "'"))
    assert "Traceback" not in answer["message"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.txt", b""),
        ("long.txt", b"a " * 25_000),
        ("fake.mp3", b"khong phai am thanh"),
        ("zero.mp3", b""),
    ],
)
def test_files_that_cannot_be_said(
    installation: Installation, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    status, answer = say(installation, "--file", str(path), "--to", "07444", *PEOPLE, "--title", "x")
    assert (status, answer["ok"]) == (1, False)
    assert answer["message"]
