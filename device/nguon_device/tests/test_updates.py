"""A newer program: only by two maintainers, only when nothing sounds, and back again if it fails."""

import hashlib
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

import nguon_device
import nguon_protocol
from nguon_device.launcher import read
from nguon_device.slots import BadBundle, FolderSlots
from nguon_device.tests.authority import Authority
from nguon_device.tests.live import serving, tone, wait_for
from nguon_device.tests.world import World
from nguon_protocol import keys
from nguon_protocol.documents import PlanItem

BUNDLE = b"a newer program"


class Slots:
    """A launcher's side in small."""

    def __init__(self, launched: str = "proven", running: str = "") -> None:
        self.launched = launched
        self.running = running
        self.said: dict[str, str] = {}
        self.wanted: list[str] = []
        self.floor = (0, 0)

    def raise_floor(self, number: tuple[int, int]) -> None:
        self.floor = max(self.floor, number)

    def outcome(self) -> dict[str, str]:
        return self.said

    def forget_outcome(self) -> None:
        self.said = {}

    def prove(self) -> None:
        self.launched = "proven"

    def prepare(self, bundle: Path, sha256: str, doc: str) -> None:
        self.wanted.append(sha256)


def begin(folder: Path, slots: Slots | None = None) -> tuple[World, Slots]:
    world = World(folder, slots=slots or Slots())
    world.run(5)
    assert isinstance(world.slots, Slots)
    return world, world.slots


def test_two_maintainers_make_it_leave_for_the_new_program(tmp_path: Path) -> None:
    world, slots = begin(tmp_path)
    world.authority.release(BUNDLE)
    world.until(lambda: world.agent.updater.leaving)
    assert len(slots.wanted) == 1
    assert world.authority.events("accepted", "refused") == ["accepted"]


@pytest.mark.parametrize(
    ("signers", "changes", "reason"),
    [(1, {}, "threshold"), (2, {"model": "another-box"}, "target"), (2, {"epoch": 2}, "epoch")],
)
def test_what_is_no_release_for_it_changes_nothing(
    tmp_path: Path, signers: int, changes: dict[str, object], reason: str
) -> None:
    world, slots = begin(tmp_path)
    world.authority.release(BUNDLE, signers, **changes)
    world.run(20)
    assert slots.wanted == []
    assert world.authority.events("refused") == [f"refused {reason}"]


def test_an_older_release_is_refused(tmp_path: Path) -> None:
    world, slots = begin(tmp_path)
    world.tell(world.authority.release(BUNDLE, v=7))
    world.tell(world.authority.release(b"older", v=6))
    world.run(20)
    assert world.authority.events("refused") == ["refused rollback"]
    assert len(slots.wanted) == 1


def test_a_box_that_lost_its_journal_takes_no_older_one(tmp_path: Path) -> None:
    mine = hashlib.sha256(BUNDLE).hexdigest()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    world, slots = begin(tmp_path / "a", Slots("proven", mine))
    world.authority.release(BUNDLE, v=7)
    world.until(lambda: slots.floor == (1, 7))
    empty, slots = begin(tmp_path / "b", slots)  # the program and its floor are still there
    empty.authority.release(b"older", v=6)
    empty.run(20)
    assert slots.wanted == []
    empty.authority.release(b"newer", v=8)
    empty.until(lambda: empty.agent.updater.leaving)
    assert len(slots.wanted) == 1


def test_the_floor_lies_beside_the_programs_and_only_rises(tmp_path: Path) -> None:
    (tmp_path / "slots").mkdir()
    slots = FolderSlots(tmp_path, {})
    assert slots.floor == (0, 0)
    slots.raise_floor((2, 1))
    slots.raise_floor((1, 9))
    assert FolderSlots(tmp_path, {}).floor == (2, 1)
    (tmp_path / "slots" / "floor.json").write_text('{"epoch": "x"}')
    assert FolderSlots(tmp_path, {}).floor == (0, 0)


def test_never_while_it_plays_nor_shortly_before(tmp_path: Path) -> None:
    world, slots = begin(tmp_path)
    authority = world.authority
    authority.order(item=authority.item("a", dur_ms=60_000))
    soon = int(authority.now) + 200
    authority.plan(PlanItem(soon, authority.item("b", soon, dur_ms=30_000)))
    world.run(10)
    authority.release(BUNDLE)
    world.run(215)
    assert slots.wanted == []  # the first sounds, then the second is too near, then it sounds
    world.until(lambda: world.agent.updater.leaving, at_most_s=60)
    assert authority.events("played", "partly", "missed") == ["played 60s", "played 30s"]


def test_a_program_on_trial_is_silent_until_a_beacon_proves_it(tmp_path: Path) -> None:
    world, _ = begin(tmp_path)
    world.slots = Slots("trial", "ab" * 32)
    world.cut = True
    world.boot()
    world.timer.wrong_by = 0
    world.tell(world.authority.order(item=world.authority.item("a")))
    world.run(10)
    assert world.agent.stage.sounding is None
    world.cut = False
    world.until(lambda: world.starts != [])
    assert "info updated" in world.authority.events()
    assert world.slots.launched == "proven"


def test_a_failed_trial_is_reported_and_not_tried_again_until_a_newer_release(tmp_path: Path) -> None:
    world, slots = begin(tmp_path)
    world.authority.release(BUNDLE)
    world.until(lambda: world.agent.updater.leaving)
    slots.said = {"outcome": "update-failed", "sha256": slots.wanted[0]}
    world.boot()
    world.run(30)
    assert "info update-failed" in world.authority.events()
    assert len(slots.wanted) == 1
    world.authority.release(b"a better one")
    world.until(lambda: world.agent.updater.leaving)


