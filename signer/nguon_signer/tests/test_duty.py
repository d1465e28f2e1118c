"""Officers sign with their own keys: one a stop, two an alert; devices believe exactly that."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from nguon_protocol.acceptance import Accepted, DeviceState, Refused, accept
from nguon_protocol.clocks import ClockState
from nguon_protocol.documents import Order, Root, Urgent
from nguon_protocol.documents.order import LIFETIME_S
from nguon_protocol.documents.urgent import END_LIFETIME_S
from nguon_protocol.envelope import parse
from nguon_signer import duty, rooting, tokens
from nguon_signer.cli import main
from nguon_signer.errors import SignerError

AREA, AT = "vn.5.120", 1_800_000_000


@dataclass
class Table:
    """Two officers' folders of keys and the root that names them."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, *words: str | Path) -> tuple[int, str]:
        status = main(list(map(str, words)))
        said = self.capsys.readouterr()
        return status, said.out + said.err

    @property
    def file(self) -> Path:
        return self.folder / "v2.json"

    @property
    def root(self) -> Root:
        return rooting.read_draft(self.file.read_text()).root

    def judge(self, envelope: str, now: int = 0) -> Accepted | Refused:
        body = parse(envelope).payload
        state = DeviceState(device="d", area=f"{AREA}.4001", root=self.root, root_sha256=self.root.sha256)
        return accept(envelope, state, now or int(json.loads(body)["issued"]), ClockState.SYNCED)


@pytest.fixture
def table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Table:
    found = Table(tmp_path, capsys)
    for name in ("an", "binh", "chi", "server", "hanh", "long", "stranger"):
        assert found.run("root", "key", "--out", tmp_path / name, "--holder", name)[0] == 0
    cards = [part for name in ("an", "binh", "chi") for part in ("--holder", tmp_path / name / "card.json")]
    server = tmp_path / "server" / "card.json"
    assert found.run("root", "init", *cards, "--server", server, "--out", tmp_path / "v1.json")[0] == 0
    officers = [part for name in ("hanh", "long") for part in ("--duty", tmp_path / name / "card.json")]
    rotate = ("root", "rotate", "--root", tmp_path / "v1.json", *officers, "--out", found.file)
    assert found.run(*rotate)[0] == 0
    return found


def test_an_officers_own_stop_is_obeyed_and_a_strangers_is_never_made(table: Table) -> None:
    out = table.folder / "stop.json"
    asked = ("duty", "stop", "--root", table.file, "--area", AREA)
    assert table.run(*asked, "--key", table.folder / "hanh", "--out", out)[0] == 0
    found = table.judge(out.read_text())
    assert isinstance(found, Accepted)
    assert isinstance(found.document, Order)
    assert (found.document.action, found.document.target) == ("stop", AREA)
    for who in ("stranger", "an"):
        status, said = table.run(*asked, "--key", table.folder / who, "--out", table.folder / "x")
        assert (status, "do not hold the role duty" in said) == (1, True)
    assert not (table.folder / "x").exists()


def test_a_stop_reaches_one_commune_at_most(table: Table) -> None:
    key = table.folder / "hanh"
    for area in ("vn", "vn.5", "nowhere"):
        asked = (
            "duty",
            "stop",
            "--root",
            table.file,
            "--area",
            area,
            "--key",
            key,
            "--out",
            table.folder / "x",
        )
        assert table.run(*asked)[0] == 1
    assert not (table.folder / "x").exists()


