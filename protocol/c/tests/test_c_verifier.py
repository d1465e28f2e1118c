"""The verifier in C: built by a real compiler, held to the same vectors, and to changed envelopes."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from nguon_protocol.conformance import book, fuzz, runner, state, verifier
from nguon_protocol.conformance.case import devices, root_of
from tests.compiler import Compiler, compiler

HERE = Path(__file__).resolve().parent.parent
FUZZED = 30_000
COMPARED = 1_500


@pytest.fixture(scope="module")
def tools() -> Compiler:
    return compiler()


@pytest.fixture(scope="module")
def built(tools: Compiler, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with loa-verify, loa-verify-asan and million."""
    build = tmp_path_factory.mktemp("c")
    tools.build(HERE, build, *(f"{build}/{name}" for name in ("loa-verify", "loa-verify-asan", "million")))
    return build


@pytest.fixture(scope="module")
def environment(tools: Compiler) -> dict[str, str]:
    return {**os.environ, **tools.environment}


@pytest.mark.parametrize("program", ["loa-verify", "loa-verify-asan"])
def test_it_agrees_on_every_vector(
    built: Path, environment: dict[str, str], program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", environment)
    assert runner.run([str(built / program)], book.read(book.stored())) == []


def test_two_verifiers_judge_changed_envelopes_alike(
    built: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", environment)
    known = {name: state.to_json(one, root_of(one)) for name, one in devices().items()}
    with runner.Verifier([str(built / "loa-verify-asan")], 30) as other:
        for one in fuzz.tries(1, COMPARED):
            ours = verifier.judge(one.data, one.state, one.now, one.clock)
            assert runner.in_words(other.ask(fuzz.question(one, known))) == runner.in_words(ours), one


def test_no_changed_envelope_crashes_it_or_is_accepted_with_other_content(
    built: Path, environment: dict[str, str]
) -> None:
    questions = built / "questions.jsonl"
    questions.write_text("".join(json.dumps(one.question) + "\n" for one in book.read(book.stored())))
    done = subprocess.run(
        [built / "million", questions, str(FUZZED), "1"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"{FUZZED} changed envelopes judged" in done.stdout
    assert " 0  accepted with changed content" in done.stdout


def test_what_is_no_question_gets_an_error_and_the_next_is_answered(
    built: Path, environment: dict[str, str]
) -> None:
    good = next(book.read(book.stored()))
    lines = [
        "",
        "{",
        "[]",
        '{"a":1,"a":1}',
        "x" * 1_100_000,
        '{"envelope_b64":"="}',
        json.dumps(good.question),
    ]
    done = subprocess.run(
        [built / "loa-verify-asan"],
        env=environment,
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert ["error" in one for one in answers] == [True] * 6 + [False]
    assert runner.agrees(answers[-1], good.expect)
    assert (done.returncode, done.stderr) == (0, "")
