"""The command `nguon-device box`: a made-up box of another maker, to try a bridge out."""

import argparse
import signal
import sys
import threading
from types import FrameType
from typing import Any

from nguon_device.bridge.boxes.listener import RtpBox, StreamBox
from nguon_device.bridge.boxes.playing import Amplifier
from nguon_device.bridge.boxes.relay import RelayBoard
from nguon_device.bridge.boxes.sip import SipBox
from nguon_device.bridge.boxes.v1 import V1Box
from nguon_device.bridge.boxes.v2 import V2Box
from nguon_device.bridge.boxes.v2_mqtt import V2MqttBox
from nguon_device.bridge.settings import ADAPTERS

LOOK_S = 0.5


def add_to(commands: Any) -> None:
    """Describe the command."""
    one = commands.add_parser("box", help="a made-up box of another maker, on this machine alone")
    one.add_argument("kind", choices=ADAPTERS)
    one.add_argument("--port", type=int, default=0, help="to listen at (v2-http, v1-http, relay)")
    one.add_argument("--at", default="", metavar="ADDRESS", help="the broker HOST:PORT, or the stream's URL")
    one.add_argument("--box", default="867732050000001", help="its name at the maker's")
    one.add_argument("--username", default="cau")
    one.add_argument("--password", default="mat-khau-thu")
    one.set_defaults(run=start)


def start(given: argparse.Namespace) -> int:
    """Run the command until Ctrl-C, and give its exit status."""
    told = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    try:
        box, where = _made(given)
    except (OSError, ValueError) as error:
        print(f"nguon-device: {error}", file=sys.stderr)  # noqa: T201
        return 2
    _say(f"a box of the kind {given.kind}{where}")
    amplifier = getattr(box, "amplifier", None)
    said = 0
    while not told.wait(LOOK_S):
        said = _tell(amplifier, said)
    box.close()
    return 0


def _made(given: argparse.Namespace) -> tuple[Any, str]:
    if given.kind in {"v2-http", "v1-http"}:
        make: Any = V2Box if given.kind == "v2-http" else V1Box
        box: Any = make(given.box, given.username, given.password, given.port)
        return box, f" at {box.url}, {given.box}, {given.username} / {given.password}"
    if given.kind == "relay":
        box = RelayBoard(given.port)
        return box, f" at {box.url}, /relay/NAME?turn=on&timer={{seconds}} and /relay/NAME?turn=off"
    if given.kind == "sip":
        box = SipBox()
        return box, f" at sip://127.0.0.1:{box.port}"
    if given.kind == "rtp":
        box = RtpBox()
        return box, f" at rtp://127.0.0.1:{box.port}"
    if not given.at:
        raise ValueError(f"{given.kind} needs --at")
    if given.kind == "stream":
        return StreamBox(given.at, given.username, given.password), f" listening to {given.at}"
    host, _colon, port = given.at.rpartition(":")
    return V2MqttBox(given.box, host, int(port)), f" at the broker {given.at}, {given.box}"


def _tell(amplifier: Amplifier | None, said: int) -> int:
    """Say of each sound that it has begun."""
    heard = amplifier.heard if amplifier is not None else []
    for one in heard[said:]:
        _say(f"plays {one.item}, {one.seconds:.1f} s, from {one.url}")
    return len(heard)


def _say(sentence: str) -> None:
    print(f"nguon-device: {sentence}", flush=True)  # noqa: T201  a try-out is meant to be seen
