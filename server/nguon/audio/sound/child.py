"""The sandboxed process that decodes a file from outside.

`python -I -m nguon.audio.sound.child PCM OUT WISH` gets the input as file descriptor 0, room for plain sound
and for the master as the two descriptors that its arguments number, which part is wanted as JSON, and answers
one line of JSON on descriptor 1.  Before it reads one byte it gives up opening anything: with no descriptors
left to open it has no network and no files, whatever a hostile file makes a decoder do.
"""

from __future__ import annotations

import errno
import importlib
import json
import os
import pkgutil
import sys
from dataclasses import asdict
from typing import BinaryIO

import av

from nguon.adapters.apart import doors
from nguon.audio.sound.chain import master_of_pcm
from nguon.audio.sound.cutting import Wish, cut
from nguon.audio.sound.decode import LONGEST, decode
from nguon.audio.sound.faults import SoundFault
from nguon.audio.sound.filters import RATE, SAMPLE
from nguon.audio.sound.shape import overdriven, steps_of

MEMORY = 1 << 30
CPU_SECONDS = 600
LARGEST_FILE = (LONGEST + 60) * RATE * SAMPLE


def give_up_everything() -> None:
    """This function will set limits that this process cannot take back, once PyAV and numpy are loaded."""
    importlib.import_module("numpy")
    for module in pkgutil.walk_packages(av.__path__, "av."):
        if "__main__" not in module.name:
            importlib.import_module(module.name)
    doors.close(memory=MEMORY, seconds=CPU_SECONDS, largest_file=LARGEST_FILE)


def main() -> int:
    """This function will answer {"ok": true, measures} or {"ok": false, "code": slug}."""
    source, pcm, out = (
        os.fdopen(0, "rb"),
        os.fdopen(int(sys.argv[1]), "w+b"),
        os.fdopen(int(sys.argv[2]), "wb"),
    )
    wish = Wish(**json.loads(sys.argv[3]))
    give_up_everything()
    try:
        answer = made(source, pcm, out, wish)
    except SoundFault as fault:
        answer = {"ok": False, "code": fault.code}
    except MemoryError:
        answer = {"ok": False, "code": "unreadable"}
    except OSError as error:
        answer = {"ok": False, "code": "disk_full" if error.errno == errno.ENOSPC else "unreadable"}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    return 0


def made(source: BinaryIO, pcm: BinaryIO, out: BinaryIO, wish: Wish) -> dict[str, object]:
    """This function will decode `source`, keep what is wanted, and write its master.  Raises SoundFault."""
    decode(source, pcm)
    steps = steps_of(pcm, RATE)
    if not steps.anything_heard:
        raise SoundFault("silent")
    part = cut(pcm, steps, wish)
    master = master_of_pcm(pcm, RATE)
    out.write(master.data)
    out.flush()
    return {
        "ok": True,
        "duration_ms": master.duration_ms,
        "loudness_lufs": master.loudness_lufs,
        "true_peak_dbtp": master.true_peak_dbtp,
        "peaks": master.peaks.hex(),
        "silent": master.silent,
        "part": asdict(part),
        "clipped": overdriven(steps, part.from_ms, part.to_ms),
    }


if __name__ == "__main__":
    raise SystemExit(main())
