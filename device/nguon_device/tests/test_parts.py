"""The agent's parts by themselves: sound files, journal, clock, back-off, command line."""

import json
import os
import struct
import sys
import wave
from pathlib import Path
from queue import SimpleQueue
from random import Random
from typing import Any

import pytest

from nguon_device import cli, store
from nguon_device.backoff import Backoff
from nguon_device.decoding import BYTES_PER_MS, pcm
from nguon_device.identity import load_or_make_key
from nguon_device.ports import Message, Playing, Reply, Request
from nguon_device.shelf import FolderShelf
from nguon_device.sinks import NoSink, make_sink
from nguon_device.sinks.wav import WavOutput
from nguon_device.store import Store
from nguon_device.tests.authority import Authority
from nguon_device.tests.live import serving, tone, wait_for
from nguon_device.tests.world import World
from nguon_device.timekeeping import DeviceClock
from nguon_device.trust import Trust
from nguon_device.web import Web
from nguon_protocol import keys
from nguon_protocol.documents import Beacon


@pytest.fixture(scope="module")
def ogg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "tone"
    path.write_bytes(tone(1.5))
    return path


def loudest(data: bytes) -> int:
    return max(abs(int(value)) for (value,) in struct.iter_unpack("<h", data))


def test_decoding_keeps_length_offset_and_volume(ogg: Path) -> None:
    whole = b"".join(pcm(ogg, "audio/ogg", 0, 100))
    assert abs(len(whole) / BYTES_PER_MS - 1500) <= 20
    assert b"".join(pcm(ogg, "audio/ogg", 500, 100)) == whole[500 * BYTES_PER_MS :]
    assert abs(loudest(b"".join(pcm(ogg, "audio/ogg", 0, 50))) * 2 - loudest(whole)) <= 4
    assert loudest(b"".join(pcm(ogg, "audio/ogg", 0, 0))) == 0
    assert b"".join(pcm(ogg, "audio/ogg", 60_000, 100)) == b""


def test_what_is_no_sound_ends_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("#EXTM3U\nhttp://127.0.0.1/evil.ts\n")
    ended: list[int] = []
    sink = make_sink("null", lambda: ended.append(1))
    sink.start(Playing("i", "t", path, "audio/ogg", 0, 1000, 80, 0))
    wait_for(lambda: ended)
    assert sink.state().error == "media"
    sink.start(Playing("i", "t", tmp_path / "none", "audio/ogg", 0, 1000, 80, 0))
    wait_for(lambda: len(ended) == 2)
    assert sink.state().finished


def test_a_wav_file_is_readable_at_every_moment(tmp_path: Path) -> None:
    output = WavOutput(
        tmp_path, Playing("item", "Tin", tmp_path, "audio/ogg", 0, 1000, 80, 1_800_000_000_123)
    )
    output.begin(5.5)
    (path,) = tmp_path.glob("*.wav")
    assert path.name == "20270115T080000.123Z_item.wav"
    for count in range(3):
        with wave.open(str(path)) as file:
            assert (file.getnframes(), file.getframerate(), file.getnchannels()) == (count * 480, 48_000, 1)
        output.write(b"\1\0" * 480)
    output.close(complete=True)
    found = json.loads(path.with_suffix(".json").read_text())
    assert found == {
        "start": "2027-01-15T08:00:00.123+00:00", "end": "2027-01-15T08:00:00.153+00:00", "item": "item",
        "title": "Tin", "seconds": 0.03, "offset": 0.0, "volume": 80, "complete": True,
        "monotonic": 5.5,
    }  # fmt: skip


def test_a_new_sound_silences_the_old_one(ogg: Path, tmp_path: Path) -> None:
    sink = make_sink(f"wav:{tmp_path}", lambda: None)
    for name in ("a", "b"):
        sink.start(Playing(name, name, ogg, "audio/ogg", 0, 1500, 80, 1_800_000_000_000))
        wait_for(lambda: sink.state().played_ms >= 150)
    assert sink.stop().played_ms >= 150
    assert sink.state().finished
    for path in tmp_path.glob("*.json"):
        found = json.loads(path.read_text())
        assert 0.1 < found["seconds"] < 1.2
        assert not found["complete"]


def test_a_file_counts_only_when_its_whole_hash_is_right(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path)
    good = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    shelf.part(good).write_bytes(b"hellx")
    assert not shelf.finish(good)
    shelf.part(good).write_bytes(b"hello")
    assert shelf.finish(good)
    assert FolderShelf(tmp_path).stored() == {good}


def test_old_files_that_nothing_asks_for_are_dropped(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / (name * 64)).write_bytes(b"")
    for name in ("a", "b"):
        os.utime(tmp_path / (name * 64), (0, 0))
    shelf = FolderShelf(tmp_path)
    shelf.forget({"a" * 64})
    assert shelf.stored() == {"a" * 64, "c" * 64} == {path.name for path in tmp_path.iterdir()}


