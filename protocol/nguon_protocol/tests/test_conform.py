"""nguon-protocol conform: any verifier, honest, wrong, silent or broken, is told what it is."""

import json
import sys

import pytest

from nguon_protocol import cli
from nguon_protocol.conformance import book, runner, verifier

HONEST = (sys.executable, "-m", "nguon_protocol", "verify")
VECTORS = list(book.read(book.stored()))
ANSWERING = "import sys\nfor line in sys.stdin:\n    print({!r}, flush=True)"


def saying(answer: str) -> tuple[str, ...]:
    return (sys.executable, "-c", ANSWERING.format(answer))


def test_our_own_verifier_conforms(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["conform", "--", *HONEST]) == 0
    assert capsys.readouterr().out == f"LSP-1: all {len(VECTORS)} vectors agree.\n"


def test_one_that_accepts_everything_is_found_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["conform", "--json", "--", *saying('{"accept": true}')]) == 1
    told = json.loads(capsys.readouterr().out)
    refused = [one.name for one in VECTORS if not one.expect["accept"]]
    assert [one["vector"] for one in told["disagreements"]] == refused
    assert told["agreed"] == told["vectors"] - len(refused)


def test_one_with_a_wrong_reason_is_shown_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["conform", "--", *saying('{"accept": false, "reason": "expired"}')]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert ["scope: the province's plan", "refuse: scope", "refuse: expired"] in [
        [part.strip() for part in line.split("  ") if part] for line in lines
    ]


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import time; time.sleep(60)", "no answer within 0.3 s"),
        ("", "it ended"),
        ("print('yes', flush=True); input()", "no JSON: b'yes\\n'"),
        ("print('[]', flush=True); input()", "no JSON object: b'[]\\n'"),
        ("print('x' * 99999, flush=True); input()", "an answer longer than 65536 bytes"),
    ],
    ids=["silent", "gone", "no JSON", "a list", "endless"],
)
def test_one_that_does_not_answer_is_given_up(program: str, said: str) -> None:
    found = runner.run(
        (sys.executable, "-c", program), VECTORS[:5], timeout_s=0.3 if "sleep" in program else 9
    )
    assert [one.said for one in found] == [said] * 3 + [runner.NOT_ASKED] * 2


def test_one_that_cannot_be_started_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["conform", "--", "/no/such/verifier"]) == 2
    assert "No such file" in capsys.readouterr().err


@pytest.mark.parametrize("line", ["{", "[]", '{"envelope_b64": "="}', '{"envelope_b64": "", "state": {}}'])
def test_what_is_no_question_gets_an_error(line: str) -> None:
    assert "error" in json.loads(verifier.answer(line))
