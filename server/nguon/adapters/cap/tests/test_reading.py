"""What may come in, and what may not: hostile files, wrong times, wrong shapes."""

import gzip
import hashlib
from datetime import timedelta
from importlib.resources import files
from xml.etree import ElementTree

import pytest

from nguon.adapters.cap.checking import Reading, read
from nguon.adapters.cap.model import Kind, Status
from nguon.adapters.cap.reading import LARGEST
from nguon.adapters.cap.tests.cast import STORM, storm


def codes(reading: Reading) -> set[str]:
    return {fault.code for fault in reading.faults if fault.grave}


def test_a_storm_warning_in_two_languages() -> None:
    reading = read(storm())
    assert reading.valid, reading.faults
    message = reading.message
    assert message is not None
    assert (message.status, message.kind) == (Status.ACTUAL, Kind.ALERT)
    assert [info.language for info in message.infos] == ["vi-VN", "en-US"]
    area = message.infos[0].areas[0]
    assert area.polygons[0][0] == area.polygons[0][-1] == (21.0, 106.0)
    assert area.circles[0].km == 12.5
    assert area.geocodes[0].value == "24"
    assert message.sent.utcoffset() == timedelta(hours=7)


SCHEMA = "deeffa954e179a92a53df6da735179a3b343532387d7cdf54f7925008d3b47bd"
BOMB = (
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {new} "{(f"&{old};") * 10}">' for old, new in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>"
)
HOSTILE = {
    "nothing": (b"  \n", "empty"),
    "fifty_megabytes": (b"<alert>" + b"x" * (50 << 20), "too_large"),
    "billion_laughs": (
        STORM.replace("<alert", BOMB + "<alert").replace("Bão số 3", "&j;").encode(),
        "doctype",
    ),
    "external_entity": (
        STORM.replace("<alert", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert')
        .replace("Bão số 3", "&x;")
        .encode(),
        "doctype",
    ),
    "external_subset": (
        STORM.replace("<alert", '<!DOCTYPE alert SYSTEM "http://127.0.0.1:9/a.dtd"><alert').encode(),
        "doctype",
    ),
    "unknown_entity": (STORM.replace("Bão số 3", "&nope;").encode(), "xml"),
    "deep": (b"<a>" * 5000 + b"</a>" * 5000, "too_deep"),
    "wide": (b"<a>" + b"<b/>" * 30_000 + b"</a>", "too_many"),
    "cut_off": (storm()[:-20], "xml"),
    "two_roots": (storm() + b"<alert/>", "xml"),
    "nul": (STORM.replace("Bão", "\0").encode(), "xml"),
    "not_xml": (b"%PDF-1.7", "xml"),
    "gzip": (gzip.compress(STORM.encode()), "packed"),
    "zip": (b"PK\x03\x04 a zip file", "packed"),
    "not_utf8": (STORM.encode("utf-8").replace("ã".encode(), b"\xe3"), "encoding"),
    "says_another_encoding": (
        STORM.replace('encoding="UTF-8"', 'encoding="UTF-7"').encode(),
        "encoding",
    ),
    "cap_1_1": (STORM.replace("cap:1.2", "cap:1.1").encode(), "version"),
    "another_root": (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "version"),
}


@pytest.mark.parametrize(("data", "code"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused(data: bytes, code: str) -> None:
    reading = read(data)
    assert not reading.valid
    assert codes(reading) == {code}


def test_the_largest_file_that_is_read_at_all() -> None:
    padded = storm().replace(b"</note>", b" " * (LARGEST - len(storm())) + b"</note>")
    assert len(padded) == LARGEST
    assert read(padded).valid


def test_utf_16_is_the_same_message() -> None:
    other = STORM.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    assert read(other).message == read(storm()).message


def test_a_comment_in_a_word_does_not_cut_it() -> None:
    split = STORM.replace("<status>Actual", "<status>Act<!-- no -->ual")
    assert read(split.encode()).message == read(storm()).message


WRONG = {
    "z": ("<sent>2026-09-01T08:00:00+07:00", "<sent>2026-09-01T01:00:00Z", "time", 5),
    "no_offset": ("<sent>2026-09-01T08:00:00+07:00", "<sent>2026-09-01T08:00:00", "time", 5),
    "no_such_day": ("<sent>2026-09-01", "<sent>2026-02-30", "time", 5),
    "hour_24": ("<sent>2026-09-01T08:00:00", "<sent>2026-09-01T24:00:00", "time", 5),
    "status": ("Actual", "Real", "schema", 6),
    "no_sender": ("    <sender>canhbao@kttv.example</sender>\n", "", "schema", 4),
    "unknown_element": ("<note>", "<hack/><note>", "schema", 9),
    "blank_in_identifier": ("KTTV-2026-0007", "KTTV 2026", "name", 3),
    "comma_in_sender": ("canhbao@kttv.example", "a,b", "name", 4),
    "private_to_nobody": ("<scope>Public", "<scope>Private", "addresses", 8),
    "restricted_to_nobody": ("<scope>Public", "<scope>Restricted", "restriction", 8),
    "update_of_nothing": ("<msgType>Alert", "<msgType>Update", "references", 7),
    "expires_before_sent": ("<expires>2026-09-01T20", "<expires>2026-09-01T07", "expires_early", 22),
    "onset_after_expires": ("<onset>2026-09-01T12", "<onset>2026-09-01T21", "onset_late", 21),
    "open_polygon": ("21.6,106.0 21.0,106.0", "21.6,106.0 21.1,106.0", "polygon_open", 37),
    "short_polygon": ("21.0,106.6 21.6,106.0 21.0,106.0", "21.0,106.0", "polygon_short", 37),
    "north_of_the_pole": ("21.0,106.0 21.0", "91.0,106.0 21.0", "point", 37),
    "not_a_number": ("21.2,106.3 12.5", "nan,106.3 12.5", "circle", 38),
    "digest": ("0beec7b5", "zzeec7b5", "digest", 33),
    "geocode_without_a_name": ("<valueName>VN-GSO</valueName>", "<valueName/>", "no_name", 39),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "line"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_and_where(old: str, new: str, code: str, line: int) -> None:
    assert old in STORM
    reading = read(STORM.replace(old, new, 1).encode())
    assert not reading.valid
    assert code in codes(reading)
    assert line in {fault.line for fault in reading.faults if fault.code == code}


def test_references_are_triples() -> None:
    update = STORM.replace("<msgType>Alert", "<msgType>Cancel")
    good = update.replace("</note>", "</note><references>a@b,1,2026-08-31T08:00:00+07:00</references>")
    assert read(good.encode()).valid
    bad = {
        "a@b,1": "reference",
        "a@b,1,2026-08-31T08:00:00Z": "reference",
        "canhbao@kttv.example,KTTV-2026-0007,2026-08-31T08:00:00+07:00": "itself",
        "a@b,1,2027-08-31T08:00:00+07:00": "reference_later",
    }
    for words, code in bad.items():
        text = good.replace("a@b,1,2026-08-31T08:00:00+07:00", words)
        assert code in codes(read(text.encode())), words


def test_the_schema_is_oasis_own() -> None:
    """The hash of the canonical form, as of two other copies of CAP-v1.2.xsd."""
    text = files("nguon.adapters.cap").joinpath("schema/CAP-v1.2.xsd").read_text(encoding="utf-8")
    canonical = ElementTree.canonicalize(text, strip_text=True)
    assert hashlib.sha256(canonical.encode()).hexdigest() == SCHEMA
