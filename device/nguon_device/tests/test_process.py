"""The agent as a real process: killed, stopped, without a broker; real sound in real files."""

import base64
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nguon_device.cli import main
from nguon_device.handed import LARGEST, Handed
from nguon_device.tests.authority import Authority
from nguon_device.tests.live import Process, serving, tone, wait_for
from nguon_protocol import keys
from nguon_protocol.documents import Item, Order

pytestmark = pytest.mark.slow


@pytest.fixture
def authority() -> Authority:
    """A server whose broker is not there: everything must work over HTTP alone."""
    return Authority(now=time.time(), broker={"url": "mqtt://127.0.0.1:9", "jwt": "x"})


@pytest.fixture
def agent(authority: Authority, tmp_path: Path) -> Iterator[Process]:
    with serving(authority) as url:
        process = Process(tmp_path, url)
        try:
            wait_for(lambda: authority.events("info"))
            yield process
        finally:
            process.kill()


def item(authority: Authority, name: str, seconds: float) -> Item:
    return authority.item(name, sound=tone(seconds), dur_ms=int(seconds * 1000))


def test_it_plays_and_proves_and_ends_cleanly(authority: Authority, agent: Process) -> None:
    authority.order(item=item(authority, "a", 2.5))
    wait_for(lambda: authority.events("played"))
    assert authority.events() == ["info boot", "accepted", "started", "played 2s"]
    ((seconds, loudest, sidecar),) = agent.wavs()
    assert abs(seconds - 2.5) <= 0.02
    assert 8_000 < loudest < 11_000  # a tone of 12,000 at volume 80
    assert (sidecar["complete"], sidecar["title"]) == (True, "Thông báo")
    assert agent.end() == 0


def test_killed_inside_an_item_it_does_not_play_it_again(authority: Authority, agent: Process) -> None:
    authority.order(item=item(authority, "a", 8))
    wait_for(lambda: agent.wavs() and agent.wavs()[0][0] > 2.2)
    agent.kill()
    ((seconds, loudest, sidecar),) = agent.wavs()
    assert seconds > 2.2
    assert loudest > 8_000
    assert not sidecar["complete"]
    agent.start()
    wait_for(lambda: authority.events("partly"))
    (partly,) = [one for one in authority.receipts if one.event == "partly"]
    assert partly.reason == "power"
    assert abs((partly.seconds_ms or 0) / 1000 - seconds) <= 1.3
    authority.order(item=item(authority, "b", 1))
    wait_for(lambda: authority.events("played"))
    assert len(agent.wavs()) == 2


def test_stop_silences_within_200_ms_of_its_arrival(authority: Authority, agent: Process) -> None:
    authority.order(item=item(authority, "a", 20))
    wait_for(lambda: agent.wavs() and agent.wavs()[0][0] > 0.5)
    authority.order("stop")
    wait_for(lambda: authority.events("partly"))
    ((seconds, _, sidecar),) = agent.wavs()
    assert sidecar["end"] is not None
    (partly,) = [one for one in authority.receipts if one.event == "partly"]
    assert partly.reason == "stopped"
    assert abs((partly.seconds_ms or 0) / 1000 - seconds) <= 0.2


def test_a_strangers_order_is_refused_and_reported(authority: Authority, agent: Process) -> None:
    one = item(authority, "a", 1)
    now = int(time.time())
    order = Order(
        issued=now, expires=now + 900, epoch=1, v=1, id=one.id, target="vn.5.120", action="play", item=one
    )
    authority.publish(order, keys.generate())
    wait_for(lambda: authority.events("refused"))
    assert authority.events("refused", "started") == ["refused threshold"]
    assert agent.wavs() == []


def test_a_damaged_file_is_thrown_away_and_fetched_again(authority: Authority, agent: Process) -> None:
    one = item(authority, "a", 1)
    sound = authority.media[one.media.sha256]
    authority.media[one.media.sha256] = b"x" * len(sound)
    authority.order(item=one)
    wait_for(lambda: "info media-hash" in authority.events())
    authority.media[one.media.sha256] = sound
    wait_for(lambda: authority.events("played"))


def test_a_half_fetched_file_is_resumed(authority: Authority, agent: Process, tmp_path: Path) -> None:
    one = item(authority, "a", 1)
    part = tmp_path / "media" / f"{one.media.sha256}.part"
    part.write_bytes(authority.media[one.media.sha256][:1000])
    authority.order(item=one)
    wait_for(lambda: authority.events("played"))
    assert not part.exists()


def test_a_second_agent_on_the_same_folder_says_so(agent: Process) -> None:
    first = agent.child
    agent.start()
    assert agent.child.wait(10) == 2
    agent.child = first


def test_with_server_and_network_gone_what_two_officers_signed_is_handed_over_and_sounds(
    authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "sounds").mkdir()
    (tmp_path / "sounds" / "siren.ogg").write_bytes(tone(1))
    with serving(authority) as url:
        process = Process(tmp_path, url)
        wait_for(lambda: authority.events("info"))
    try:  # from here on there is no server
        whole = [json.loads(one) for one in authority.alert(dur_ms=60_000, repeat=9)]
        half = {**whole[0], "signatures": whole[0]["signatures"][:1]}
        hand(tmp_path, [half])
        hand(tmp_path, whole)
        wait_for(process.wavs)
        hand(tmp_path, whole, "--end", "cancel")
        wait_for(lambda: silent(process))
        assert len(process.wavs()) == 1  # half signed it made no sound
    finally:
        process.kill()


def hand(folder: Path, documents: list[dict[str, Any]], *more: str) -> None:
    """As from a stick; the agent has taken it when the folder is empty again."""
    stick = folder / "alert.signed"
    stick.write_text(json.dumps(documents))
    assert main(["hand", str(stick), "--data", str(folder), *more]) == 0
    wait_for(lambda: not list((folder / "handed").glob("*.json")))


def silent(process: Process) -> bool:
    before = process.wavs()[0][0]
    time.sleep(0.7)
    return before == process.wavs()[0][0] < 50


def test_nothing_that_lies_there_stops_the_agent_or_is_read_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "handed"
    folder.mkdir()
    (tmp_path / "secret").write_text("secret")
    (folder / "a.json").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "b.json")
    (folder / "c.json").mkdir()
    (folder / "d.json").write_bytes(b"x" * (LARGEST + 1))
    (folder / "e.json").write_bytes(b"{}")
    (folder / "f.new").write_bytes(b"not yet")
    handed = Handed(tmp_path)
    assert (handed.take(), handed.take()) == ([b"{}"], [])
    assert sorted(path.name for path in folder.iterdir()) == ["c.json", "f.new"]
    deep = base64.b64encode(b'{"action":' + b"[" * 100_000).decode()
    (tmp_path / "deep").write_text(json.dumps({"payload": deep}))
    assert main(["hand", str(tmp_path / "deep"), "--data", str(tmp_path)]) == 2


def test_what_is_no_file_of_officers_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x").write_text("{}")
    for words in ([str(tmp_path / "x")], [str(tmp_path / "none")], [str(tmp_path / "x"), "--end", "cancel"]):
        assert main(["hand", *words, "--data", str(tmp_path)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert (len(said), all(line.startswith("nguon-device: ") for line in said)) == (3, True)
