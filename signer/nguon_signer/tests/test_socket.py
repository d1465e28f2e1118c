"""The socket and its client: whatever comes in, one line goes out."""

from __future__ import annotations

import json
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nguon_signer.client import SignerClient, SignerRefused, SignerUnavailable
from nguon_signer.database import Database
from nguon_signer.errors import DatabaseDown, Refused, SignerError
from nguon_signer.opened import Opened
from nguon_signer.service import Service
from nguon_signer.sockets import MAX_REQUEST, SignerServer, answer

Serve = Callable[[Callable[[dict[str, Any]], dict[str, Any]]], SignerClient]
NOWHERE = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """This fixture will serve a handler on a socket and give a client of it."""
    servers: list[SignerServer] = []

    def start(handle: Callable[[dict[str, Any]], dict[str, Any]]) -> SignerClient:
        server = SignerServer(tmp_path / "signer.sock", handle)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return SignerClient(tmp_path / "signer.sock", timeout=5)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
    assert not (tmp_path / "signer.sock").exists()


def _raise(error: Exception) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def handle(_request: dict[str, Any]) -> dict[str, Any]:
        raise error

    return handle


def test_answer_comes_back_and_only_its_owner_may_ask(serve: Serve) -> None:
    client = serve(lambda request: {"got": request})
    assert client.call("plan", target="vn.5.120") == {"got": {"op": "plan", "target": "vn.5.120"}}
    assert stat.S_IMODE(Path(client.socket_path).stat().st_mode) == 0o600


def test_refusal_and_unavailability_are_told_apart(serve: Serve) -> None:
    errors: list[Exception] = [
        Refused("role", "no"),
        DatabaseDown("later"),
        SignerError("later"),
        ValueError("secret detail"),
    ]
    client = serve(lambda _request: _raise(errors.pop(0))({}))
    with pytest.raises(SignerRefused) as refused:
        client.call("plan")
    assert (refused.value.reason, refused.value.message) == ("role", "no")
    for _ in range(2):
        with pytest.raises(SignerUnavailable, match="later"):
            client.call("plan")
    with pytest.raises(SignerUnavailable) as internal:
        client.call("plan")
    assert "secret detail" not in str(internal.value)


def test_client_says_when_nobody_listens(tmp_path: Path) -> None:
    with pytest.raises(SignerUnavailable, match="does not answer"):
        SignerClient(tmp_path / "none.sock").call("status")


def test_client_does_not_take_half_an_answer(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "half.sock"))
        listener.listen()

        def half() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b'{"ok":true}')

        thread = threading.Thread(target=half)
        thread.start()
        with pytest.raises(SignerUnavailable, match="closed the connection"):
            SignerClient(tmp_path / "half.sock").call("status")
        thread.join(60)


def test_many_requests_on_one_connection_and_garbage_between(serve: Serve) -> None:
    client = serve(lambda request: {"n": request["n"]})
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(client.socket_path)
        connection.sendall(b'{"op":"x","n":1}\nnot json\n[1]\n\xff\xfe\n{"op":"x","n":2}\n')
        lines = connection.makefile("rb")
        found = [json.loads(lines.readline()) for _ in range(5)]
        lines.close()
    assert [one["ok"] for one in found] == [True, False, False, False, True]
    assert {one["reason"] for one in found if not one["ok"]} == {"parse"}


def test_endless_line_is_refused_and_the_connection_ends(serve: Serve) -> None:
    client = serve(lambda _request: {})
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(client.socket_path)
        connection.sendall(b"x" * (MAX_REQUEST + 1))
        with connection.makefile("rb") as lines:
            assert json.loads(lines.readline())["reason"] == "parse"
            assert lines.readline() == b""


def test_a_dead_signers_socket_is_taken_over_and_a_living_ones_is_not(serve: Serve, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "signer.sock"))
    serve(lambda _request: {})
    with pytest.raises(SignerError, match="already listens"):
        SignerServer(tmp_path / "signer.sock", lambda _request: {})


@pytest.mark.parametrize("name", ["missing/signer.sock", "long" * 40])
def test_a_place_where_no_socket_can_be_is_one_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(SignerError, match="socket"):
        SignerServer(tmp_path / name, lambda _request: {})


@pytest.fixture
def alone(opened: Opened) -> Callable[[bytes], dict[str, Any]]:
    """This fixture will give a signer without a database, asked line by line."""
    service = Service(opened, Database(NOWHERE), lambda: 1_772_438_400.0)
    return lambda line: answer(line, service.handle)


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ({}, "op"),
        ({"op": "sign", "body": "anything"}, "op"),
        ({"op": ["plan"]}, "op"),
        ({"op": "plan"}, "parse"),
        ({"op": "plan", "target": "vn.5.120'; DROP TABLE"}, "parse"),
        ({"op": "plan", "target": "vn.5.120", "items": []}, "parse"),
        ({"op": "order", "revision": "x", "target": "vn.5.120"}, "parse"),
        ({"op": "order", "revision": 7, "target": "vn.5.120"}, "parse"),
        ({"op": "stop", "stop": None, "target": "vn.5.120"}, "parse"),
        ({"op": "beacon", "device": "6c6f612d-6c73-5031-8a10-6e67756f6e31", "nonce": "XY"}, "parse"),
        ({"op": "beacon", "device": "6c6f612d-6c73-5031-8a10-6e67756f6e31", "nonce": ""}, "parse"),
        ({"op": "credential", "device": "../../x"}, "parse"),
        ({"op": "plan", "target": "vn.5.120"}, "unavailable"),
    ],
)
def test_bad_input_is_one_clear_refusal(
    alone: Callable[[bytes], dict[str, Any]], request_: dict[str, Any], reason: str
) -> None:
    found = alone(json.dumps(request_).encode())
    assert (found["ok"], found["reason"]) == (False, reason)
    assert found["message"]


def test_status_and_root_need_no_database(alone: Callable[[bytes], dict[str, Any]], opened: Opened) -> None:
    status = alone(b'{"op":"status"}')
    assert status["ok"]
    assert "cannot read the database" in status["database"]
    assert alone(b'{"op":"root"}')["envelope"] == opened.root_envelope


scalars = st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["plan", "vn.5.120", "d/x"])
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5
)
names = st.sampled_from(["op", "target", "revision", "stop", "withdrawal", "device", "nonce"]) | st.text()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(st.dictionaries(names, values).map(lambda request: json.dumps(request).encode()) | st.binary())
def test_no_request_gets_anything_but_one_answer(
    alone: Callable[[bytes], dict[str, Any]], line: bytes
) -> None:
    found = alone(line)
    assert found["ok"] or (found["reason"] in {"op", "parse"} and found["message"])


def test_client_is_light() -> None:
    code = "import sys, nguon_signer.client; print(sorted({'cryptography', 'psycopg'} & set(sys.modules)))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "[]"
