"""An officer's own stop through the whole line of real processes, with the broker and without it."""

from pathlib import Path

import pytest

from nguon_protocol.documents import Order
from nguon_protocol.envelope import parse
from nguon_signer import cli, keys, rooting
from nguon_signer.opened import HOLDERS, PUBLIC
from tests.faults.looking import ask, loudspeakers, wait_for
from tests.faults.processes import down, held
from tests.faults.telling import Person
from tests.journeys.installation import Installation

pytestmark = [pytest.mark.fault, pytest.mark.slow]
LONG = "Đây là bản tin dài để thử lệnh dừng của người trực ban. " * 8


def run(*words: str | Path) -> None:
    assert cli.main([str(word) for word in words]) == 0


def appoint(line: Installation, folder: Path) -> None:
    """Name an officer in the root, as two holders do, and put that root into the signer's store."""
    store, draft = line.data / "signer", folder / "root.json"
    for name in ("hanh", "stranger"):
        run("root", "key", "--out", folder / name, "--holder", name)
    root = ("--root", store / PUBLIC / "root.json", "--duty", folder / "hanh" / "card.json")
    run("root", "rotate", *root, "--out", draft)
    signed = rooting.read_draft(draft.read_text())
    for holder in ("holder-1", "holder-2"):
        signed = signed.signed_by(keys.read(store / HOLDERS / holder))
    draft.write_text(signed.to_json())
    with down(line, "signer"):
        run("root", "install", draft, "--store", store)


def silenced(line: Installation, commune: str) -> tuple[str, list[str]]:
    """The newest order of a person's own there, and the loudspeakers that have told that they obey it."""
    sql = "SELECT sha256 FROM deliveries_document WHERE target = %s AND v >= 2 ^ 40 ORDER BY v DESC LIMIT 1"
    ((sha256,),) = ask(line, sql, commune)
    sql = (
        "SELECT device_id::text FROM deliveries_receipt WHERE document = %s AND event = 'accepted' ORDER BY 1"
    )
    return sha256, [name for (name,) in ask(line, sql, sha256)]


def test_an_officers_own_stop_silences_the_commune_and_a_strangers_is_one_sentence(
    line: Installation, person: Person, tmp_path: Path
) -> None:
    appoint(line, tmp_path)
    boxes = loudspeakers(line)
    commune = ".".join(next(iter(boxes.values()))[1].split(".")[:3])
    there = sorted(name for name, (_, area) in boxes.items() if f"{area}.".startswith(f"{commune}."))
    asked = ("duty", "stop", "--area", commune)
    officer = ("--root", tmp_path / "root.json", "--key", tmp_path / "hanh")
    run(*asked, *officer, "--out", tmp_path / "first.json")
    order = Order.parse(parse((tmp_path / "first.json").read_text()).payload)
    (tmp_path / "forged.json").write_text(order.sign(keys.read(tmp_path / "stranger")))
    refused = line.run("relay", str(tmp_path / "forged.json"))
    assert (refused.returncode, "Chữ ký trong tệp thiếu" in refused.stdout + refused.stderr) == (1, True)
    assert ask(line, "SELECT count(*) FROM deliveries_document WHERE v >= 2 ^ 40") == [(0,)]

    bulletin = person.say(LONG, commune)
    playing = "SELECT count(*) FROM deliveries_delivery WHERE state = 'playing'"
    wait_for(lambda: ask(line, playing) == [(len(there),)], "the bulletin's beginning")
    person.do("relay", file=str(tmp_path / "first.json"))
    wait_for(lambda: silenced(line, commune)[1] == there, "the receipts of all")
    ended = """SELECT d.state, d.reason FROM deliveries_delivery d
        JOIN broadcasts_airing a ON a.id = d.airing_id JOIN bulletins_revision r ON r.id = a.revision_id
        WHERE r.bulletin_id = %s"""
    wait_for(lambda: ask(line, ended, bulletin) == [("partly", "stopped")] * len(there), "the silence")

    with held(line, "nats"):
        run(*asked, *officer, "--out", tmp_path / "second.json")
        person.do("relay", file=str(tmp_path / "second.json"))
        wait_for(lambda: silenced(line, commune)[1] == there, "the stop by HTTP alone")
