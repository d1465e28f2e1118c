"""What a station may do to whoever listens to it: give its sound, and nothing else."""

import itertools
import threading
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from nguon.adapters.radio import RadioFault, checked, listen
from nguon.adapters.radio.listening import without_titles
from nguon.adapters.radio.rules import is_public, resolved
from nguon.adapters.radio.tests.stations import TITLE, Station, station

pytestmark = pytest.mark.enable_socket
SOUND = bytes(range(1, 251)) * 20


@pytest.fixture(scope="module")
def radio() -> Iterator[Station]:
    with station(SOUND) as found:
        yield found


def first(radio: Station, path: str, count: int = 4000, private: bool = True) -> bytes:
    stop, got = threading.Event(), bytearray()
    for block in listen(radio.url(path), stop, [radio.host] if private else []):
        got += block
        if len(got) >= count:
            break
    return bytes(got[:count])


def fault(radio: Station, path: str, *, private: bool = True) -> str:
    with pytest.raises(RadioFault) as told:
        list(
            itertools.islice(listen(radio.url(path), threading.Event(), [radio.host] if private else []), 99)
        )
    return told.value.code


@pytest.mark.parametrize("path", ["plain", "icecast", "moved"])
def test_the_sound_comes_and_no_titles(radio: Station, path: str) -> None:
    got = first(radio, path)
    assert got == SOUND[:4000]
    assert TITLE not in got


def test_a_greeting_of_an_old_station_is_understood(radio: Station) -> None:
    assert first(radio, "old", 1000) == SOUND[:1000]


@pytest.mark.parametrize("size", [1, 7, 1000, 9000])
def test_titles_are_taken_out_however_the_line_is_cut(size: int) -> None:
    titled = b"".join(
        SOUND[at : at + 100] + (bytes([1]) + b"x" * 16 if at % 300 == 0 else b"\0")
        for at in range(0, len(SOUND), 100)
    )
    parts = [titled[at : at + size] for at in range(0, len(titled), size)]
    assert b"".join(without_titles(iter(parts), 100)) == SOUND


def test_a_live_playlist_is_followed_each_segment_once() -> None:
    with station(b"") as radio:
        stop, got = threading.Event(), []
        for block in listen(radio.url("master.m3u8"), stop, [radio.host]):
            got.append(block.decode())
            if len(got) == 5:
                break
    assert got == [f"/segment.ts?{n}" for n in range(7, 12)]


def test_our_own_network_is_not_asked(radio: Station) -> None:
    asked = len(radio.asked)
    assert fault(radio, "plain", private=False) == "private"
    assert len(radio.asked) == asked


@pytest.mark.parametrize(
    "number", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "::1", "::ffff:10.0.0.1", "fd00::1",
               "224.0.0.1", "100.64.0.1", "2002:7f00:1::"],
)  # fmt: skip
def test_private_addresses_are_known(number: str) -> None:
    assert not is_public(number)


def test_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(0, 0, 0, "", ("1.1.1.1", 80)), (0, 0, 0, "", ("127.0.0.1", 80))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *a, **k: both)
    with pytest.raises(RadioFault, match="private"):
        resolved("radio.example", 80, [])
    assert resolved("radio.example", 80, ["radio.example"]) == "1.1.1.1"


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://a/b", "http://", "//host/x", "http://a b/", "http://me:pw@host/",
     "gopher://x", "http://host:0/", "http://host:99999/", "concat:http://a|http://b", "http://đài.vn/",
     "http://h/" + "x" * 500],
)  # fmt: skip
def test_what_is_no_address_of_a_station_is_refused(url: str) -> None:
    with pytest.raises(RadioFault, match="address"):
        checked(url)


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("http://localhost/", "elsewhere"),
        ("http://169.254.169.254/latest", "elsewhere"),
        ("//other.example/", "elsewhere"),
        ("http://127.0.0.1:22/", "elsewhere"),
        ("file:///etc/passwd", "address"),
    ],
)
def test_a_redirect_leads_nowhere_else(radio: Station, to: str, code: str) -> None:
    assert fault(radio, f"moved?{to}") == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("#EXTM3U\n#EXT-X-TARGETDURATION:1\nfile:///etc/passwd", "address"),
        ("#EXTM3U\n#EXT-X-TARGETDURATION:1\nhttp://localhost:1/a.ts", "elsewhere"),
        ("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MAP:URI=\"file:///etc/passwd\"\na.ts", "address"),
        ("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\na.ts", "encrypted"),
        ("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://192.168.1.1/x.m3u8", "elsewhere"),
        ("[playlist]\nFile1=file:///etc/passwd", "address"),
        ("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:99999999999999999999\na.ts", "playlist"),
        ("", "playlist"),
    ],
)  # fmt: skip
def test_a_playlist_names_nothing_else(radio: Station, text: str, code: str) -> None:
    assert fault(radio, "list.m3u8?" + quote(text, safe="")) == code


@pytest.mark.parametrize(
    ("path", "code"), [("circle", "redirects"), ("nothing", "status"), ("once", "ended")]
)
def test_what_else_goes_wrong_is_named(radio: Station, path: str, code: str) -> None:
    assert fault(radio, path) == code


def test_a_list_that_leads_to_itself_ends(radio: Station) -> None:
    text = quote("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlist.m3u8", safe="")
    assert fault(radio, f"list.m3u8?{text}") in {"playlist", "ended"}
