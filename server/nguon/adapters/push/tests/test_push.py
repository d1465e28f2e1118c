"""Messages to browsers, against a push service on loopback that decrypts them."""

import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nguon.adapters import push
from nguon.adapters.push import Browser, Service
from nguon.adapters.push.tests.receiver import Receiver, receiving

TOPIC = "a" * 32
SHOWN = {"title": "Báo động chờ bạn ký", "body": "", "url": "/thong-bao/", "tag": "to_sign"}
POINT = "BP" + "A" * 85
PUBLIC = Browser("https://push.example/x", POINT, "A" * 22)


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiving() as there:
        yield there


@pytest.fixture
def service(tmp_path: Path, there: Receiver) -> Service:
    return Service(tmp_path / "push", "mailto:truc@example.vn", [there.host])


def send(service: Service, browser: Browser) -> None:
    data = push.payload(title="Báo động chờ bạn ký", url="/thong-bao/", tag="to_sign")
    push.send(service, browser, data, seconds=600, urgent=True, topic=TOPIC)


def test_a_browser_reads_it_and_nobody_on_the_way_learns_what_it_is(
    there: Receiver, service: Service
) -> None:
    send(service, there.browser())
    assert there.shown == [SHOWN]
    (headers,) = there.headers
    told = {name: headers[name] for name in ("ttl", "urgency", "topic", "contact")}
    assert told == {"ttl": "600", "urgency": "high", "topic": TOPIC, "contact": "mailto:truc@example.vn"}
    long = push.payload(title="x", body="y" * 480)
    push.send(service, there.browser(), long, seconds=1, urgent=False, topic=TOPIC)
    assert len(set(there.lengths)) == 1  # its length tells nothing


def test_the_key_is_made_once_and_is_nobody_elses_to_read(service: Service) -> None:
    first = push.public_key(service.folder)
    assert push.public_key(service.folder) == first
    (file,) = service.folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("status", "raised"),
    [
        (404, push.PushGone),
        (410, push.PushGone),
        (400, push.PushRefused),
        (307, push.PushRefused),  # it is never followed
        (429, push.PushUnavailable),
        (503, push.PushUnavailable),
    ],
)
def test_what_the_service_answers(
    there: Receiver, service: Service, status: int, raised: type[Exception]
) -> None:
    there.status = status
    with pytest.raises(raised):
        send(service, there.browser())
    assert there.asked == 1


def test_nobody_there_is_for_now(there: Receiver, service: Service) -> None:
    gone = replace(there.browser(), endpoint="http://127.0.0.1:9/x")
    with pytest.raises(push.PushUnavailable):
        send(replace(service, private=["127.0.0.1:9"]), gone)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.1.2.3", "[::1]", "169.254.169.254"])
def test_our_own_network_is_never_asked(service: Service, host: str) -> None:
    with pytest.raises(push.PushGone):
        send(service, replace(PUBLIC, endpoint=f"https://{host}/x"))


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "http://push.example/x",
        "https://push.example:8443/x",
        "https://ai:do@push.example/x",
        "https:///x",
        "https://push.example/x#y",
        "https://push.example/" + "x" * 1000,
        "https://push.example/ă",
        "https://push.example/ x",
        "https://push.example:99999/",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_address_of_a_push_service(endpoint: str) -> None:
    assert push.checked(PUBLIC) == PUBLIC
    with pytest.raises(push.BadSubscription):
        push.checked(replace(PUBLIC, endpoint=endpoint))


@pytest.mark.parametrize(
    ("p256dh", "auth"), [("", "A" * 22), (POINT, ""), (POINT, "A" * 21), ("?", "?"), ("A" * 87, "A" * 22)]
)
def test_what_are_no_keys(p256dh: str, auth: str) -> None:
    with pytest.raises(push.BadSubscription):
        push.checked(replace(PUBLIC, p256dh=p256dh, auth=auth))


def test_a_point_that_is_not_on_the_curve_is_forgotten(there: Receiver, service: Service) -> None:
    with pytest.raises(push.PushGone):
        send(service, replace(there.browser(), p256dh=POINT))