def test_two_officers_make_an_alert_and_neither_makes_one_alone(table: Table) -> None:
    out, both = table.folder / "alert.json", table.folder / "alert.signed"
    asked = ("duty", "alert", "--root", table.file, "--area", "vn.5", "--sounds", "siren,flood", "--out", out)
    status, said = table.run(*asked, "--key", table.folder / "hanh")
    assert status == 0
    (words,) = re.findall(r"^(?:[a-z]+ ){11}[a-z]+$", said, re.M)
    for one in json.loads(out.read_text()):
        assert table.judge(json.dumps(one)) == Refused(
            "threshold", "", "urgent", parse(json.dumps(one)).sha256
        )
    cosign = ("duty", "cosign", out, "--root", table.file, "--words")
    for who, given in (("hanh", words), ("stranger", words), ("long", "other " * 12)):
        assert table.run(*cosign, given, "--key", table.folder / who)[0] == 1
    assert not both.exists()
    assert table.run(*cosign, words, "--key", table.folder / "long")[0] == 0
    alert, cancel, correction = (json.dumps(one) for one in json.loads(both.read_text()))
    for one, action in ((alert, "play"), (cancel, "cancel"), (correction, "correct")):
        found = table.judge(one)
        assert isinstance(found, Accepted)
        assert isinstance(found.document, Urgent)
        assert found.document.action == action


def test_the_second_officer_signs_no_part_of_an_alert_and_nothing_else(table: Table) -> None:
    hanh, long = (tokens.signers(str(table.folder / name)) for name in ("hanh", "long"))
    made = [
        duty.alert(
            table.root,
            hanh,
            "vn.5",
            AT + n,
            sounds=["siren"],
            correction=["all-clear"],
            dur_ms=1000,
            repeat=1,
        )
        for n in range(2)
    ]
    (alert, cancel, correction), (_, other, _) = (one.envelopes for one in made)
    stop = duty.stop(table.root, hanh, AREA, AT).envelopes[0]
    for parts in ((alert,), (alert, cancel), (alert, other, correction), (cancel, correction), (stop,)):
        with pytest.raises(SignerError, match="not signed"):
            duty.cosign(table.root, duty.Sealed(parts), long)
    assert len(duty.cosign(table.root, made[0], long).envelopes) == 3


def test_an_alert_is_drafted_whole_with_its_own_end(table: Table) -> None:
    hanh = tokens.signers(str(table.folder / "hanh"))
    said = {"sounds": ["siren"], "correction": ["all-clear"], "dur_ms": duty.STEP_MS}
    made = duty.alert(table.root, hanh, "vn.5", AT, repeat=2, **said)  # type: ignore[arg-type]
    alert, cancel, correction = (Urgent.parse(parse(one).payload) for one in made.envelopes)
    assert (alert.cancel, alert.correction) == (cancel.sha256, correction.sha256)
    assert (cancel.of, correction.of) == (alert.id, alert.id)
    assert len({alert.id, cancel.id, correction.id}) == 3
    assert [one.v for one in (alert, cancel, correction)] == [AT, AT + 1, AT + 2]
    assert alert.expires == AT + LIFETIME_S
    assert cancel.expires == correction.expires == AT + END_LIFETIME_S
    assert (alert.sounds, correction.sounds) == (("siren",), ("all-clear",))
    assert (alert.dur_ms, correction.dur_ms) == (duty.STEP_MS, duty.STEP_MS)
    assert (alert.repeat, correction.repeat) == (2, 1)
    for wrong in (0, duty.STEP_MS + 1):
        with pytest.raises(SignerError, match="at most 10 minutes"):
            duty.alert(table.root, hanh, "vn.5", AT, repeat=1, **said | {"dur_ms": wrong})  # type: ignore[arg-type]


def test_what_no_device_would_accept_is_not_signed(table: Table) -> None:
    hanh = tokens.signers(str(table.folder / "hanh"))
    for sounds, repeat, dur_ms in (
        (["../siren"], 1, 1000),
        ([], 1, 1000),
        (["siren"], 11, 1000),
        (["siren"], 1, 0),
    ):
        with pytest.raises(SignerError):
            duty.alert(
                table.root, hanh, AREA, AT, sounds=sounds, correction=["x"], dur_ms=dur_ms, repeat=repeat
            )
    with pytest.raises(SignerError, match="nothing that duty officers sign"):
        duty.read("{}")
