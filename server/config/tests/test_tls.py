"""Certificates, and a real web server and a real broker behind them."""

import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import SimpleQueue
from random import Random

import pytest

from config import tls
from config.engines.nats import Nats
from config.engines.process import free_port, spawn, stop, wait_until
from config.errors import StartError
from config.supervisor.probe import FirstPage
from config.tls_files import Tls, is_loopback
from nguon_device.mqtt import PahoBroker
from nguon_device.ports import BrokerAddress, BrokerUp, Event, Reply, Request
from nguon_device.shelf import FolderShelf
from nguon_device.simulator import wire
from nguon_device.trust import Trust, pin
from nguon_device.web import Web
from nguon_protocol import keys
from nguon_protocol.certificates import fingerprint
from nguon_protocol.errors import ProtocolError
from nguon_signer import natsauth
from nguon_signer.keys import read_secret

DEVICE, AREA = "11111111-2222-3333-4444-555555555555", "vn.5.120.4001"


@pytest.fixture
def made(tmp_path: Path) -> Tls:
    return tls.own(tmp_path / "tls", ["loa.example.vn"], datetime.now(UTC))


def pem(found: Tls) -> str:
    assert found.ca is not None
    return found.ca.read_text()


@contextmanager
def web(found: Tls) -> Iterator[str]:
    """This function will run uvicorn with a certificate, and a page that says nothing."""
    port = free_port(None)
    code = (
        "async def app(scope, receive, send):\n"
        "    await send({'type': 'http.response.start', 'status': 200, 'headers': []})\n"
        "    await send({'type': 'http.response.body', 'body': b'{}'})\n"
        "import uvicorn\n"
        f"uvicorn.run(app, port={port}, lifespan='off', log_level='error',"
        f" ssl_certfile={str(found.certificate)!r}, ssl_keyfile={str(found.key)!r})\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code], env=dict(os.environ))
    probe = FirstPage("127.0.0.1", port, tls=True)
    try:
        assert wait_until(lambda: probe(child.pid), seconds=60)
        yield f"https://127.0.0.1:{port}"
    finally:
        child.kill()  # uvicorn would wait for the connections that are kept open
        child.wait(60)


def asked(folder: Path, url: str, *, device: str = DEVICE, now: float | None = None) -> Reply:
    """This function will ask a page as a device does, whose own clock says `now` (epoch s) or nothing."""
    replies: SimpleQueue[Reply] = SimpleQueue()
    key = keys.generate()
    trust = Trust(folder, lambda: now)
    network = Web(url, key, FolderShelf(folder / "m"), replies.put, lambda: device, lambda: 0, trust)
    network.ask(Request("claim", "GET", "/", auth=False))
    return replies.get(timeout=60)


@contextmanager
def broker(folder: Path, found: Tls) -> Iterator[Nats]:
    engine = Nats.fresh(folder)
    engine.tls = found
    engine.prepare()
    with engine.log.open("ab") as log:
        child = spawn(engine.command(), env=engine.environment(), log=log.fileno())
    try:
        assert wait_until(lambda: engine.ready(child.pid), seconds=60), engine.log.read_text()
        yield engine
    finally:
        stop(child, signal.SIGTERM, seconds=3)


def enters(folder: Path, engine: Nats) -> bool:
    """This function will say whether a device gets through to the broker within two seconds."""
    events: SimpleQueue[Event] = SimpleQueue()
    account = natsauth.key_from_seed(read_secret(engine.store / "nats" / "account.nk").strip())
    now = int(datetime.now(UTC).timestamp())
    jwt = natsauth.device_jwt(account, DEVICE, AREA, [], at=now - 60, expires=now + 60)
    agent = PahoBroker(events.put, Random(1), 1.0, Trust(folder))
    agent.connect(BrokerAddress(engine.mqtt_url, DEVICE, jwt, (f"lsp/d/{DEVICE}",), f"lsp/h/{DEVICE}"))
    try:
        return isinstance(events.get(timeout=30), BrokerUp)
    finally:
        agent.close()


def test_a_device_believes_the_authority_that_it_pinned_and_no_other(made: Tls, tmp_path: Path) -> None:
    other = tls.own(tmp_path / "evil", [], datetime.now(UTC))
    pin(tmp_path, pem(made))
    with web(made) as url:
        assert asked(tmp_path, url).status == 200
        assert asked(tmp_path, url.replace("127.0.0.1", "localhost")).status == 200
    with web(other) as url:
        assert asked(tmp_path, url).error == "network"
        assert asked(tmp_path, url, device="").error == "network"


def test_the_date_of_a_certificate_is_judged_by_the_devices_own_clock_if_it_has_one(tmp_path: Path) -> None:
    at = datetime.now(UTC) - 2 * tls.SERVER_LIFE  # by the machine's clock it ended long ago
    made = tls.own(tmp_path / "tls", [], at)
    pin(tmp_path, pem(made))
    with web(made) as url:
        assert asked(tmp_path, url).status == 200
        for off, status in ((timedelta(days=1), 200), (tls.SERVER_LIFE * 2, 0), (timedelta(days=-1), 0)):
            assert asked(tmp_path, url, now=(at + off).timestamp()).status == status


def test_only_who_is_not_enrolled_looks_at_a_server_that_it_cannot_verify(made: Tls, tmp_path: Path) -> None:
    with web(made) as url:
        assert asked(tmp_path, url, device="").status == 200
        assert asked(tmp_path, url).error == "network"


def test_another_name_than_the_certificates_is_refused(tmp_path: Path) -> None:
    found = tls.own(tmp_path / "tls", [], datetime.now(UTC))
    context = ssl.create_default_context(cafile=str(found.ca))
    with web(found) as url:
        port = int(url.rsplit(":", 1)[1])
        with (
            pytest.raises(ssl.SSLCertVerificationError),
            socket.create_connection(("127.0.0.1", port), timeout=60) as plain,
        ):
            context.wrap_socket(plain, server_hostname="loa.example.vn")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # by paho
def test_the_broker_speaks_tls_to_devices_and_a_wrong_one_is_refused(made: Tls, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    pin(tmp_path, pem(made))
    pin(other, pem(tls.own(tmp_path / "evil", [], datetime.now(UTC))))
    with broker(tmp_path / "b", made) as engine:
        assert engine.mqtt_url.startswith("mqtts://")
        assert enters(tmp_path, engine)
        assert not enters(other, engine)
        with socket.create_connection(("127.0.0.1", engine.mqtt_port), timeout=5) as plain:
            plain.sendall(wire.connect("x", DEVICE, "", 30))
            assert plain.recv(100)[:1] != b"\x20"  # no CONNACK without TLS


def test_the_certificate_is_renewed_for_new_names_and_near_its_end_by_the_same_root(
    made: Tls, tmp_path: Path
) -> None:
    root, first = pem(made), made.certificate.read_bytes()
    folder, now = tmp_path / "tls", datetime.now(UTC)
    assert tls.own(folder, ["loa.example.vn"], now).certificate.read_bytes() == first
    assert tls.own(folder, ["khac.example.vn"], now).certificate.read_bytes() != first
    late = now + tls.SERVER_LIFE - timedelta(days=20)
    second = made.certificate.read_bytes()
    assert tls.own(folder, ["khac.example.vn"], late).certificate.read_bytes() != second
    assert pem(made) == root
    assert made.key.stat().st_mode & 0o777 == 0o600
    assert (folder / "ca.key").stat().st_mode & 0o777 == 0o600


def test_the_operators_own_files_must_fit_together(made: Tls, tmp_path: Path) -> None:
    other = tls.own(tmp_path / "other", [], datetime.now(UTC))
    assert tls.given(made.certificate, made.key).ca is None
    for certificate, key in (
        (made.certificate, other.key),
        (made.key, made.key),
        (tmp_path / "no", made.key),
    ):
        with pytest.raises(StartError):
            tls.given(certificate, key)


def test_the_fingerprint_is_for_two_screens(made: Tls) -> None:
    assert len(fingerprint(pem(made)).split()) == 10
    for text in ("", "x", pem(made) * 40):
        with pytest.raises(ProtocolError):
            fingerprint(text)


@pytest.mark.parametrize(("host", "local"), [("127.0.0.1", True), ("localhost", True), ("192.0.2.1", False)])
def test_what_only_this_machine_reaches_may_stay_plain(host: str, local: bool) -> None:
    assert is_loopback(host) is local
