"""The command `nguon-signer`: init, serve, check, passkey, root, duty, release."""

from __future__ import annotations

import argparse
import logging
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from nguon_protocol.documents import Policy
from nguon_protocol.errors import ProtocolError
from nguon_protocol.fields import Fields
from nguon_signer import dutycli, releasecli, rootcli, trusting
from nguon_signer.assertions import site_of
from nguon_signer.brokers import bring_up_to_date
from nguon_signer.ceremony import MINUTES_PER_DAY, QUIET, VOLUME_MAX, is_store, make_store
from nguon_signer.client import SignerClient
from nguon_signer.database import Database, url_from_environment
from nguon_signer.errors import DatabaseDown, SignerError
from nguon_signer.opened import open_store
from nguon_signer.second import Second, open_second
from nguon_signer.service import Service
from nguon_signer.sockets import Handle, SignerServer
from nguon_signer.store import Store

START_PATIENCE_S = 15.0
KEEP_S = 7 * 86_400
"""Documents without a use are kept for a week, for whoever wants to look."""
log = logging.getLogger("nguon_signer")


def main(arguments: list[str] | None = None) -> int:
    """This function will run one command and give its exit status: 0 done, 1 refused with one sentence."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(name)s %(levelname)s %(message)s"
    )
    try:
        return int(options.run(options))
    except SignerError as error:
        sys.stderr.write(f"nguon-signer: {error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nguon-signer", description="The signer of Nguồn.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    init = commands.add_parser("init", help="make keys, root v1, the store and the broker's trust")
    init.add_argument("--store", type=Path, required=True, help="the folder to make")
    init.add_argument("--no-quiet-hours", action="store_true", help="a demo: sound at any hour")
    init.add_argument("--tz", default="Asia/Ho_Chi_Minh", help="the zone in which devices keep quiet hours")
    init.add_argument("--demo", action="store_true", help="a demo: approvals by password alone, for ever")
    init.set_defaults(run=_init)
    serve = commands.add_parser("serve", help="answer on a Unix socket until SIGTERM")
    serve.add_argument("--store", type=Path, required=True)
    serve.add_argument("--socket", type=Path, required=True)
    serve.add_argument("--origin", help="where people touch their security keys: https://HOST[:PORT]")
    serve.add_argument(
        "--patience", type=float, default=START_PATIENCE_S, help="seconds to wait for PostgreSQL at the start"
    )
    serve.set_defaults(run=_serve)
    serve.add_argument("--second", type=Path, help="the socket of a second signer elsewhere")
    second = commands.add_parser("second", help="the second signer: countersigns alerts, and nothing else")
    second.add_argument("--store", type=Path, required=True, help="its own store (STORE/second as made)")
    second.add_argument("--socket", type=Path, required=True)
    second.add_argument("--origin", help="where people touch their security keys: https://HOST[:PORT]")
    second.add_argument("--patience", type=float, default=START_PATIENCE_S)
    second.set_defaults(run=_serve_second)
    check = commands.add_parser("check", help="look at every row of the log: is the chain whole?")
    check.add_argument("--store", type=Path, required=True)
    check.set_defaults(run=_check)
    trusting.add_to(commands)
    rootcli.add_to(commands)
    dutycli.add_to(commands)
    releasecli.add_to(commands)
    return parser


def _init(options: argparse.Namespace) -> int:
    folder = options.store.absolute()
    if is_store(folder):
        sys.stdout.write(f"There is a signer store in {folder} already; nothing was changed.\n")
        return 0
    quiet = () if options.no_quiet_hours else QUIET
    policy = Policy(tz=options.tz, quiet=quiet, volume_max=VOLUME_MAX, minutes_per_day=MINUTES_PER_DAY)
    try:
        Policy.parse(Fields(policy.to_json()))
    except ProtocolError as error:
        raise SignerError(f"This policy fits no root: {error}.") from error
    made = make_store(folder, policy=policy, at=int(time.time()), demo=options.demo)
    sys.stdout.write(
        f"Signer store: {made.folder}\nRoot: v{made.root_v}, body SHA-256 {made.root_sha256}\n"
        f"Root holders' keys: {made.holders}\n"
        "Give each of its three folders to another person, on a medium that is never networked, and delete\n"
        "them here: with two of them anyone can make a new root. The signer does not need them to work.\n"
    )
    return 0


def _serve(options: argparse.Namespace) -> int:
    database = Database(url_from_environment())
    site = site_of(options.origin) if options.origin else None
    opened = open_store(options.store.absolute())
    bring_up_to_date(opened.folder, int(time.time()))
    second = SignerClient(options.second.absolute(), timeout=5) if options.second else None
    service = Service(opened, database, time.time, site, second)

    def started() -> None:
        log.info("ready socket=%s root=v%d epoch=%d", options.socket, opened.root.v, opened.epoch)

    try:
        _answer(options, service.handle, database, opened.store, started)
    finally:
        opened.close()
    return 0


def _serve_second(options: argparse.Namespace) -> int:
    database = Database(url_from_environment())
    site = site_of(options.origin) if options.origin else None
    opened = open_second(options.store.absolute())
    second = Second(opened, database, time.time, site)
    try:
        _answer(options, second.handle, database, opened.store, lambda: log.info("second signer ready"))
    finally:
        opened.close()
    return 0


def _answer(
    options: argparse.Namespace,
    handle: Handle,
    database: Database,
    store: Store,
    started: Callable[[], None],
) -> None:
    """Answer on the socket until SIGTERM."""
    server = SignerServer(options.socket.absolute(), handle)
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    thread = threading.Thread(target=server.serve_forever, name="socket", daemon=True)
    try:
        _wait_for_database(database, stopping, options.patience)
        thread.start()
        started()
        _keep_small(store, stopping)
        server.shutdown()
        server.drain()
    finally:
        server.server_close()
        database.close()
    log.info("stopped")


def _check(options: argparse.Namespace) -> int:
    store = Store.open(options.store.absolute())
    try:
        broken, (seq, head) = store.broken_at(), store.head()
    finally:
        store.close()
    if broken is not None:
        raise SignerError(f"The log is broken at row {broken}: it was changed, or the disk lost something.")
    sys.stdout.write(f"The log is whole: {seq} rows, the last is {head}.\n")
    return 0


def _keep_small(store: Store, stopping: threading.Event) -> None:
    """Drop old documents once an hour, until the end."""
    while True:
        try:
            store.prune(int(time.time()) - KEEP_S)
        except sqlite3.Error:
            log.exception("old documents stay for now")
        if stopping.wait(3600):
            return


def _wait_for_database(database: Database, stopping: threading.Event, patience: float) -> None:
    """PostgreSQL may be starting beside us; after a while its absence is a fault to be told."""
    deadline = time.monotonic() + patience
    while not stopping.is_set():
        try:
            database.read(lambda connection: connection.execute("SELECT 1").fetchone())
        except DatabaseDown:
            if time.monotonic() > deadline:
                raise
            stopping.wait(0.3)
        else:
            return
