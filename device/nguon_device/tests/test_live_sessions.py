"""A voice from the present: heard as it comes, if it is genuine, and never longer than its order allows."""

import math
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import av
import pytest

from nguon_device.decoding import BYTES_PER_MS, voice
from nguon_device.feed import MOST_US, Feed
from nguon_device.lines import WebLines
from nguon_device.ports import LineClosed, LineData
from nguon_device.tests.authority import Authority
from nguon_device.tests.live import wait_for
from nguon_device.tests.world import World
from nguon_device.trust import Trust
from nguon_protocol import keys
from nguon_protocol.documents import Live, PlanItem, Policy
from nguon_protocol.ids import order_id
from nguon_protocol.live import Packet, SegmentWriter

SESSION, STRANGER = keys.generate(), keys.generate()
ORDER = order_id("live", "vn.5.120")
SECOND = [b"\xf8" + b"a" * 30] * 50
"""A second in packets of 20 ms."""
ENDS = ("started", "played", "partly", "missed", "refused")


class Speaker:
    """Speaks into every line that a world has open."""

    def __init__(self, world: World, order: str = ORDER) -> None:
        self.world = world
        self.writer = SegmentWriter(order, SESSION)

    def send(self, data: bytes) -> None:
        for line in tuple(self.world.lines.up):
            self.world.agent.handle(LineData(line, data))

    def speak(self, seconds: int, writer: SegmentWriter | None = None) -> None:
        for _ in range(seconds):
            self.send((writer or self.writer).write(SECOND))
            self.world.run(1)

    def finish(self) -> None:
        self.send(self.writer.end())
        self.world.run(5)


def ready(folder: Path, **policy: Any) -> World:
    access = {"url": "mqtt://b", "jwt": "x"}
    world = World(folder, Authority(policy=Policy(**({"quiet": ()} | policy)), broker=access))
    world.run(5)
    world.broker_up()
    return world


def go_live(world: World, seconds: int = 1800, **changes: Any) -> Speaker:
    live = Live(SESSION.public, "/lsp/v1/live/1", 80, 2)
    expires = int(world.authority.now) + seconds
    fields: dict[str, Any] = {"action": "live", "live": live, "expires": expires, "id": ORDER}
    world.tell(world.authority.order(**(fields | changes)))
    world.run(0.5)
    return Speaker(world, changes.get("id", ORDER))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return ready(tmp_path)


def told(world: World) -> list[str]:
    return world.authority.events(*ENDS)


def sounds(world: World) -> str | None:
    return None if world.sink.playing is None else world.sink.playing.item


def test_a_voice_is_heard_until_the_speaker_has_finished(world: World) -> None:
    speaker = go_live(world)
    assert world.lines.asked == ["/lsp/v1/live/1"]
    speaker.speak(20)
    assert sounds(world) == ORDER
    speaker.finish()
    assert told(world) == ["started", "played 20s"]
    assert world.lines.up == {}


def test_a_live_session_goes_before_the_plan_which_goes_on_after_it(world: World) -> None:
    due = int(world.authority.now) + 3
    item = world.authority.item("p", due, dur_ms=60_000)
    world.authority.plan(PlanItem(due, item))
    world.run(8)
    speaker = go_live(world)
    world.run(5)
    assert sounds(world) == item.id  # nothing has come yet: no silence instead of the bulletin
    speaker.speak(10)
    assert sounds(world) == ORDER
    speaker.finish()
    assert sounds(world) == item.id


def test_ten_seconds_without_a_genuine_segment_end_it_and_the_plan_goes_on(world: World) -> None:
    due = int(world.authority.now) + 3
    world.authority.plan(PlanItem(due, world.authority.item("p", due, dur_ms=60_000)))
    speaker = go_live(world)
    speaker.speak(6)
    stranger = SegmentWriter(ORDER, STRANGER, last=100)
    speaker.speak(9, stranger)
    assert sounds(world) == ORDER
    speaker.speak(3, stranger)
    assert sounds(world) not in {ORDER, None}
    assert told(world) == ["started", "partly media 6s", "started"]
    speaker.speak(5)
    assert sounds(world) != ORDER  # it is over for good


def test_a_gap_is_silence_and_is_not_counted_as_heard(world: World) -> None:
    speaker = go_live(world)
    speaker.speak(6)
    world.run(8)
    speaker.speak(6)
    speaker.finish()
    assert told(world) == ["started", "played 12s"]


def test_a_line_that_breaks_off_is_opened_again_and_nothing_is_heard_twice(world: World) -> None:
    speaker = go_live(world)
    first = speaker.writer.write(SECOND)
    speaker.send(first)
    speaker.speak(5)
    world.agent.handle(LineClosed(next(iter(world.lines.up))))
    world.run(2)
    assert len(world.lines.asked) == 2
    speaker.send(first)
    speaker.speak(4)
    speaker.finish()
    assert told(world) == ["started", "played 10s"]


@pytest.mark.parametrize(
    ("way", "reason"), [("stop", "stopped"), ("cancel", "cancelled"), ("mute", "mute"), ("power", "power")]
)
def test_it_ends_at_once_and_for_good(world: World, way: str, reason: str) -> None:
    speaker = go_live(world)
    speaker.speak(6)
    if way == "stop":
        world.tell(world.authority.order("stop"))
    elif way == "cancel":
        world.tell(world.authority.order("cancel", items=(ORDER,)))
    elif way == "mute":
        world.switches.on = True
    else:
        world.boot()
    world.run(1)
    assert sounds(world) is None
    world.switches.on = False
    world.broker_up()
    speaker.speak(6)
    world.run(10)
    assert sounds(world) is None
    found = [one for one in told(world) if not one.startswith("started")]
    assert [one.rpartition(" ")[0] for one in found] == [f"partly {reason}"]


