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


WRONG: dict[str, tuple[dict[str, str], str]] = {
    "own": ({"--approver": "lan"}, "own-bulletin"),
    "no approver": ({"--approver": "tuan"}, "not-an-approver"),
    "no writer": ({"--writer": "tuan"}, "not-a-writer"),
    "nobody": ({"--writer": "nobody"}, "user-not-found"),
    "no place": ({"--to": "99999"}, "place-not-found"),
    "a foreign commune": ({"--to": "20044"}, "not-an-approver"),
    "the province": ({"--to": "24"}, "not-an-approver"),
    "no loudspeaker": ({"--to": "d/00000000-0000-0000-0000-000000000000"}, "target-unknown"),
    "past": ({"--at": "2020-01-01 05:00"}, "not-ready"),
    "no time": ({"--at": "năm giờ"}, "time-unreadable"),
    "no file": ({"--file": "/nowhere/tin.txt"}, "file"),
}
FILES = {
    "empty.txt": b"",
    "long.txt": b"a " * 25_000,
    "fake.mp3": b"khong phai am thanh",
    "zero.mp3": b"",
}
# One process says them all: to start a process for each costs more than what it says.
IN_ONE_PROCESS = """
import io, json
from django.core.management import call_command
for words in json.loads({words!r}):
    said, status = io.StringIO(), 0
    try:
        call_command("say", *words, "--json", stdout=said)
    except SystemExit as ended:
        status = ended.code
    print(json.dumps([status, json.loads(said.getvalue())]))
"""


@pytest.fixture(scope="module")
def answers(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[int, dict[str, Any]]]:
    """What `nguon say` answers to everything that is wrong: its exit status and its JSON, by case."""
    folder = tmp_path_factory.mktemp("wrong")
    (folder / "tin.txt").write_text("Xã báo tin.", encoding="utf-8")
    given = {"--file": str(folder / "tin.txt"), "--to": "07444", "--writer": "lan", "--approver": "minh"}
    cases = {name: given | change for name, (change, _) in WRONG.items()}
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
        cases[name] = given | {"--file": str(folder / name), "--title": "x"}
    words = [[part for pair in case.items() for part in pair] for case in cases.values()]
    told = installation.shell(IN_ONE_PROCESS.format(words=json.dumps(words)))
    return dict(zip(cases, map(json.loads, told.splitlines()), strict=True))


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_in_one_sentence(
    answers: dict[str, tuple[int, dict[str, Any]]], case: str
) -> None:
    status, answer = answers[case]
    assert (status, answer["ok"], answer["error"]) == (1, False, WRONG[case][1])
    assert answer["message"].endswith((".", "'"))
    assert "Traceback" not in answer["message"]


@pytest.mark.parametrize("name", FILES)
def test_files_that_cannot_be_said(answers: dict[str, tuple[int, dict[str, Any]]], name: str) -> None:
    status, answer = answers[name]
    assert (status, answer["ok"]) == (1, False)
    assert answer["message"]


def test_a_person_who_is_not_there_ends_the_command_with_status_1(
    installation: Installation, bulletin: Path
) -> None:
    given = ("--file", str(bulletin), "--to", "07444", "--writer", "nobody", "--approver", "minh")
    status, answer = say(installation, *given)
    assert (status, answer["error"]) == (1, "user-not-found")
