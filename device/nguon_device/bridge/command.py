"""The command `nguon-device bridge`."""

import argparse
import re
import sys
from pathlib import Path
from typing import Any

from nguon_device.bridge.boxes.beside import beside
from nguon_device.bridge.reaching import Reach
from nguon_device.bridge.runner import Place, run
from nguon_device.bridge.serving import SoundServer
from nguon_device.ports import Settings

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
_DEMO_CAP_S = 3.0


def add_to(commands: Any) -> None:
    """Describe the command."""
    one = commands.add_parser("bridge", help="drive other makers' boxes, which cannot verify, as class L")
    one.add_argument("--data", type=Path, required=True, metavar="DIR", help="a folder for each box in it")
    one.add_argument("--server", required=True, metavar="URL", help="address of the Nguồn server")
    one.add_argument("--box", action="append", required=True, metavar="NAME", help="one box; may be repeated")
    one.add_argument(
        "--reach",
        action="append",
        default=[],
        metavar="NETWORK",
        help="a network of our own with boxes in it",
    )
    one.add_argument("--listen", default="127.0.0.1:0", metavar="HOST:PORT", help="where boxes fetch sounds")
    one.add_argument("--public", default="", metavar="URL", help="how boxes write that address")
    one.add_argument("--poll", type=float, default=60.0, metavar="SECONDS", help="between two beacons")
    one.add_argument("--made-up", action="store_true", help="with a made-up box on this machine, for a demo")
    one.set_defaults(run=start)


def start(given: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    wrong = [name for name in given.box if _NAME.fullmatch(name) is None]
    if wrong or len(set(given.box)) != len(given.box):
        return _fail("--box takes letters, digits, '-', '_' and '.', each name once")
    host, _colon, port = given.listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        return _fail("--listen is HOST:PORT, for example 0.0.0.0:8085")
    if host in {"0.0.0.0", "[::]"} and not given.public:  # noqa: S104  refused, not listened at
        return _fail("--listen at every address needs --public, for example http://192.168.10.5:8085")
    try:
        reach = Reach.of(given.reach)
    except ValueError:
        return _fail("--reach is a network, for example 192.168.10.0/24")
    try:
        sounds = SoundServer(host, int(port), given.public)
    except OSError as error:
        return _fail(f"{given.listen} cannot be listened on: {error}")
    if given.made_up:
        beside(given.data)
        reach = Reach.of([*given.reach, "127.0.0.0/8"])
    cap_s = _DEMO_CAP_S if given.poll <= 10 else 60.0
    run(Place(given.data, given.server, reach, sounds), given.box, Settings(given.poll, cap_s))
    return 0


def _fail(sentence: str) -> int:
    print(f"nguon-device: {sentence}", file=sys.stderr)  # noqa: T201
    return 2
