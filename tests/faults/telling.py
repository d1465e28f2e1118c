"""A person at the console who stays: writes, approves and enrols in one process, asked line by line.

`nguon say` starts anew for each bulletin (2 s of imports); the fault tests need many, at exact moments.
"""

import contextlib
import json
import subprocess
import sys
from typing import Any, Self

from tests.journeys.installation import Installation

SERVE = "tests.faults.person"


class Refused(Exception):
    """What the person was told instead."""


class Person:
    """Lan and Minh of the demo, in one child process; use it as a context."""

    def __init__(self, line: Installation) -> None:
        """This function will start nothing yet."""
        self._line = line

    def __enter__(self) -> Self:
        """This function will start the child inside of the installation."""
        self._child = subprocess.Popen(
            [sys.executable, "-m", SERVE],
            env=self._line.environment | self._line.running.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *failure: object) -> None:
        """This function will let the child end."""
        with contextlib.suppress(BrokenPipeError):
            self._ask({"do": "end"})
        self._child.communicate(timeout=120)

    def say(self, text: str = "Thử loa.", *targets: str, at: float | None = None) -> str:
        """This function will write and approve a bulletin for the targets (official codes, areas, `d/<id>`),
        to sound now or at an epoch second, and return its id; Refused with the sentence that was shown."""
        return str(self.do("say", text=text, targets=targets or ("07444",), at=at))

    def do(self, what: str, **fields: Any) -> Any:
        """This function will have something done and return the answer; Refused when it was not done."""
        answer = self._ask({"do": what, **fields})
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["done"]

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        if self._child.stdin is None or self._child.stdout is None:
            raise RuntimeError("the child has no pipes")
        self._child.stdin.write(json.dumps(question) + "\n")
        self._child.stdin.flush()
        line = self._child.stdout.readline()
        found: dict[str, Any] = json.loads(line) if line else {"error": "the person is gone"}
        return found