def test_its_order_is_its_end(world: World) -> None:
    speaker = go_live(world, seconds=20)
    speaker.speak(30)
    assert sounds(world) is None
    assert [one.rpartition(" ")[0] for one in told(world)] == ["", "partly expired"]
    assert world.lines.up == {}


def test_an_alert_goes_first_and_the_present_goes_on_after_it(world: World) -> None:
    speaker = go_live(world)
    speaker.speak(6)
    world.tell(world.authority.alert()[0])
    speaker.speak(15)
    assert sounds(world) != ORDER
    speaker.speak(10)
    assert sounds(world) == ORDER
    speaker.finish()
    assert [one.rpartition(" ")[0] for one in told(world) if one.startswith("p")] == [
        "played",
        "partly preempted",
    ]


def test_policy_holds(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    limited = ready(tmp_path / "a", minutes_per_day=10, volume_max=40)
    go_live(limited, seconds=610)
    limited.run(1)
    assert told(limited) == ["refused limit"]
    speaker = go_live(limited, seconds=590, id=order_id("shorter", "vn.5.120"))
    speaker.speak(6)
    assert limited.sink.volumes == [40]
    quiet = ready(tmp_path / "b", quiet=(("00:00", "23:59"), ("23:59", "00:00")))
    go_live(quiet, seconds=60)
    quiet.run(1)
    assert told(quiet) == ["refused quiet"]


def test_a_voice_that_never_comes_is_missed(world: World) -> None:
    go_live(world, seconds=20)
    world.run(30)
    assert told(world) == ["missed media"]


def test_what_piles_up_is_dropped_and_the_present_is_heard() -> None:
    feed = Feed()
    second = [Packet(b"x", 1_000_000)]
    feed.put(second)
    assert feed.take() is None  # no more than the longest segment: wait
    for n in range(10):
        feed.put([Packet(bytes([n]), 1_000_000)])
    found = []
    while (one := feed.take()) is not None:
        found.append(one)
    assert sum(one.us for one in found) <= MOST_US
    assert found[-1].data == bytes([9])


def tenth(n: int = 0) -> list[Packet]:
    return [Packet(bytes([n % 256]), 20_000)] * 5


def play(feed: Feed, ms: int) -> int:
    """Take as a sink does, and give how many of these milliseconds were heard."""
    heard = 0
    for _ in range(ms // 20):
        heard += 20 if feed.take() is not None else 0
    return heard


def test_on_a_good_network_a_voice_is_a_third_of_a_second_late() -> None:
    feed = Feed()
    for n in range(3):
        assert not feed.ready
        feed.put(tenth(n))
    assert feed.ready
    for _ in range(100):
        assert play(feed, 100) == 100
        feed.put(tenth())


def test_what_was_said_while_another_order_was_heard_is_not_said_late() -> None:
    feed = Feed()
    for n in range(50):
        feed.put(tenth(n))  # 5 seconds before the turn comes
    first = feed.take()
    assert first is not None
    assert first.data[0] >= 46
    assert play(feed, 1000) < 400


def test_after_a_gap_more_is_kept_in_hand_and_less_again_when_all_goes_well() -> None:
    feed = Feed()
    for n in range(3):
        feed.put(tenth(n))
    assert play(feed, 1300) == 300
    for _ in range(5):
        assert not feed.ready
        feed.put(tenth())
    assert feed.ready
    for _ in range(10):
        feed.put(tenth())  # what the network had held back: a second and a half are there
    late = 0
    for _ in range(400):
        play(feed, 100)
        feed.put(tenth())
    while feed.take() is not None:
        late += 20
    assert late <= 400


def speech(seconds: float) -> list[bytes]:
    """Give real Opus packets of a tone."""
    encoder: Any = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "mono", "s16"
    packets: list[bytes] = []
    for n in range(int(seconds * 50)):
        frame = av.AudioFrame("s16", "mono", 960)
        frame.sample_rate, frame.pts = 48_000, n * 960
        tone = (int(12_000 * math.sin((n * 960 + i) * 440 * 2 * math.pi / 48_000)) for i in range(960))
        frame.planes[0].update(struct.pack("<960h", *tone))
        packets += [bytes(one) for one in encoder.encode(frame)]
    return packets


def test_a_real_line_is_verified_decoded_and_as_loud_as_it_may_be(tmp_path: Path) -> None:
    """Real HTTP, real Opus: what the session signed comes out as sound."""
    writer, packets = SegmentWriter(ORDER, SESSION), speech(3)
    stream = b"".join(writer.write(packets[n : n + 50]) for n in range(0, len(packets), 50)) + writer.end()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/live?k=1" else 404)
            self.end_headers()
            for n in range(0, len(stream), 700):
                self.wfile.write(stream[n : n + 700])

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    events: list[LineData | LineClosed] = []
    lines = WebLines(f"http://127.0.0.1:{server.server_address[1]}/", events.append, Trust(tmp_path))
    try:
        lines.open(7, "/live?k=1")
        wait_for(lambda: LineClosed(7) in events)
    finally:
        server.shutdown()
        thread.join(60)
        server.server_close()
    assert b"".join(one.data for one in events if isinstance(one, LineData)) == stream
    world = ready(tmp_path)
    speaker = go_live(world)
    speaker.send(b"".join(one.data for one in events if isinstance(one, LineData)))
    feed = world.agent.stage.lives.feed(ORDER)
    samples = b"".join(voice(feed, 50))
    assert len(samples) == 3000 * BYTES_PER_MS
    assert feed.silence_ms == 0
    loudest = max(abs(value) for (value,) in struct.iter_unpack("<h", samples[48_000:]))
    assert 5_000 < loudest < 7_500