@pytest.mark.parametrize("name", ["../out", "/etc/x", "a/../../x", "a\\..\\x"])
def test_a_bundle_that_leads_outside_its_slot_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "bundle").write_bytes(zipped({"nguon_device/__main__.py": b"", name: b"x"}))
    with pytest.raises(BadBundle):
        FolderSlots(tmp_path, {}).prepare(tmp_path / "bundle", "ab" * 32, "")
    assert read(tmp_path / "slots" / "wanted.json") == {}


@pytest.mark.parametrize("content", [b"no zip", b"", b"PK\x03\x04"])
def test_what_is_no_zip_is_no_program(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bundle").write_bytes(content)
    with pytest.raises(BadBundle):
        FolderSlots(tmp_path, {}).prepare(tmp_path / "bundle", "ab" * 32, "")


# with real processes


def zipped(files: dict[str, bytes]) -> bytes:
    found = BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return found.getvalue()


def program(version: str, **instead: bytes) -> bytes:
    """Give this very program as a bundle, with another version and a file or two replaced."""
    files: dict[str, bytes] = {}
    for package in (nguon_device, nguon_protocol):
        folder = Path(package.__file__ or "").parent
        for path in folder.rglob("*.py"):
            if "tests" not in path.parts:
                files[str(path.relative_to(folder.parent))] = path.read_bytes()
    init = files["nguon_device/__init__.py"]
    files["nguon_device/__init__.py"] = init.replace(nguon_device.__version__.encode(), version.encode())
    return zipped(files | {f"nguon_device/{name}.py": content for name, content in instead.items()})


class Launched:
    def __init__(self, folder: Path, url: str) -> None:
        command = [sys.executable, "-m", "nguon_device", "launch", "--data", str(folder), "--trial", "4"]
        command += ["--server", url, "--sink", f"wav:{folder / 'wav'}", "--poll", "0.3"]
        self.child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def end(self) -> int:
        self.child.terminate()
        return self.child.wait(15)


@pytest.fixture
def authority() -> Authority:
    return Authority(now=time.time())


@pytest.fixture
def launched(authority: Authority, tmp_path: Path) -> Iterator[Launched]:
    with serving(authority) as url:
        process = Launched(tmp_path, url)
        try:
            wait_for(lambda: authority.events("info"))
            yield process
        finally:
            assert process.end() == 0


def agents(authority: Authority) -> set[str]:
    return {str(one["agent"]) for one in authority.healths}


@pytest.mark.slow
def test_it_updates_itself_and_plays_on(authority: Authority, launched: Launched, tmp_path: Path) -> None:
    authority.order(item=authority.item("a", sound=tone(2), dur_ms=2000))
    authority.release(program("9.9.9"))
    wait_for(lambda: "info updated" in authority.events(), 30)
    assert authority.events("started", "partly", "played") == ["started", "played 2s"]
    wait_for(lambda: "9.9.9" in agents(authority))
    authority.order(item=authority.item("b", sound=tone(1), dur_ms=1000))
    wait_for(lambda: len(authority.events("played")) == 2)
    state = read(tmp_path / "slots" / "state.json")
    assert (state["slot"], state["before"]["slot"]) == ("a", "")
    authority.release(program("9.9.10"))
    wait_for(lambda: "9.9.10" in agents(authority), 30)
    wait_for(lambda: read(tmp_path / "slots" / "state.json")["slot"] == "b")


@pytest.mark.slow
@pytest.mark.parametrize("broken", [b"raise SystemExit(1)", b"import time\ntime.sleep(1000)", b"%"])
def test_a_program_that_does_not_work_gives_way(
    authority: Authority, launched: Launched, tmp_path: Path, broken: bytes
) -> None:
    authority.release(program("9.9.9", __main__=broken))
    wait_for(lambda: "info update-later" in authority.events(), 40)
    authority.order(item=authority.item("a", sound=tone(1), dur_ms=1000))
    wait_for(lambda: authority.events("played"))
    assert read(tmp_path / "slots" / "state.json")["slot"] == ""


@pytest.mark.slow
def test_killed_in_the_middle_of_an_update_it_comes_back(
    authority: Authority, launched: Launched, tmp_path: Path
) -> None:
    authority.release(program("9.9.9"))
    wait_for(lambda: (tmp_path / "slots" / "wanted.json").exists(), 30)
    kill_with_its_agent(launched.child.pid)
    launched.child.wait(60)
    with serving(authority) as url:
        launched.child = Launched(tmp_path, url).child
        wait_for(lambda: "info updated" in authority.events(), 30)
        launched.end()


def kill_with_its_agent(pid: int) -> None:
    """Cut the power of a launcher and of the agent that it has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for one in (pid, *map(int, children)):
        os.kill(one, signal.SIGKILL)


def test_the_keys_of_one_maintainer_twice_are_one_holder(tmp_path: Path) -> None:
    world, slots = begin(tmp_path)
    first = world.authority.maintainers[0]
    world.authority.maintainers = [first, keys.generate(), first]
    world.authority.release(BUNDLE, signers=3)
    world.run(10)
    assert slots.wanted == []
    assert world.authority.events("refused") == ["refused threshold"]
