"""Our own verifier behind the interface that every verifier speaks: a JSON line in, a JSON line out."""

import base64
import json
from functools import lru_cache
from typing import IO, Any

from nguon_protocol.acceptance import Accepted, DeviceState, accept
from nguon_protocol.clocks import ClockState
from nguon_protocol.conformance import state as states


def serve(questions: IO[str], answers: IO[str]) -> None:
    """Answer each line until there is no more."""
    for line in questions:
        if line.strip():
            answers.write(answer(line) + "\n")
            answers.flush()


def answer(line: str) -> str:
    """Judge one question and give the answer's line; a question that is none gets {"error": why}."""
    try:
        asked = json.loads(line)
        data = base64.b64decode(asked["envelope_b64"], validate=True)
        state = _state(json.dumps(asked["state"]))
        found = judge(data, state, asked["now"], asked["clock"])
    except (ValueError, KeyError, TypeError) as error:
        found = {"error": f"not a question: {error!r}"[:300]}
    return json.dumps(found)


def judge(data: bytes, state: DeviceState, now: int, clock: str) -> dict[str, Any]:
    """Give the verdict on an envelope's bytes as the interface has it."""
    found = accept(data, state, now, ClockState(clock))
    if isinstance(found, Accepted):
        return {"accept": True, "changed": found.changed, "sha256": found.sha256}
    return {"accept": False, "reason": found.reason, "detail": found.detail}


@lru_cache(maxsize=64)
def _state(text: str) -> DeviceState:
    return states.from_json(json.loads(text))
