"""Our side of the sandboxed decoder: hand it the file, wait, take the master or the reason why not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from nguon.audio.sound.chain import Master
from nguon.audio.sound.faults import SoundFault

TIMEOUT = 900.0


def master_of_file(path: Path, *, timeout: float = TIMEOUT) -> Master:
    """This function will make the master of a sound or video file that somebody sent.

    Raises SoundFault: empty, unreadable, no_sound, too_long, broken, truncated, silent, too_slow.
    """
    if path.stat().st_size == 0:
        raise SoundFault("empty")
    with path.open("rb") as source, tempfile.TemporaryFile() as pcm, tempfile.TemporaryFile() as out:
        answer = _ask(source.fileno(), pcm.fileno(), out.fileno(), timeout)
        if not answer.get("ok"):
            raise SoundFault(str(answer.get("code", "unreadable")))
        out.seek(0)
        return Master(
            out.read(),
            int(answer["duration_ms"]),
            float(answer["loudness_lufs"]),
            float(answer["true_peak_dbtp"]),
        )


def _ask(source: int, pcm: int, out: int, timeout: float) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", "nguon.audio.sound.child", str(pcm), str(out)],
            stdin=source,
            capture_output=True,
            pass_fds=(pcm, out),
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SoundFault("too_slow") from error
    try:
        answer = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        return {"ok": False, "code": "unreadable"}
    return answer if isinstance(answer, dict) else {}
