"""Our side of the sandboxed decoder: hand it the file, wait, take the master or the reason why not."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nguon.adapters.apart.asking import ask
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
        answer = ask(
            "nguon.audio.sound.child",
            source.fileno(),
            pcm.fileno(),
            out.fileno(),
            words=(json.dumps(asdict(wish)),),
            timeout=timeout,
        )
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
