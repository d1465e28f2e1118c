"""Our side of the sandboxed decoder: hand it the file, wait, take the master or the reason why not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nguon.audio.sound.chain import Master
from nguon.audio.sound.cutting import Part, Wish
from nguon.audio.sound.faults import SoundFault
from nguon.audio.sound.shape import Spans

TIMEOUT = 900.0


@dataclass(frozen=True)
class Decoded:
    """The master of a file, which part of the file it is, and where the file was overdriven."""

    master: Master
    part: Part
    clipped: Spans


def master_of_file(path: Path, *, timeout: float = TIMEOUT) -> Master:
    """This function will make the master of the whole of a file; raises what `decoded_file` raises."""
    return decoded_file(path, Wish(), timeout=timeout).master


def decoded_file(path: Path, wish: Wish, *, timeout: float = TIMEOUT) -> Decoded:
    """This function will make the master of what is wanted of a sound or video file that somebody sent.

    Raises SoundFault: empty, unreadable, no_sound, too_long, broken, truncated, silent, too_slow, cut_empty.
    """
    if path.stat().st_size == 0:
        raise SoundFault("empty")
    with path.open("rb") as source, tempfile.TemporaryFile() as pcm, tempfile.TemporaryFile() as out:
        answer = _ask(source.fileno(), pcm.fileno(), out.fileno(), wish, timeout)
        if not answer.get("ok"):
            raise SoundFault(str(answer.get("code", "unreadable")))
        out.seek(0)
        return _read(answer, out.read())


def _read(answer: dict[str, Any], data: bytes) -> Decoded:
    master = Master(
        data,
        int(answer["duration_ms"]),
        float(answer["loudness_lufs"]),
        float(answer["true_peak_dbtp"]),
        bytes.fromhex(answer["peaks"]),
        [(int(start), int(end)) for start, end in answer["silent"]],
    )
    clipped = [(int(start), int(end)) for start, end in answer["clipped"]]
    return Decoded(master, Part(**{key: int(ms) for key, ms in answer["part"].items()}), clipped)


def _ask(source: int, pcm: int, out: int, wish: Wish, timeout: float) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [
                sys.executable,
                "-I",
                "-m",
                "nguon.audio.sound.child",
                str(pcm),
                str(out),
                json.dumps(asdict(wish)),
            ],
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
