"""Feeds: each message once, one bad entry holds up nothing, never another host or our own network."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pytest_django import Settings

from nguon.accounts.tests.cast import People, people
from nguon.cap import actions
from nguon.cap.models import Received, Sender
from nguon.cap.tests.cast import kttv, warning
from nguon.kernel import clock
from nguon.organisations.tests.cast import AT

ENTRY = '<entry><id>{n}</id><updated>u</updated><link type="application/cap+xml" href="{href}"/></entry>'
FEED = '<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'


class Service(HTTPServer):
    """A weather service: `pages` by path; `asked` is what was fetched."""

    pages: dict[str, str]
    asked: list[str]


class Answers(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        body = self.server.pages.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[Service]:
    with Service(("127.0.0.1", 0), Answers) as made:
        made.pages, made.asked = {}, []
        thread = threading.Thread(target=made.serve_forever, args=(0.05,))
        thread.start()
        yield made
        made.shutdown()
        thread.join(60)


@pytest.fixture
def sender(db: None, service: Service, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Sender:
    monkeypatch.setattr(clock, "now", lambda: AT)
    settings.NGUON_RELAY_PRIVATE_HOSTS = ["127.0.0.1"]
    who: People = people()
    return kttv(who, feed=f"http://127.0.0.1:{service.server_port}/feed").sender


def test_each_message_once_and_a_bad_one_holds_up_nothing(sender: Sender, service: Service) -> None:
    links = ("http://10.9.8.7/x.xml", "/gone.xml", "/bad.xml", "cap/1.xml")
    entries = "".join(ENTRY.format(n=n, href=href) for n, href in enumerate(links))
    service.pages = {
        "/feed": FEED.format(entries=entries),
        "/bad.xml": "<alert/>",
        "/cap/1.xml": warning(),
    }
    assert actions.poll(sender=sender, at=AT) == 1
    assert service.asked == ["/feed", "/gone.xml", "/bad.xml", "/cap/1.xml"]
    sender.refresh_from_db()
    assert "404" in sender.fault or "10.9.8.7" in sender.fault
    assert Received.objects.get().identifier == "KTTV-1"
    assert actions.poll(sender=sender, at=AT) == 0
    assert service.asked[4:] == ["/feed"]
    assert actions.poll_due(at=AT) == 0
    assert service.asked[5:] == []  # it was asked within the minute


def test_a_feed_may_be_one_message_and_never_of_our_own_network(
    sender: Sender, service: Service, settings: Settings
) -> None:
    service.pages = {"/feed": warning()}
    assert actions.poll(sender=sender, at=AT) == 1
    settings.NGUON_RELAY_PRIVATE_HOSTS = []
    assert actions.poll(sender=sender, at=AT) == 0
    sender.refresh_from_db()
    assert "mạng riêng" in sender.fault
    assert service.asked == ["/feed"]
    settings.NGUON_RELAY_PRIVATE_HOSTS = ["127.0.0.1"]
    service.pages = {"/feed": "<html/>"}
    actions.poll(sender=sender, at=AT)
    sender.refresh_from_db()
    assert "Atom" in sender.fault
