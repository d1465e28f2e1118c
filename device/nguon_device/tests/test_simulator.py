"""The simulator's parts: MQTT as bytes, shared verdicts, drifting clocks, open files."""

import asyncio
import resource
import ssl
from pathlib import Path
from random import Random
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon_device.simulator import command, roster, wire
from nguon_device.simulator.box import Box
from nguon_device.simulator.fleet import Fleet, Models, _how_many
from nguon_device.simulator.machine import DriftingTimer
from nguon_device.simulator.sharing import SharedJudge
from nguon_device.tests.authority import AREA, DEVICE, GROUP, Authority
from nguon_device.tests.world import World
from nguon_protocol.acceptance import SIGNING_ROLES, Accepted, DeviceState, Refused, accept, first_root
from nguon_protocol.clocks import ClockState

EXPECTED = tuple(SIGNING_ROLES)


@given(
    st.lists(st.tuples(st.sampled_from([3, 9, 13]), st.binary(max_size=300)), max_size=6), st.integers(1, 9)
)
def test_packets_come_out_as_they_went_in_however_they_are_cut(
    said: list[tuple[int, bytes]], step: int
) -> None:
    whole = b"".join(wire.packet(kind, body) for kind, body in said)
    buffer, heard = bytearray(), list[tuple[int, bytes]]()
    for at in range(0, len(whole), step):
        buffer += whole[at : at + step]
        heard += wire.packets(buffer)
    assert heard == said


@pytest.mark.parametrize("data", [b"\x30\xff\xff\xff\xff\xff", b"\x30\xff\xff\xff\x7f"])
def test_a_length_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(wire.Malformed):
        list(wire.packets(bytearray(data)))


def test_a_message_is_what_was_published() -> None:
    ((kind, body),) = wire.packets(bytearray(wire.publish("lsp/a/vn/5", b"xin ch\xc3\xa0o")))
    assert (kind, wire.message(body)) == (wire.PUBLISH, "xin chào".encode())


def state(authority: Authority, device: str = DEVICE, area: str = AREA) -> DeviceState:
    root, sha256 = first_root(authority.root)
    return DeviceState(device=device, area=area, root=root, root_sha256=sha256, groups=frozenset({GROUP}))


def test_one_verification_serves_all_that_stand_alike_and_nobody_else() -> None:
    authority, judge = Authority(), SharedJudge()
    order, now = authority.order(item=authority.item()), int(authority.now)
    found = [judge(order, state(authority, f"{n}"), now, ClockState.SYNCED, EXPECTED) for n in range(50)]
    assert all(isinstance(one, Accepted) for one in found)
    assert (judge.judged, judge.verified) == (50, 1)
    elsewhere = judge(order, state(authority, area="vn.9.9.9"), now, ClockState.SYNCED, EXPECTED)
    late = judge(order, state(authority), now + 10_000, ClockState.SYNCED, EXPECTED)
    dark = judge(order, state(authority), now, ClockState.UNKNOWN, EXPECTED)
    assert [one.reason for one in (elsewhere, late, dark) if isinstance(one, Refused)] == [
        "target",
        "expired",
        "clock",
    ]


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_a_shared_verdict_is_never_another_than_the_own(text: bytes | str) -> None:
    authority = AUTHORITY
    now = int(authority.now)
    mine = state(authority)
    assert SHARED(text, mine, now, ClockState.SYNCED, EXPECTED) == accept(text, mine, now, ClockState.SYNCED)


AUTHORITY, SHARED = Authority(), SharedJudge()


def test_a_whole_agent_obeys_the_shared_judge(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.agent.desk.accept = SharedJudge()
    world.run(2)
    world.tell(world.authority.order(item=world.authority.item()))
    world.run(15)
    assert world.authority.events("started", "played") == ["started", "played 10s"]


def test_keys_come_from_the_seed_and_the_roster_says_whether_it_fits(tmp_path: Path) -> None:
    assert roster.key_of(1, 5).public == roster.key_of(1, 5).public
    assert roster.key_of(1, 5).public != roster.key_of(2, 5).public
    assert not roster.matches(tmp_path, 1, 1)
    (tmp_path / roster.ENROLLED).write_text(
        '{"root":"r","broker":"mqtt://b"}\n{"serial":"sim-1-00000","jwt":"j","expires":1}\n'
    )
    assert roster.matches(tmp_path, 1, 1)
    assert not roster.matches(tmp_path, 1, 2)


def test_a_clock_drifts_as_told() -> None:
    real = [100.0]
    timer = DriftingTimer(1000.0, 5.0, lambda: real[0])
    before = timer.monotonic(), timer.wall()
    real[0] += 1000.0
    assert timer.monotonic() - before[0] == pytest.approx(1001.0)
    assert timer.wall() - before[1] == pytest.approx(1001.0)


def test_luck_has_the_rate_that_was_asked_for() -> None:
    rng = Random(1)
    assert sum(_how_many(rng, 0.5) for _ in range(4000)) == pytest.approx(2000, rel=0.1)


def test_too_many_devices_for_this_system_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    asked: list[tuple[int, int]] = []

    def forbid(_what: int, limits: tuple[int, int]) -> None:
        asked.append(limits)
        raise ValueError("not allowed to raise maximum limit")

    monkeypatch.setattr(resource, "setrlimit", forbid)
    with pytest.raises(command.TooFewFiles, match="ulimit -Hn"):
        command.room_for(hard)
    assert asked == [(hard + command.SPARE_FILES, hard + command.SPARE_FILES)]


class Heard:
    """A box that only notes its turns."""

    def __init__(self, name: str, notes: list[str], fleet: Fleet) -> None:
        self.name, self.notes, self.fleet = name, notes, fleet

    def take(self, payload: bytes) -> None:
        self.notes.append(f"{self.name} takes")
        self.fleet.obeyed.append(cast(Box, self))

    def sound(self) -> None:
        self.notes.append(f"{self.name} sounds")
        self.fleet.ready.append(cast(Box, self))

    def turn(self) -> None:
        self.notes.append(f"{self.name} turns")


def test_no_box_judges_late_because_another_still_has_to_write(tmp_path: Path) -> None:
    notes: list[str] = []

    async def lives() -> None:
        fleet = Fleet(
            "http://127.0.0.1:1", tmp_path, Models(), ssl.create_default_context(),
            count=2, poll_s=60, rng=Random(1),
        )  # fmt: skip
        one, other = (cast(Box, Heard(name, notes, fleet)) for name in "ab")
        fleet.came += [(one, b""), (other, b"")]
        until = asyncio.Event()
        asyncio.get_running_loop().call_later(0.05, until.set)
        await fleet.run(until)

    asyncio.run(lives())
    assert notes == [f"{name} {does}" for does in ("takes", "sounds", "turns") for name in "ab"]


def test_a_few_messages_go_to_the_socket_in_one_piece() -> None:
    class Socket(asyncio.Transport):
        def __init__(self) -> None:
            self.pieces: list[bytes] = []

        def write(self, data: bytes | bytearray | memoryview) -> None:
            self.pieces.append(bytes(data))

        def is_closing(self) -> bool:
            return False

    def nothing(*_given: object) -> None: ...

    connection, socket = wire.Connection(b"", [], nothing, nothing, nothing), Socket()
    connection.transport, connection.up = socket, True
    connection.hold()
    assert connection.send(b"one ")
    assert connection.send(b"two")
    assert socket.pieces == []
    connection.let_go()
    connection.send(b"three")
    assert socket.pieces == [b"one two", b"three"]