def test_a_full_disk_is_a_reason_and_no_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority, shelf, replies = Authority(), FolderShelf(tmp_path), SimpleQueue[Reply]()
    media = authority.item().media
    request = Request("media", "GET", f"/lsp/v1/media/{media.sha256}", auth=False, media=media)
    monkeypatch.setattr(shelf, "part", lambda sha256: Path("/dev/full"))
    with serving(authority) as url:
        web = Web(url, keys.generate(), shelf, replies.put, lambda: "", lambda: 0.0, Trust(tmp_path))
        web.ask(request)
        assert replies.get(timeout=60).error == "disk-full"
        monkeypatch.undo()
        web.ask(request)
        assert replies.get(timeout=60).ok


def test_without_a_sound_card_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(NoSink, match="PortAudio"):
        make_sink("audio", lambda: None)


def test_when_full_the_least_important_receipts_go_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "KEPT_RECEIPTS", 100)
    journal = Store(tmp_path / "db")
    with journal.transaction():
        journal.remember("acknowledged", 30)
        for n in range(1, 201):
            journal.add_receipt(n, "played" if n % 2 else "info", "x")
    left = [n for n, _ in journal.receipts_after(0, 1000)]
    assert min(left) > 30
    assert set(range(31, 200, 2)) <= set(left)
    assert len(left) == 100


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    journal = Store(tmp_path / "db")

    def fail() -> None:
        with journal.transaction():
            journal.remember("a", 1)
            with journal.transaction():
                journal.remember("b", 1)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert (journal.fact("a"), journal.fact("b")) == (None, None)


def test_a_full_disk_loses_no_order_and_the_agent_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    world.run(2)
    order = world.authority.order(item=world.authority.item())

    def full(*given: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "put_document", full)
        with pytest.raises(OSError, match="No space"):
            world.agent.handle(Message(b'{"doc":' + order.encode() + b"}"))
        world.agent.recover()
    world.run(20)
    assert world.authority.events("accepted", "played") == ["accepted", "played 10s"]
    assert world.authority.chain.n == len(world.authority.receipts)


class StillTimer:
    mono = 100.0

    def monotonic(self) -> float:
        return self.mono

    def wall(self) -> float:
        return 1_790_000_000.0

    def era(self) -> str:
        return "battery"


def beacon(now: int, now_ms: int | None = None) -> Beacon:
    return Beacon(issued=now, expires=now + 300, now=now, nonce="", root_v=1, device="d", now_ms=now_ms)


def test_the_clock_takes_a_fast_beacon_and_no_slow_one(tmp_path: Path) -> None:
    timer = StillTimer()
    clock = DeviceClock(timer, Store(tmp_path / "db"))
    assert clock.state == "UNKNOWN"
    assert not clock.set_by(beacon(1_800_000_000), timer.mono - 10.5)
    assert not clock.set_by(beacon(1_800_000_000), timer.mono + 1)
    assert clock.state == "UNKNOWN"
    assert clock.set_by(beacon(1_800_000_000, 1_800_000_000_400), timer.mono - 0.2)
    assert clock.state == "SYNCED"
    assert clock.now() == pytest.approx(1_800_000_000.5)
    assert clock.set_by(beacon(1_800_000_000), timer.mono)
    assert clock.now() == pytest.approx(1_800_000_000.5)  # inside the second already: left alone
    timer.mono += 86_400
    assert clock.state == "HOLDOVER"
    timer.mono += 35 * 86_400
    assert clock.state == "UNKNOWN"


def test_the_clock_never_goes_before_what_was_accepted(tmp_path: Path) -> None:
    timer, journal = StillTimer(), Store(tmp_path / "db")
    clock = DeviceClock(timer, journal)
    clock.raise_floor(1_800_000_000)
    clock.set_by(beacon(1_790_000_000), timer.mono)
    assert clock.now() == 1_800_000_000
    assert DeviceClock(timer, journal).now() >= 1_800_000_000


def test_back_off_is_jittered_and_capped() -> None:
    backoff = Backoff(Random(1), base_s=0.5, cap_s=3)
    waits = [backoff.failed() for _ in range(50)]
    assert max(waits) <= 3
    assert min(waits) >= 0.1
    assert len({round(wait, 3) for wait in waits}) > 40
    backoff.worked()
    assert backoff.failed() <= 1


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    (tmp_path / "device.new").write_text("half a key")
    first = load_or_make_key(tmp_path)
    assert load_or_make_key(tmp_path).public == first.public
    assert os.stat(tmp_path / "device.key").st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--sink", "tape"], "unknown sink"),
        (["--poll", "0"], "--poll"),
        (["--server", "ftp://x"], "http://"),
        (["--data", "/dev/null/x"], "cannot be used"),
    ],
)
def test_a_wrong_command_gets_one_clear_sentence(
    arguments: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = ["run", "--data", str(tmp_path), "--server", "http://127.0.0.1:9"]
    assert cli.main([*usual, *arguments]) == 2
    assert sentence in capsys.readouterr().err
