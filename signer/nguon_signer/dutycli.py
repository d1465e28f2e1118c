"""`nguon-signer duty ...`: what officers sign on their own machines, with keys of their own."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from nguon_protocol import targets
from nguon_protocol.documents import Root
from nguon_protocol.errors import ProtocolError
from nguon_signer import duty, rooting, tokens
from nguon_signer.duty import Sealed
from nguon_signer.errors import SignerError


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """This function will add the officers' commands to the parser."""
    parser = commands.add_parser("duty", help="what duty officers sign with their own keys")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    silent = actions.add_parser("stop", help="sign, alone, the order to be silent at a commune or narrower")
    loud = actions.add_parser("alert", help="draft an alert with its cancel and correction, and sign first")
    for one in (silent, loud):
        one.add_argument("--area", required=True, help="the target: vn.5.120, g/<group> or d/<device>")
        one.add_argument("--out", type=Path, required=True, help="the file to make")
    loud.add_argument("--sounds", required=True, help="names of sounds on the loudspeakers: siren,flood")
    loud.add_argument("--correction", default="all-clear", help="the sounds that take it back")
    loud.add_argument("--seconds", type=int, default=60, help="how long the whole lasts at most")
    loud.add_argument("--repeat", type=int, default=3)
    second = actions.add_parser("cosign", help="sign an alert as the second officer")
    second.add_argument("file", type=Path)
    second.add_argument("--words", required=True, help="the twelve words that the first officer reads out")
    for one in (silent, loud, second):
        one.add_argument("--key", required=True, help="the officer's folder of keys, or piv:[SLOT]")
        one.add_argument("--root", type=Path, required=True, help="the root in force (public/root.json)")
    silent.set_defaults(run=_stop)
    loud.set_defaults(run=_alert)
    second.set_defaults(run=_cosign)


def _stop(options: argparse.Namespace) -> int:
    signers = tokens.signers(options.key)
    target = _target(options.area)
    if not targets.is_commune_or_narrower(target):
        raise SignerError("A stop reaches one commune at most: sign one for each.")
    made = duty.stop(_root(options.root), signers, target, int(time.time()))
    return _hand_out(options.out, made, "A stop that any way may carry to the loudspeakers")


def _alert(options: argparse.Namespace) -> int:
    made = duty.alert(
        _root(options.root),
        tokens.signers(options.key),
        _target(options.area),
        int(time.time()),
        sounds=options.sounds.split(","),
        correction=options.correction.split(","),
        dur_ms=options.seconds * 1000,
        repeat=options.repeat,
    )
    return _hand_out(options.out, made, "An alert that another officer must sign as well")


def _cosign(options: argparse.Namespace) -> int:
    sealed = duty.read(_read(options.file))
    if " ".join(options.words.lower().split()) != sealed.words:
        raise SignerError(
            f"The words of this file are: {sealed.words}. They are not those given: not signed."
        )
    signed = duty.cosign(_root(options.root), sealed, tokens.signers(options.key))
    beside = options.file.with_suffix(".signed")
    return _hand_out(beside, signed, "An alert, its cancel and its correction, signed by two")


def _hand_out(path: Path, sealed: Sealed, what: str) -> int:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(sealed.to_json())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise SignerError(f"{path} cannot be written: {error.strerror}.") from error
    sys.stdout.write(f"{what}: {path}\n{sealed.words}\n")
    return 0


def _root(path: Path) -> Root:
    return rooting.read_draft(_read(path)).root


def _target(text: str) -> str:
    try:
        return str(targets.parse(text))
    except ProtocolError as error:
        raise SignerError(f"{text!r} is no area, group or loudspeaker.") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SignerError(f"{path} cannot be read: {getattr(error, 'strerror', error)}.") from error
