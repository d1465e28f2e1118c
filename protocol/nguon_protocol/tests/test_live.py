"""The voice of a live session: what was signed comes out, whatever the pipe does to it, and nothing else."""

import itertools
import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon_protocol import keys
from nguon_protocol.conformance import voice
from nguon_protocol.errors import ProtocolError
from nguon_protocol.live import (
    MAX_AUDIO,
    Dropped,
    Segment,
    SegmentReader,
    SegmentWriter,
    length_us,
    message,
    unpack,
)

ORDER, OTHER = "0b1e1c1e-0000-4000-8000-0000000000b1", "0b1e1c1e-0000-4000-8000-0000000000b2"
SESSION, STRANGER = keys.generate(), keys.generate()
TWENTY = b"\xfc"
"""The first byte of a packet of one frame of 20 ms (CELT, full band, stereo)."""


def packet(n: int, size: int = 20) -> bytes:
    return TWENTY + bytes([n % 256]) * size


def _session() -> list[bytes]:
    writer = SegmentWriter(ORDER, SESSION)
    return [writer.write([packet(n), packet(n + 1)]) for n in range(9)]


_SESSION = _session()


def session() -> list[bytes]:
    return _SESSION[:5]


def reader() -> SegmentReader:
    return SegmentReader(ORDER, SESSION.public)


def told(found: list[Segment | Dropped]) -> list[tuple[int, str]]:
    return [(one.seq, one.reason if isinstance(one, Dropped) else "good") for one in found]


def test_what_is_written_is_read_and_its_end_is_the_end() -> None:
    writer = SegmentWriter(ORDER, SESSION)
    one, two = writer.write([packet(1)]), writer.write([packet(2), packet(3)])
    found = list(reader().feed(one + two + writer.end() + writer.write([packet(4)])))
    assert told(found) == [(1, "good"), (2, "good"), (3, "good"), (4, "ended")]
    assert [[p.data for p in s.packets] for s in found if isinstance(s, Segment)] == [
        [packet(1)],
        [packet(2), packet(3)],
        [],
    ]


@given(st.lists(st.integers(1, 400), max_size=8))
def test_however_the_bytes_are_cut_the_same_comes_out(sizes: list[int]) -> None:
    stream, one, found = b"".join(session()), reader(), []
    for size in sizes:
        found += list(one.feed(stream[:size]))
        stream = stream[size:]
    found += list(one.feed(stream))
    assert told(found) == [(n, "good") for n in range(1, 6)]


@given(st.lists(st.integers(0, 4), max_size=12))
def test_lost_repeated_and_reordered_segments_are_heard_once_and_forwards(which: list[int]) -> None:
    all_of_them = session()
    found = list(reader().feed(b"".join(all_of_them[n] for n in which)))
    good = [one for one in found if isinstance(one, Segment)]
    assert [one.seq for one in good] == sorted({one.seq for one in good})
    assert len(found) == len(which)
    assert all(one.reason == "replay" for one in found if isinstance(one, Dropped))
    heard = {one.seq for one in good}
    lost = [n for n in range(min(heard, default=1), max(heard, default=0)) if n not in heard]
    assert sum(one.missing for one in good) == len(lost)


@given(st.integers(0, 10**6), st.integers(1, 255), st.integers(0, 4))
def test_no_changed_byte_is_ever_heard(place: int, flip: int, which: int) -> None:
    stream = session()
    changed = bytearray(stream[which])
    changed[place % len(changed)] ^= flip
    stream[which] = bytes(changed)
    signed = {bytes(one) for one in (packet(n) for n in range(6))}
    for one in reader().feed(b"".join(stream)):
        if isinstance(one, Segment):
            assert one.seq != which + 1
            assert {p.data for p in one.packets} <= signed


@given(st.binary(max_size=600))
def test_noise_is_never_heard_and_never_piles_up(noise: bytes) -> None:
    one = reader()
    assert not any(isinstance(found, Segment) for found in one.feed(noise))


