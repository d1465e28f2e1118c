"""The simulator looks at the server first: not there, something else, another one, or its own."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from nguon_device.cli import main
from nguon_device.simulator.looking import WrongServer, look_at
from nguon_device.tests.authority import Authority

OWN, OTHER = Authority(), Authority()
TLS = ssl.create_default_context()


class Answer(BaseHTTPRequestHandler):
    """Answers every question alike."""

    status, body = 200, b""

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_args: object) -> None:
        """Be quiet."""


@pytest.fixture
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join(60)


def says(monkeypatch: pytest.MonkeyPatch, status: int, body: str) -> None:
    monkeypatch.setattr(Answer, "status", status)
    monkeypatch.setattr(Answer, "body", body.encode())


def test_the_own_server_is_good_before_and_after_the_enrolment(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(monkeypatch, 200, OWN.root)
    look_at(url, TLS)
    look_at(url, TLS, OWN.root)


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (200, OTHER.root, "another server"),
        (200, "<html>", "gives a root that is none"),
        (404, "", "has no root of these devices"),
        (503, "", "signer"),
    ],
)
def test_another_server_is_named_as_such(
    url: str, monkeypatch: pytest.MonkeyPatch, status: int, body: str, sentence: str
) -> None:
    says(monkeypatch, status, body)
    with pytest.raises(WrongServer, match=sentence):
        look_at(url, TLS, OWN.root)


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "https://127.0.0.1:1"])
def test_the_command_ends_with_a_sentence_when_nobody_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    given = ["simulate", "--devices", "1", "--area", "vn.5.120", "--data", str(tmp_path)]
    assert main([*given, "--server", address, "--json"]) == 2
    said = capsys.readouterr()
    assert "no server answers" in said.err
    assert '"event": "error"' in said.out
