"""`nguon-signer release ...`: what maintainers sign on their own machines: which program is newer than which.

A draft is an envelope with the first maintainer's signatures; the second adds the own. Both compare the
twelve words aloud. Only a bundle whose SHA-256 stands in it is ever unpacked by a loudspeaker.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from pathlib import Path

from nguon_protocol import envelope as envelopes
from nguon_protocol.documents import Release, Root
from nguon_protocol.errors import ProtocolError
from nguon_signer import duty, rooting, tokens
from nguon_signer.brokers import replace
from nguon_signer.duty import Sealed
from nguon_signer.errors import SignerError

ROLE = "release"
LIFE_S = 365 * 86_400


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """This function will add the maintainers' commands to the parser."""
    parser = commands.add_parser("release", help="what maintainers sign: a newer program of loudspeakers")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    first = actions.add_parser("draft", help="name a bundle as the newest program of a model, and sign first")
    first.add_argument("bundle", type=Path, help="the program as a zip")
    first.add_argument("--model", required=True, help="for which hardware model")
    first.add_argument("--number", type=int, required=True, help="higher than every release before")
    first.add_argument("--out", type=Path, required=True, help="the file to make")
    second = actions.add_parser("cosign", help="sign as the second maintainer, in place")
    second.add_argument("file", type=Path)
    second.add_argument("bundle", type=Path, help="the program, which this one looked at as well")
    second.add_argument("--words", required=True, help="the twelve words that the first maintainer reads out")
    for one in (first, second):
        one.add_argument("--key", required=True, help="the maintainer's folder of keys, or piv:[SLOT]")
        one.add_argument("--root", type=Path, required=True, help="the root in force (public/root.json)")
    first.set_defaults(run=_draft)
    second.set_defaults(run=_cosign)


def _draft(options: argparse.Namespace) -> int:
    root, signers, now = _root(options.root), tokens.signers(options.key), int(time.time())
    duty.check_held(root, signers, ROLE)
    content = _bytes(options.bundle)
    release = Release(
        issued=now,
        expires=now + LIFE_S,
        epoch=root.roles[ROLE].epoch,
        v=options.number,
        model=options.model,
        sha256_of_bundle=hashlib.sha256(content).hexdigest(),
        size=len(content),
    )
    sealed = Sealed((duty.seal(release, signers),))
    try:
        with options.out.open("x", encoding="utf-8") as file:
            file.write(sealed.to_json())
    except OSError as error:
        raise SignerError(f"{options.out} cannot be written: {error.strerror}.") from error
    sys.stdout.write(f"A release that another maintainer must sign: {options.out}\n{sealed.words}\n")
    return 0


def _cosign(options: argparse.Namespace) -> int:
    root, signers = _root(options.root), tokens.signers(options.key)
    duty.check_held(root, signers, ROLE)
    sealed = duty.read(_bytes(options.file).decode(errors="replace"))
    if " ".join(options.words.lower().split()) != sealed.words:
        raise SignerError(
            f"The words of this file are: {sealed.words}. They are not those given: not signed."
        )
    parsed = envelopes.parse(sealed.envelopes[0])
    try:
        release = Release.parse(parsed.payload)
    except ProtocolError as error:
        raise SignerError(f"This is no release: {error}.") from error
    if parsed.payload_type != envelopes.payload_type(ROLE) or len(sealed.envelopes) != 1:
        raise SignerError("This file holds something else than one release: not signed.")
    if hashlib.sha256(_bytes(options.bundle)).hexdigest() != release.sha256_of_bundle:
        raise SignerError("This bundle is not the one that the release names: not signed.")
    held = envelopes.verify(parsed, root.keys_of(ROLE))
    if not held or held & duty.holders_of(root, signers):
        raise SignerError("The first signature is missing, or is your own: two maintainers sign a release.")
    replace(options.file, Sealed((duty.add(parsed, signers),)).to_json())
    sys.stdout.write(f"A release of {release.model}, number {release.v}, signed by two: {options.file}\n")
    return 0


def _root(path: Path) -> Root:
    return rooting.read_draft(_bytes(path).decode(errors="replace")).root


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SignerError(f"{path} cannot be read: {error.strerror}.") from error
