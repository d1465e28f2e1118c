"""Vectors of live segments: a stream's bytes, and what a reader must make of them."""

import json
from typing import Any

from nguon_protocol.conformance import cast
from nguon_protocol.ids import order_id
from nguon_protocol.keys import Signer
from nguon_protocol.live import MAX_AUDIO, Dropped, Segment, SegmentReader, SegmentWriter, message

NAME = "live.json"
ORDER, OTHER = order_id("live", cast.COMMUNE), order_id("another", cast.COMMUNE)
_PACKET = bytes.fromhex("f8fffe")
"""Opus for 20 ms of silence."""


def make() -> str:
    """Give the file's text; the same on every machine."""
    vectors = [
        {"name": name, "stream": stream.hex(), "expect": judge(stream)} for name, stream in _streams().items()
    ]
    book = {"spec": 1, "order": ORDER, "session_pub": cast.SESSION.public.pub.hex(), "vectors": vectors}
    return json.dumps(book, indent=1) + "\n"


def judge(stream: bytes) -> list[dict[str, Any]]:
    """Give what our reader makes of a stream, in its order."""
    return [_told(one) for one in SegmentReader(ORDER, cast.SESSION.public).feed(stream)]


def _told(one: Segment | Dropped) -> dict[str, Any]:
    if isinstance(one, Dropped):
        return {"seq": one.seq, "dropped": one.reason}
    return {"seq": one.seq, "missing": one.missing, "packets": [packet.data.hex() for packet in one.packets]}


def _segment(seq: int, audio: bytes, order: str = ORDER, signer: Signer = cast.SESSION) -> bytes:
    return seq.to_bytes(8) + len(audio).to_bytes(4) + audio + signer.sign(message(order, seq, audio))


def _streams() -> dict[str, bytes]:
    writer = SegmentWriter(ORDER, cast.SESSION)
    one, two, three = writer.write([_PACKET]), writer.write([_PACKET] * 2), writer.write([_PACKET])
    end, late = writer.end(), writer.write([_PACKET])
    whole = len(_PACKET).to_bytes(2) + _PACKET
    changed = bytearray(two)
    changed[16] ^= 1
    return {
        "three segments and the end": one + two + three + end,
        "after the end": one + end + late,
        "joined late": three,
        "one is missing": one + three,
        "one comes twice": one + one + two,
        "one is overtaken": two + one + three,
        "one is changed": one + bytes(changed) + three,
        "half a segment": one + two[:40],
        "of another order": _segment(1, whole, order=OTHER) + one,
        "by another key": _segment(1, whole, signer=cast.STRANGER) + one,
        "number 0": _segment(0, whole) + one,
        "number 2^53": _segment(2**53, whole) + one,
        "the largest number": _segment(2**53 - 1, whole),
        "two seconds": _segment(1, whole * 100),
        "20 ms more": _segment(1, whole * 101) + two,
        "a packet that is cut": _segment(1, whole[:-1]) + two,
        "an empty packet": _segment(1, b"\0\0") + two,
        "a packet of 140 ms": _segment(1, b"\0\3\xfb\7\0") + two,
        "too long": (1).to_bytes(8) + (MAX_AUDIO + 1).to_bytes(4) + one,
    }
