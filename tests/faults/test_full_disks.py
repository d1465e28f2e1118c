"""A disk without a free byte: it is said in a sentence, nothing is lost, and all goes on afterwards.

Where nobody may mount a small disk, the same sentences are tested without one (nguon/ui, nguon/audio), and
the deterministic world fills the disks of loudspeakers.
"""

from http.cookiejar import CookieJar
from random import Random
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import psycopg
import pytest

from tests.faults.disks import MAY_MOUNT, full
from tests.faults.looking import (
    ask,
    deliveries,
    log_of,
    loudspeakers,
    played_twice,
    told,
    wait_for,
    wait_until_played,
)
from tests.faults.telling import Person, Refused
from tests.journeys.installation import Installation

pytestmark = [
    pytest.mark.fault,
    pytest.mark.slow,
    pytest.mark.only_where(MAY_MOUNT, reason="a small disk needs the right to mount"),
]

MOST_BULLETINS = 400
"""More than the pages that PostgreSQL has begun can hold."""
NO_SPACE = "chưa được ghi. Hãy báo người quản trị dọn đĩa rồi làm lại"


def compact(line: Installation) -> None:
    """Leave no room in the files that the database has."""
    with psycopg.connect(line.running.environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("VACUUM FULL")


class Browser:
    """Lan in front of the pages, without scripts."""

    def __init__(self, line: Installation) -> None:
        self._line, self._jar = line, CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self._jar))
        self._opener.open(f"{line.url}/accounts/login/").read()
        self.send("/accounts/login/", login="lan", password=line.passwords["lan"])

    def send(self, path: str, **fields: str) -> str:
        """Send a form, and give the page that comes back."""
        token = next(cookie.value for cookie in self._jar if cookie.name == "csrftoken") or ""
        body = urlencode(fields | {"csrfmiddlewaretoken": token}).encode()
        try:
            answer: bytes = self._opener.open(self._line.url + path, body).read()
        except HTTPError as error:
            answer = error.read()
        return answer.decode()


def test_a_loudspeaker_says_so_and_plays_when_there_is_room(line: Installation, person: Person) -> None:
    device, (folder, _) = next(iter(loudspeakers(line).items()))
    with full(folder):
        bulletin = person.say("Tin khi thẻ nhớ đầy.", "07444")
        wait_for(lambda: list(deliveries(line, bulletin).values()).count("played") == 2)
        assert deliveries(line, bulletin)[device] != "played"
        # Its journal may have room left in the file that it has: then the server is told, else its log is.
        wait_for(lambda: told(line, device, "disk-full") or "full" in log_of(line, "speaker-1"))
    wait_until_played(line, bulletin, 3)
    assert played_twice(line) == []


def test_a_full_media_folder_is_told_to_who_writes(line: Installation, person: Person) -> None:
    with full(line.data / "media"), pytest.raises(Refused) as refused:
        person.say("Tin khi ổ đĩa âm thanh đầy.", "09169")
    assert "hết chỗ trống" in str(refused.value)
    bulletin = person.say("Tin khi ổ đĩa âm thanh đầy.", "09169")
    wait_until_played(line, bulletin, 3)


def test_a_full_database_accepts_nothing_that_it_then_loses(line: Installation, person: Person) -> None:
    accepted: list[str] = []
    refused: list[str] = []
    compact(line)
    with full(line.data / "postgres"):
        for _ in range(MOST_BULLETINS):
            try:
                accepted.append(person.say("Thử loa.", "09169", "07444"))
            except Refused as failure:
                refused.append(str(failure))
                break
        assert refused
        assert all(NO_SPACE in sentence for sentence in refused)
    wait_for(lambda: ask(line, "SELECT 1"))
    accepted.append(person.say("Thử loa.", "09169", "07444"))
    for bulletin in accepted:
        wait_until_played(line, bulletin, 6)
    assert played_twice(line) == []


def test_a_page_says_that_the_database_is_full_and_keeps_nothing_half_done(line: Installation) -> None:
    browser, rng, kept = Browser(line), Random(1), 0
    words = [rng.randbytes(4000).hex() for _ in range(200)]
    compact(line)
    with full(line.data / "postgres"):
        for text in words:
            answer = browser.send("/soan/luu/", title="Tin khi ổ đĩa đầy", text=text, source="speech")
            if NO_SPACE in answer:
                break
            kept += 1
    assert kept < len(words), "the page never said so"
    assert ask(line, "SELECT count(*) FROM bulletins_revision WHERE title = 'Tin khi ổ đĩa đầy'") == [(kept,)]
    assert ask(line, "SELECT count(*) FROM bulletins_revision WHERE title = ''") == [(0,)]
    assert NO_SPACE not in browser.send("/soan/luu/", title="Tin sau đó", text="Có chỗ rồi.", source="speech")