def test_memory_is_bounded_whatever_a_head_claims() -> None:
    one = reader()
    found = list(one.feed((1).to_bytes(8) + (MAX_AUDIO + 1).to_bytes(4)))
    assert told(found) == [(1, "long")]
    assert one.broken
    assert list(one.feed(session()[0])) == []
    one.begin_again()
    assert told(list(one.feed(session()[0]))) == [(1, "good")]


def test_a_stream_that_broke_off_goes_on_after_what_was_heard() -> None:
    parts, one = session(), reader()
    assert told(list(one.feed(parts[0] + parts[1] + parts[2][:30]))) == [(1, "good"), (2, "good")]
    one.begin_again()
    assert told(list(one.feed(parts[1] + parts[2]))) == [(2, "replay"), (3, "good")]


def test_another_session_another_order_and_another_key_are_strangers() -> None:
    of_another_order = SegmentWriter(OTHER, SESSION).write([packet(1)])
    of_another_key = SegmentWriter(ORDER, STRANGER).write([packet(1)])
    found = list(reader().feed(of_another_order + of_another_key + session()[0]))
    assert told(found) == [(1, "signature"), (1, "signature"), (1, "good")]


def test_a_device_that_joins_late_misses_nothing_it_knows_of() -> None:
    found = list(reader().feed(_SESSION[7]))
    assert [one.missing for one in found if isinstance(one, Segment)] == [0]


def test_signed_bytes_that_are_no_opus_are_not_heard() -> None:
    audio = b"\x00\x05\xfc"
    signature = SESSION.sign(message(ORDER, 1, audio))
    stream = (1).to_bytes(8) + len(audio).to_bytes(4) + audio + signature
    assert told(list(reader().feed(stream + session()[0]))) == [(1, "audio"), (1, "good")]


def test_two_seconds_are_the_most() -> None:
    two_seconds = [packet(n) for n in range(100)]
    assert SegmentWriter(ORDER, SESSION).write(two_seconds)
    for wrong in ([*two_seconds, packet(0)], [], [b""], [b"\xfc" * 65_536], [packet(0, 60_000)] * 2):
        with pytest.raises(ProtocolError):
            SegmentWriter(ORDER, SESSION).write(wrong)


@pytest.mark.parametrize(
    ("packet", "ms"),
    [
        (b"\x00", 10), (b"\x08", 20), (b"\x18", 60), (b"\x60", 10), (b"\x68", 20), (b"\x80", 2.5),
        (b"\xf8", 20), (b"\xf9", 40), (b"\xfa", 40), (b"\xfb\x03", 60), (b"\xfb\x86", 120),
    ],
)  # fmt: skip
def test_the_length_of_an_opus_packet(packet: bytes, ms: float) -> None:
    assert length_us(packet) == ms * 1000


@pytest.mark.parametrize("packet", [b"", b"\xfb", b"\xfb\x00", b"\xfb\x07", b"\x1b\x03"])
def test_what_is_no_opus_packet(packet: bytes) -> None:
    with pytest.raises(ProtocolError):
        length_us(packet)


@given(st.binary(max_size=300))
def test_unpacked_audio_is_all_of_it(audio: bytes) -> None:
    try:
        found = unpack(audio)
    except ProtocolError:
        return
    joined = itertools.chain.from_iterable((len(p.data).to_bytes(2), p.data) for p in found)
    assert b"".join(joined) == audio


def test_the_published_segments_are_what_is_made_and_have_every_reason() -> None:
    stored = files("nguon_protocol").joinpath("vectors", voice.NAME).read_text(encoding="utf-8")
    assert stored == voice.make(), "nguon-protocol vectors --live > protocol/nguon_protocol/vectors/live.json"
    found = [one for vector in json.loads(stored)["vectors"] for one in vector["expect"]]
    reasons = {one.get("dropped") for one in found}
    assert reasons == {None, "replay", "signature", "audio", "ended", "long"}
