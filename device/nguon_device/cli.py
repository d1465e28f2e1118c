"""The command `nguon-device`."""

import argparse
import logging
import os
import sqlite3
import sys
from io import TextIOWrapper
from pathlib import Path

from nguon_device import handed
from nguon_device.bridge import command as bridging
from nguon_device.bridge.boxes import command as boxes
from nguon_device.local import MuteFile
from nguon_device.ports import Settings
from nguon_device.runtime import AlreadyRunning, Runtime
from nguon_device.simulator import command as simulation
from nguon_device.sinks import NoSink
from nguon_protocol.errors import ProtocolError

_DEMO_CAP_S = 3.0


def parser() -> argparse.ArgumentParser:
    """Make the command line's parser."""
    whole = argparse.ArgumentParser(prog="nguon-device", description="The loudspeaker agent of Nguồn")
    commands = whole.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run one loudspeaker")
    commands.add_parser("launch", help="run one loudspeaker that updates itself", add_help=False)
    mute = commands.add_parser("mute", help="silence one loudspeaker, here and now, until it is turned off")
    mute.add_argument("turn", choices=("on", "off"))
    mute.add_argument("--data", type=Path, required=True, metavar="DIR", help="the loudspeaker's folder")
    handed.add_to(commands)
    simulation.add_to(commands)
    bridging.add_to(commands)
    boxes.add_to(commands)
    run.add_argument("--data", type=Path, required=True, metavar="DIR", help="key, journal, media")
    run.add_argument("--server", required=True, metavar="URL", help="address of the Nguồn server")
    run.add_argument("--sink", default="null", metavar="SINK", help="wav:DIR, audio or null")
    run.add_argument("--poll", type=float, default=60.0, metavar="SECONDS", help="between two beacons")
    run.add_argument("--name", default="", help="a name to be shown when it is enrolled")
    run.add_argument("--model", default="nguon-device", help="the model, as the maker calls it")
    run.add_argument("--serial", default="", help="the serial number")
    return whole


def main(arguments: list[str] | None = None) -> int:
    """Run the command and give its exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] == ["launch"]:  # in place of this process: the launcher stays small, and needs none of this
        os.execv(sys.executable, [sys.executable, "-P", "-m", "nguon_device.launcher", *words[1:]])  # noqa: S606
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Vietnamese letters shows a ? for each
    given = parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="nguon-device: %(levelname)s %(message)s")
    if given.command in {"box", "hand"}:
        return int(given.run(given))
    if given.command == "mute":
        return _mute(given.data, on=given.turn == "on")
    if given.poll <= 0 or not given.server.startswith(("http://", "https://")):
        return _fail("--poll is a number above 0 and --server an http:// or https:// address")
    if given.command in {"simulate", "bridge"}:
        return int(given.run(given))
    cap_s = _DEMO_CAP_S if given.poll <= 10 else 60.0
    settings = Settings(given.poll, cap_s, given.name, given.model, given.serial)
    try:
        Runtime(given.data, given.server, given.sink, settings).run()
    except (AlreadyRunning, NoSink, ProtocolError) as error:
        return _fail(str(error))
    except (OSError, sqlite3.Error) as error:
        return _fail(f"the folder {given.data} cannot be used: {error}")
    return 0


def _mute(folder: Path, *, on: bool) -> int:
    try:
        MuteFile(folder).turn(on)
    except OSError as error:
        return _fail(f"the folder {folder} cannot be used: {error}")
    return 0


def _fail(sentence: str) -> int:
    print(f"nguon-device: {sentence}", file=sys.stderr)  # noqa: T201
    return 2
