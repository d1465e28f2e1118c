"""Hold a verifier that is a command line to the vectors: a JSON line in, a JSON line out, in good time."""

import json
import os
import selectors
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from nguon_protocol.conformance.book import Vector

SILENT_AT_MOST = 3
NOT_ASKED = "not asked: it gave no answer before"
_LONGEST_ANSWER = 65_536


class NoCommand(Exception):
    """The verifier could not be started at all."""


class NoAnswer(Exception):
    """The verifier did not answer one question; the text says how."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A vector on which the verifier said something else."""

    name: str
    expected: str
    said: str


class Verifier:
    """A verifier's process; started again for the next question when it has gone silent or away."""

    def __init__(self, command: Sequence[str], timeout_s: float) -> None:
        self._command = command
        self._timeout_s = timeout_s
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Verifier":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Give the answer to one question; NoAnswer when there is none in time or it is no JSON object."""
        try:
            return self._ask(json.dumps(question).encode() + b"\n")
        except NoAnswer:
            self._end()
            raise

    def _ask(self, line: bytes) -> dict[str, Any]:
        process = self._started()
        ends_at = time.monotonic() + self._timeout_s
        said = self._exchange(process, line, ends_at)
        try:
            answer = json.loads(said)
        except ValueError as error:
            raise NoAnswer(f"no JSON: {said[:80]!r}") from error
        if not isinstance(answer, dict):
            raise NoAnswer(f"no JSON object: {said[:80]!r}")
        return answer

    def _exchange(self, process: subprocess.Popen[bytes], line: bytes, ends_at: float) -> bytes:
        """Write and read at once, so that neither side waits for the other for ever."""
        assert process.stdin is not None  # noqa: S101  both are pipes, for the type checker
        assert process.stdout is not None  # noqa: S101
        said = bytearray()
        with selectors.DefaultSelector() as ready:
            ready.register(process.stdin, selectors.EVENT_WRITE)
            ready.register(process.stdout, selectors.EVENT_READ)
            while not said.endswith(b"\n"):
                events = ready.select(max(0.0, ends_at - time.monotonic()))
                if not events:
                    raise NoAnswer(f"no answer within {self._timeout_s:g} s")
                for key, _ in events:
                    if key.fileobj is process.stdin:
                        line = line[_write(process.stdin.fileno(), line) :]
                        if not line:
                            ready.unregister(process.stdin)
                    else:
                        said += _read(process.stdout.fileno())
                if len(said) > _LONGEST_ANSWER:
                    raise NoAnswer(f"an answer longer than {_LONGEST_ANSWER} bytes")
        return bytes(said)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            try:
                self._process = subprocess.Popen(
                    self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
                )
            except OSError as error:
                raise NoCommand(f"{self._command[0]}: {error.strerror}") from error
            assert self._process.stdin is not None  # noqa: S101
            os.set_blocking(self._process.stdin.fileno(), False)
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            process.wait(1)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def run(command: Sequence[str], vectors: Iterable[Vector], timeout_s: float = 10) -> list[Disagreement]:
    """Ask a verifier every vector and give those where it said something else than it must.

    After three questions in a row without an answer the rest is not asked any more, and counts as
    disagreement. Raises NoCommand when the verifier cannot be started.
    """
    with Verifier(command, timeout_s) as verifier:
        return list(_disagreements(verifier, vectors))


def _disagreements(verifier: Verifier, vectors: Iterable[Vector]) -> Iterator[Disagreement]:
    silent = 0
    for vector in vectors:
        expected = in_words(vector.expect)
        if silent >= SILENT_AT_MOST:
            yield Disagreement(vector.name, expected, NOT_ASKED)
            continue
        try:
            answer = verifier.ask(vector.question)
        except NoAnswer as reason:
            silent += 1
            yield Disagreement(vector.name, expected, str(reason))
            continue
        silent = 0
        if not agrees(answer, vector.expect):
            yield Disagreement(vector.name, expected, in_words(answer))


def agrees(answer: dict[str, Any], expect: dict[str, Any]) -> bool:
    """Say whether an answer is right; `changed` counts only where the verifier gives it."""
    if answer.get("accept") is not expect["accept"]:
        return False
    if not expect["accept"]:
        return bool(answer.get("reason") == expect["reason"])
    return bool(answer.get("changed", expect["changed"]) is expect["changed"])


def in_words(answer: dict[str, Any]) -> str:
    """Give a verdict as a person would say it."""
    if answer.get("accept") is True:
        return "accept" if answer.get("changed", True) is True else "accept, no change"
    if answer.get("accept") is False:
        return f"refuse: {answer.get('reason')}"
    return f"no verdict: {json.dumps(answer)[:80]}"


def _write(pipe: int, data: bytes) -> int:
    try:
        return os.write(pipe, data[:65_536])
    except BlockingIOError:
        return 0
    except BrokenPipeError as error:
        raise NoAnswer("it ended") from error


def _read(pipe: int) -> bytes:
    data = os.read(pipe, 65_536)
    if not data:
        raise NoAnswer("it ended")
    return data
