"""What somebody carried here by hand: signed documents as files in DIR/handed, judged as any other.

For the day on which neither server nor network is there: a stick, a pasted text, a telephone beside the box.
Who may write into the folder can do no more than whoever may send to the box: nothing is obeyed that the
root's holders have not signed (docs/adr/040).
"""

import argparse
import base64
import json
import os
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from nguon_protocol import strict_json
from nguon_protocol.errors import ProtocolError

FOLDER = "handed"
LARGEST = 2 * strict_json.MAX_BYTES
MOST = 20
LOOK_S = 1.0
BEGIN, ENDS = "play", ("cancel", "correct")


class NothingThere(Exception):
    """The file holds no such document; the message says so in a sentence."""


class Handed:
    """DIR/handed: taken once a second, each file once."""

    def __init__(self, folder: Path) -> None:
        """This class will make no folder: `put` does, or whoever brings something."""
        self._folder = folder / FOLDER
        self._looked_at = float("-inf")

    def take(self) -> list[bytes]:
        """Give the messages that lie there, the oldest name first, and remove them; what cannot be read is
        removed too."""
        if time.monotonic() - self._looked_at < LOOK_S:
            return []
        self._looked_at = time.monotonic()
        try:
            paths = sorted(path for path in self._folder.iterdir() if path.suffix == ".json")[:MOST]
        except OSError:
            return []
        return [found for path in paths if (found := _read(path)) is not None]


def put(folder: Path, text: str, part: str = "") -> str:
    """Lay a signed file into DIR/handed for the agent; give what the document does ("play", "stop").

    Of a file with an alert and its ends only the alert is handed on, or the end that `part` names ("cancel",
    "correct"). Raises NothingThere.
    """
    action, envelope = _chosen(_envelopes(text), part)
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    path = place / f"{time.time_ns()}-{uuid4().hex}.json"
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"doc": envelope}), encoding="utf-8")
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    fresh.replace(path)
    return action


def _envelopes(text: str) -> list[dict[str, Any]]:
    try:
        found = strict_json.parse(text.encode(), LARGEST)
    except (ProtocolError, UnicodeEncodeError):
        raise NothingThere("this is no file of duty officers") from None
    listed = found if isinstance(found, list) else [found]
    if not listed or not all(isinstance(one, dict) for one in listed):
        raise NothingThere("this is no file of duty officers")
    return listed


def _chosen(envelopes: list[dict[str, Any]], part: str) -> tuple[str, dict[str, Any]]:
    """The document that does this; without a word the one that begins, or the only one."""
    told = [(_action(one), one) for one in envelopes]
    wanted = [one for one in told if one[0] == part] if part else told[:1]
    if not wanted or not wanted[0][0]:
        raise NothingThere(f"there is no {part or 'signed document'} in this file")
    return wanted[0]


def _action(envelope: dict[str, Any]) -> str:
    with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
        body = json.loads(base64.b64decode(envelope["payload"], validate=True))
        return str(body["action"])
    return ""


def _read(path: Path) -> bytes | None:
    """A pipe or a link is no file that somebody brought; waiting for one would be the end of the agent."""
    data = None
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
        with os.fdopen(handle, "rb") as file:
            if stat.S_ISREG(os.fstat(handle).st_mode):
                data = file.read(LARGEST + 1)
    with suppress(OSError):
        path.unlink()
    return data if data is not None and len(data) <= LARGEST else None


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `hand` to the parser."""
    one = commands.add_parser("hand", help="hand a signed file to one loudspeaker, without any network")
    one.add_argument("file", metavar="FILE", help="what duty officers signed; - reads what is pasted")
    one.add_argument("--data", type=Path, required=True, metavar="DIR", help="the loudspeaker's folder")
    one.add_argument("--end", choices=ENDS, default="", help="the alert's end instead of the alert")
    one.set_defaults(run=_command)


def _command(given: argparse.Namespace) -> int:
    try:
        text = sys.stdin.read(LARGEST) if given.file == "-" else Path(given.file).read_text(encoding="utf-8")
        if not given.data.is_dir():
            raise NothingThere(f"there is no loudspeaker in {given.data}")
        action = put(given.data, text, given.end)
    except (OSError, UnicodeDecodeError, NothingThere) as error:
        print(f"nguon-device: {getattr(error, 'strerror', None) or error}", file=sys.stderr)  # noqa: T201
        return 2
    print(f"nguon-device: handed on: {action}; the loudspeaker tells what becomes of it")  # noqa: T201
    return 0
