"""`nguon-signer root ...`: the key ceremony, on paper's pace: files in, files out, no network."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from pathlib import Path

from nguon_protocol.documents import Policy
from nguon_protocol.keys import Signer
from nguon_signer import keys, rooting, tokens
from nguon_signer.brokers import replace
from nguon_signer.ceremony import MINUTES_PER_DAY, QUIET, VOLUME_MAX, insert_root
from nguon_signer.errors import SignerError
from nguon_signer.opened import PUBLIC, SERVER_KEYS, lock_store, verified_root
from nguon_signer.rooting import Card
from nguon_signer.store import Store

CARD = "card.json"


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """This function will add the ceremony's commands to the parser."""
    root = commands.add_parser("root", help="the key ceremony: make, sign, rotate and install roots")
    actions = root.add_subparsers(required=True, metavar="ACTION")
    key = actions.add_parser("key", help="make one holder's keys, on that person's own machine")
    key.add_argument("--out", type=Path, required=True, help="the folder to make")
    key.add_argument("--holder", required=True, help="whose they are (the signer's own are: server)")
    key.set_defaults(run=_key)
    init = actions.add_parser("init", help="draft root v1 from the cards of three holders and of the server")
    init.add_argument("--holder", type=Path, action="append", required=True, help="a holder's card (3 times)")
    init.add_argument("--server", type=Path, required=True, help="the server's card")
    init.add_argument("--tz", default="Asia/Ho_Chi_Minh")
    init.add_argument("--out", type=Path, required=True)
    init.set_defaults(run=_init)
    sign = actions.add_parser("sign", help="add one holder's signatures to a draft")
    sign.add_argument("file", type=Path)
    sign.add_argument("--key", required=True, help="the holder's folder, or piv:[SLOT]")
    sign.add_argument("--words", required=True, help="the twelve words that all holders agreed on")
    sign.set_defaults(run=_sign)
    rotate = actions.add_parser("rotate", help="draft the root after this one")
    rotate.add_argument("--root", type=Path, required=True, help="the root in force")
    rotate.add_argument("--replace", action="append", default=[], metavar="HOLDER=CARD")
    rotate.add_argument("--server", type=Path, help="the card of new server keys")
    rotate.add_argument("--duty", type=Path, action="append", default=[], help="a duty officer's card")
    rotate.add_argument(
        "--maintainer", type=Path, action="append", default=[], help="who signs programs (3 times)"
    )
    rotate.add_argument("--revoke-server", action="store_true", help="void what the server signed before")
    rotate.add_argument("--out", type=Path, required=True)
    rotate.set_defaults(run=_rotate)
    show = actions.add_parser("show", help="say what a root or a draft holds, and its twelve words")
    show.add_argument("file", type=Path)
    show.add_argument("--root", type=Path, help="the root before it")
    show.set_defaults(run=_show)
    install = actions.add_parser("install", help="put a whole root into a stopped signer's store")
    install.add_argument("file", type=Path)
    install.add_argument("--store", type=Path, required=True)
    install.add_argument("--server-keys", type=Path, help="the folder of new server keys")
    install.set_defaults(run=_install)


def _key(options: argparse.Namespace) -> int:
    if options.out.exists():
        raise SignerError(f"{options.out} exists already: nothing was made.")
    made = keys.write_new(options.out)
    _write(options.out / CARD, Card(options.holder, tuple(one.public for one in made)).to_json())
    sys.stdout.write(f"Keys of {options.holder}: {options.out}\nHand out {CARD} alone.\n")
    return 0


def _init(options: argparse.Namespace) -> int:
    policy = Policy(tz=options.tz, quiet=QUIET, volume_max=VOLUME_MAX, minutes_per_day=MINUTES_PER_DAY)
    holders = [rooting.read_card(_read(path)) for path in options.holder]
    draft = rooting.first(rooting.read_card(_read(options.server)), holders, policy, int(time.time()))
    return _hand_out(options.out, draft)


