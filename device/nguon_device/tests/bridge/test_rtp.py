"""RTP to loudspeakers over IP."""

import socket
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import av
import pytest

from nguon_device.bridge.boxes.listener import RtpBox
from nguon_device.bridge.building import Tools, build
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.paging.rtp import CODECS, Packets, Sender, describe
from nguon_device.bridge.reaching import Address, Reach
from nguon_device.bridge.settings import BoxSettings
from nguon_device.tests.bridge.boxes import LOOPBACK, sound, tools
from nguon_device.tests.live import wait_for


@pytest.fixture
def box() -> Iterator[RtpBox]:
    one = RtpBox()
    yield one
    one.close()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Tools]:
    with tools(tmp_path) as one:
        yield one


@pytest.mark.parametrize("codec", CODECS)
def test_a_sound_goes_out_in_packets_of_20_ms_that_can_be_decoded(
    codec: str, made: Tools, box: RtpBox, tmp_path: Path
) -> None:
    kind = CODECS[codec]
    settings = BoxSettings("rtp", f"rtp://127.0.0.1:{box.port}", options={"codec": codec})
    driven = build(settings, made)
    driven.sink.start(sound(tmp_path, 0.4))
    wait_for(lambda: driven.sink.state().finished)
    assert abs(driven.sink.stop().played_ms - 400) <= 20
    assert driven.report()["code"] == ""
    wait_for(lambda: len(box.packets) >= 20)
    kinds, marks, numbers, times, sources, payloads = zip(*box.packets, strict=True)
    assert set(kinds) == {kind.payload_type}
    assert marks == (True, *[False] * (len(marks) - 1))
    assert {(after - before) & 0xFFFF for before, after in pairwise(numbers)} == {1}
    steps = {(after - before) & 0xFFFFFFFF for before, after in pairwise(times)}
    assert steps == {kind.step}
    assert len(set(sources)) == 1
    assert loudest(kind.name, kind.rate, payloads) > 2000
    driven.sink.close()


def loudest(codec: str, rate: int, payloads: tuple[bytes, ...]) -> int:
    library: Any = av
    decoder = library.CodecContext.create(codec, "r")
    decoder.sample_rate, decoder.layout = rate, "mono"
    found = 0
    for payload in payloads:
        for frame in decoder.decode(av.Packet(payload)):
            found = max(found, int(abs(frame.to_ndarray()).max()))
    return found


def test_numbers_begin_at_random_and_turn_over() -> None:
    packets = Packets(CODECS["pcmu"], Random(3))
    packets._sequence, packets._time = 0xFFFF, 0xFFFFFFFF
    first, second = packets.next(b"x", first=True), packets.next(b"x", first=False)
    assert (first[2:4], second[2:4]) == (b"\xff\xff", b"\x00\x00")
    assert int.from_bytes(second[4:8], "big") == 159
    assert Packets(CODECS["pcmu"], Random(4)).next(b"", first=True)[2:] != first[2:12]


def test_a_group_is_reached_only_where_the_operator_named_it() -> None:
    group = Address.parse("rtp://239.10.0.1:5004", ("rtp",))
    with pytest.raises(FarFault, match="network"):
        Sender(group, LOOPBACK, 1)
    sender = Sender(group, Reach.of(["239.10.0.0/16"]), 4)
    assert sender._socket.getsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL) == 4
    sender.close()
    by = Sender(group, Reach.of(["239.10.0.0/16"]), 1, "127.0.0.1")
    assert by._socket.getsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, 4) == bytes((127, 0, 0, 1))
    by.close()
    with pytest.raises(FarFault, match="interface"):
        Sender(group, Reach.of(["239.10.0.0/16"]), 1, "eth0")


@pytest.mark.parametrize(
    ("address", "options"),
    [("rtp://127.0.0.1", {}), ("http://127.0.0.1:5", {}), ("rtp://127.0.0.1:5", {"codec": "g729"}),
     ("rtp://127.0.0.1:5", {"ttl": 255})],
)  # fmt: skip
def test_what_cannot_be_sent_to_is_refused(made: Tools, address: str, options: dict[str, object]) -> None:
    with pytest.raises(FarFault):
        build(BoxSettings("rtp", address, options=options), made)


def test_a_receiver_is_told_by_sdp() -> None:
    text = describe(Address.parse("rtp://239.10.0.1:5004", ("rtp",)), CODECS["opus"])
    assert "m=audio 5004 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2" in text
