"""Our side: start the child with the descriptors that it may have, wait, take its one line of JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

UNREADABLE = {"ok": False, "code": "unreadable"}
TOO_SLOW = {"ok": False, "code": "too_slow"}


def ask(
    module: str, source: int, *outputs: int, words: tuple[str, ...] = (), timeout: float
) -> dict[str, Any]:
    """This function will run `python -I -m module OUTPUTS WORDS` with `source` as its input, and return its
    answer: {"ok": true, ...} or {"ok": false, "code": slug}.

    A child that crashed is "unreadable", one that took more than `timeout` seconds is "too_slow".
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", module, *map(str, outputs), *words],
            stdin=source,
            capture_output=True,
            pass_fds=outputs,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return TOO_SLOW
    try:
        answer = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        return UNREADABLE
    return answer if isinstance(answer, dict) else UNREADABLE
