"""The client against a real HTTP server, and the stand-in, by the same tests."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from nguon.adapters.sms import FakeGateway, Gateway, HttpGateway, SmsRefused, SmsUnavailable, international

TO = "+84912345678"


class Company:
    """A gateway as a telephone company has it, on loopback."""

    def __init__(self) -> None:
        self.sent: list[dict[str, str]] = []
        self.away = self.refusing = False
        self.tokens: list[str] = []
        company = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                company.tokens.append(self.headers["Authorization"])
                status = 503 if company.away else 400 if company.refusing else 202
                if status == 202:
                    company.sent.append(body)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/sms"


@pytest.fixture(params=["real", "fake"])
def both(request: pytest.FixtureRequest) -> Iterator[tuple[Gateway, Company | FakeGateway]]:
    if request.param == "fake":
        fake = FakeGateway()
        yield fake, fake
        return
    company = Company()
    yield HttpGateway(company.url, "secret"), company
    assert set(company.tokens) <= {"Bearer secret"}
    company.server.shutdown()
    company.server.server_close()


def test_a_message_arrives_word_for_word(both: tuple[Gateway, Company | FakeGateway]) -> None:
    gateway, there = both
    gateway.send(TO, "Bão “khẩn cấp”")
    assert there.sent == [{"to": TO, "text": "Bão “khẩn cấp”"}]


def test_refused_for_good_or_away_for_now(both: tuple[Gateway, Company | FakeGateway]) -> None:
    gateway, there = both
    there.away = True
    with pytest.raises(SmsUnavailable):
        gateway.send(TO, "x")
    there.away, there.refusing = False, True
    with pytest.raises(SmsRefused):
        gateway.send(TO, "x")
    assert there.sent == []


@pytest.mark.parametrize(("to", "text"), [("112", "x"), (TO, " "), (TO, "x" * 601)])
def test_what_is_no_message_is_not_sent(
    both: tuple[Gateway, Company | FakeGateway], to: str, text: str
) -> None:
    gateway, there = both
    with pytest.raises(SmsRefused):
        gateway.send(to, text)
    assert there.sent == []


def test_nobody_there_is_away() -> None:
    with pytest.raises(SmsUnavailable):
        HttpGateway("http://127.0.0.1:9/", timeout_s=1).send(TO, "x")


@pytest.mark.parametrize(
    ("written", "number"),
    [("0912 345 678", TO), ("84912345678", TO), ("+84 912-345-678", TO), ("114", ""), ("", ""), ("abc", "")],
)
def test_numbers_are_written_in_many_ways(written: str, number: str) -> None:
    assert international(written) == number
