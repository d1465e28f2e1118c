"""The command `nguon-device box`: a made-up box of another maker, to try a bridge out."""

import argparse
import signal
import ssl
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from nguon_device.bridge.boxes.broker import Broker
from nguon_device.bridge.boxes.listener import RtpBox, StreamBox
from nguon_device.bridge.boxes.playing import Misbehaviour
from nguon_device.bridge.boxes.relay import RelayBoard
from nguon_device.bridge.boxes.sip import SipBox
from nguon_device.bridge.boxes.v1 import V1Box
from nguon_device.bridge.boxes.v2 import V2Box
from nguon_device.bridge.boxes.v2_mqtt import V2MqttBox
from nguon_device.bridge.boxes.v2_push import PushingBox
from nguon_device.bridge.settings import ADAPTERS

LOOK_S = 0.5
WRONGS = {
    "hangs": Misbehaviour(hangs_s=60.0),
    "drips": Misbehaviour(drips=True),
    "rubbish": Misbehaviour(body=b"\xff{rubbish"),
    "html": Misbehaviour(body=b"<!doctype html><title>404</title>"),
    "huge": Misbehaviour(body=b"[" * 1_000_000),
    "redirect": Misbehaviour(status=307, location="http://169.254.169.254/"),
    "error": Misbehaviour(status=500),
    "refuses": Misbehaviour(refuses=True),
    "password": Misbehaviour(refuses_password=True),
    "deaf": Misbehaviour(deaf=True),
    "other": Misbehaviour(says={"CumLoaID": "another", "Imei": "another"}),
    "unknown": Misbehaviour(says={"TrangThaiHoatDong": 99, "Status": "?"}),
}
"""What can be wrong with a box: it hangs, takes orders and plays nothing, says that it is another one, ..."""


@dataclass(frozen=True, slots=True)
class Made:
    """A box, in words where it is, and what it does just now."""

    box: Any
    where: str
    now: Callable[[], str]
    closes: tuple[Any, ...] = ()

    def close(self) -> None:
        """Switch it off, and what was started for it."""
        for one in (self.box, *self.closes):
            one.close()


def add_to(commands: Any) -> None:
    """Describe the command."""
    one = commands.add_parser("box", help="a made-up box of another maker, on this machine alone")
    one.add_argument("kind", choices=ADAPTERS)
    one.add_argument("--port", type=int, default=0, help="to listen at; a free one by itself")
    one.add_argument(
        "--at",
        default="",
        metavar="ADDRESS",
        help="stream: its URL; v2-mqtt: the broker HOST:PORT (one of its own by itself); "
        "v2-http: the bridge's URL, to which it reports by itself",
    )
    one.add_argument("--box", default="867732050000001", help="its name at the maker's")
    one.add_argument("--username", default="cau")
    one.add_argument("--password", default="mat-khau-thu")
    one.add_argument(
        "--tls", type=Path, metavar="FILE", help="v2-http, sip: over TLS; its certificate is written to FILE"
    )
    one.add_argument(
        "--wrong", choices=sorted(WRONGS), help="what is wrong with it (v2-http, v2-mqtt, v1-http)"
    )
    one.set_defaults(run=start)


def start(given: argparse.Namespace) -> int:
    """Run the command until Ctrl-C, and give its exit status."""
    told = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    try:
        made = make(given)
    except (OSError, ValueError) as error:
        print(f"nguon-device: {error}", file=sys.stderr)  # noqa: T201
        return 2
    _say(f"a box of the kind {given.kind} {made.where}")
    before = ""
    while not told.wait(LOOK_S):
        if (now := made.now()) != before:
            _say(now or "silent")
        before = now
    made.close()
    return 0


def make(given: argparse.Namespace) -> Made:
    """Make what was asked for. Raises OSError, or ValueError with what is missing."""
    made = _MAKERS[given.kind](given)
    if given.wrong:
        if not hasattr(made.box, "wrong"):
            made.close()
            raise ValueError(f"--wrong is not for {given.kind}")
        made.box.wrong = WRONGS[given.wrong]
    return made


def _tls(given: argparse.Namespace) -> ssl.SSLContext | None:
    if given.tls is None:
        return None
    from nguon_device.bridge.boxes.certificate import self_signed  # noqa: PLC0415  few need it

    text, context = self_signed()
    given.tls.write_text(text)
    return context


def _plays(box: Any) -> Callable[[], str]:
    """What sounds of what was fetched."""

    def now() -> str:
        one = box.amplifier.now
        return f"plays {one.item}, {one.seconds:.1f} s, from {one.url}" if one is not None else ""

    return now


def _hears(what: str, count: Callable[[], int]) -> Callable[[], str]:
    """Whether more has come since the last look."""
    before = 0

    def now() -> str:
        nonlocal before
        grown, before = count() > before, count()
        return f"hears {what}" if grown else ""

    return now


def _v2_http(given: argparse.Namespace) -> Made:
    own = (given.box, given.username, given.password)
    box = PushingBox(*own, given.at, 10.0) if given.at else V2Box(*own, given.port, _tls(given))
    said = f", reports to {given.at}" if given.at else ""
    return Made(box, f"at {box.url}, {given.box}, {given.username} / {given.password}{said}", _plays(box))


def _v1_http(given: argparse.Namespace) -> Made:
    box = V1Box(given.box, given.username, given.password, given.port)
    return Made(box, f"at {box.url}, {given.box}, {given.username} / {given.password}", _plays(box))


def _v2_mqtt(given: argparse.Namespace) -> Made:
    own = None if given.at else Broker(given.port)
    at = given.at if own is None else f"127.0.0.1:{own.port}"
    host, _colon, port = at.rpartition(":")
    box = V2MqttBox(given.box, host, int(port), 10.0)
    return Made(box, f"behind mqtt://{at}, {given.box}", _plays(box), () if own is None else (own,))


def _relay(given: argparse.Namespace) -> Made:
    box = RelayBoard(given.port)
    where = f"at {box.url}, /relay/NAME?turn=on&timer={{seconds}} and /relay/NAME?turn=off"
    return Made(
        box, where, lambda: ", ".join(f"{one} is closed" for one in sorted(box.until) if box.closed(one))
    )


def _sip(given: argparse.Namespace) -> Made:
    box = SipBox(given.port, _tls(given))
    scheme = "sips" if given.tls else "sip"
    return Made(box, f"at {scheme}://127.0.0.1:{box.port}", _hears("a call", lambda: len(box.rtp.packets)))


def _rtp(given: argparse.Namespace) -> Made:
    box = RtpBox(given.port)
    return Made(box, f"at rtp://127.0.0.1:{box.port}", _hears("RTP", lambda: len(box.packets)))


def _stream(given: argparse.Namespace) -> Made:
    if not given.at:
        raise ValueError("stream needs --at URL, for example http://127.0.0.1:8085/nghe/NAME.mp3")
    box = StreamBox(given.at, given.username, given.password)
    return Made(box, f"listening to {given.at}", _hears("the stream", lambda: len(box.heard)))


_MAKERS: dict[str, Callable[[argparse.Namespace], Made]] = {
    "v2-http": _v2_http,
    "v2-mqtt": _v2_mqtt,
    "v1-http": _v1_http,
    "stream": _stream,
    "rtp": _rtp,
    "sip": _sip,
    "relay": _relay,
}


def _say(sentence: str) -> None:
    print(f"nguon-device: {sentence}", flush=True)  # noqa: T201  a try-out is meant to be seen