def _sign(options: argparse.Namespace) -> int:
    draft = rooting.read_draft(_read(options.file))
    if " ".join(options.words.lower().split()) != draft.words:
        raise SignerError(f"The words of this file are: {draft.words}. They are not those given: not signed.")
    signers: list[Signer] = tokens.signers(options.key)
    signed = draft.signed_by(signers)
    replace(options.file, signed.to_json())
    sys.stdout.write(f"Signed with {len(signers)} keys: {options.file}\n")
    return 0


def _rotate(options: argparse.Namespace) -> int:
    old = rooting.read_draft(_read(options.root)).root
    replaced: dict[str, Card] = {}
    for pair in options.replace:
        holder, sign, path = pair.partition("=")
        if not sign:
            raise SignerError("--replace is HOLDER=CARD.")
        replaced[holder] = rooting.read_card(_read(Path(path)))
    draft = rooting.rotated(
        old,
        int(time.time()),
        holders=replaced,
        server=rooting.read_card(_read(options.server)) if options.server else None,
        duty=[rooting.read_card(_read(path)) for path in options.duty],
        maintainers=[rooting.read_card(_read(path)) for path in options.maintainer],
        revoke_server=options.revoke_server,
    )
    return _hand_out(options.out, draft)


def _show(options: argparse.Namespace) -> int:
    draft = rooting.read_draft(_read(options.file))
    old = rooting.read_draft(_read(options.root)).root if options.root else None
    root = draft.root
    sys.stdout.write(f"Root v{root.v}, SHA-256 {root.sha256}\n{draft.words}\n")
    for name, role in sorted(root.roles.items()):
        holders = ", ".join(card.holder for card in rooting.cards_of(root, name))
        sys.stdout.write(f"{name}: {role.quorum} of {holders}; epoch {role.epoch}\n")
    lacks = rooting.missing(draft, old)
    sys.stdout.write(f"Signatures missing: {lacks['new']} of its own holders")
    sys.stdout.write(f", {lacks['old']} of those before\n" if old else "\n")
    return 0


def _install(options: argparse.Namespace) -> int:
    """The order of the steps: what a crash leaves is an old signer or a new one, or keys that fit no root
    and a sentence that says so; installing again mends it."""
    folder = options.store.absolute()
    draft = rooting.read_draft(_read(options.file))
    lock = lock_store(folder)
    store = Store.open(folder)
    try:
        row = store.latest("root", "")
        if row is None or row.envelope is None:
            raise SignerError(f"The store {folder} has no root.")
        old, new = verified_root(row.envelope), draft.root
        lacks = rooting.missing(draft, old)
        if new.v != old.v + 1 or any(lacks.values()):
            raise SignerError(
                f"Root v{new.v} does not follow v{old.v}, or lacks signatures"
                f" ({lacks['old']} of the holders before, {lacks['new']} of its own): nothing was changed."
            )
        own = keys.read(options.server_keys or folder / SERVER_KEYS)
        if {one.public.kid for one in own} != set(new.roles["server"].kids):
            raise SignerError("The server keys are not those of this root: nothing was changed.")
        if options.server_keys:
            _swap_keys(folder, options.server_keys)
        insert_root(store, new, draft.to_json(), int(time.time()))
        replace(folder / PUBLIC / "root.json", draft.to_json())
    finally:
        store.close()
        lock.close()
    sys.stdout.write(f"Root v{new.v} is in force: {draft.words}\n")
    return 0


def _swap_keys(folder: Path, fresh: Path) -> None:
    beside = folder / f"{SERVER_KEYS}.new"
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(fresh, beside, ignore=shutil.ignore_patterns(CARD))
    beside.chmod(0o700)
    shutil.rmtree(folder / SERVER_KEYS)
    beside.rename(folder / SERVER_KEYS)


def _hand_out(path: Path, draft: rooting.Draft) -> int:
    _write(path, draft.to_json())
    sys.stdout.write(f"Draft of root v{draft.root.v}: {path}\n{draft.words}\n")
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SignerError(f"{path} cannot be read: {getattr(error, 'strerror', error)}.") from error


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise SignerError(f"{path} cannot be written: {error.strerror}.") from error
