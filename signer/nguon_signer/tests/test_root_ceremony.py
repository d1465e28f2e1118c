"""The key ceremony by its commands: three people, three folders, files that go from hand to hand."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from nguon_protocol.acceptance import Accepted, DeviceState, Refused, accept, first_root
from nguon_protocol.clocks import ClockState
from nguon_signer import rooting, tokens, words
from nguon_signer.cli import main
from nguon_signer.errors import SignerError
from nguon_signer.opened import open_store
from nguon_signer.tests.cast import EPOCH

NAMES = ("an", "binh", "chi", "server")


def run(capsys: pytest.CaptureFixture[str], *words_: str | Path) -> tuple[int, str]:
    status = main(["root", *map(str, words_)])
    said = capsys.readouterr()
    return status, said.out + said.err


def twelve(said: str) -> str:
    found = re.search(r"^([a-z]+ ){11}[a-z]+$", said, re.M)
    assert found
    return found[0]


@pytest.fixture
def table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """This fixture will give everybody's keys, and the draft of root v1 on the table."""
    for name in NAMES:
        assert run(capsys, "key", "--out", tmp_path / name, "--holder", name)[0] == 0
    cards = [part for name in NAMES[:3] for part in ("--holder", tmp_path / name / "card.json")]
    server = tmp_path / "server" / "card.json"
    assert run(capsys, "init", *cards, "--server", server, "--out", tmp_path / "root.json")[0] == 0
    return tmp_path


def sign(capsys: pytest.CaptureFixture[str], file: Path, *holders: Path) -> None:
    agreed = rooting.read_draft(file.read_text()).words
    for holder in holders:
        assert run(capsys, "sign", file, "--key", holder, "--words", agreed)[0] == 0


def test_two_of_three_make_a_root_that_devices_believe(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = table / "root.json"
    status, said = run(capsys, "show", file)
    assert (status, "Signatures missing: 2" in said) == (0, True)
    sign(capsys, file, table / "an")
    assert "Signatures missing: 1" in run(capsys, "show", file)[1]
    sign(capsys, file, table / "an", table / "binh")
    status, said = run(capsys, "show", file)
    assert "Signatures missing: 0" in said
    root, sha256 = first_root(file.read_text())
    assert (root.v, root.roles["root"].quorum) == (1, 2)
    assert twelve(said) == words.of_digest(sha256)


def test_other_words_sign_nothing(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (table / "root.json").read_text()
    status, said = run(
        capsys, "sign", table / "root.json", "--key", table / "an", "--words", "abandon " * 11 + "about"
    )
    assert (status, "not signed" in said) == (1, True)
    assert (table / "root.json").read_text() == before


def test_a_store_takes_the_next_root_when_both_quorums_signed(
    store_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    holders, old = store_folder / "holders", (store_folder / "public" / "root.json").read_text()
    for name in ("chi", "fresh", "officer"):
        run(capsys, "key", "--out", tmp_path / name, "--holder", {"fresh": "server"}.get(name, name))
    (tmp_path / "old.json").write_text(old)
    draft = tmp_path / "draft.json"
    said = run(
        capsys, "rotate", "--root", tmp_path / "old.json", "--out", draft, "--revoke-server",
        "--replace", f"holder-3={tmp_path / 'chi' / 'card.json'}",
        "--server", tmp_path / "fresh" / "card.json", "--duty", tmp_path / "officer" / "card.json",
    )  # fmt: skip
    assert said[0] == 0, said
    install = ("install", draft, "--store", store_folder, "--server-keys", tmp_path / "fresh")
    sign(capsys, draft, holders / "holder-1", tmp_path / "chi")
    status, told = run(capsys, *install)
    assert (status, "1 of the holders before, 0 of its own" in told) == (1, True)
    sign(capsys, draft, holders / "holder-2")
    assert run(capsys, *install)[0] == 0
    opened = open_store(store_folder)
    try:
        assert (opened.root.v, opened.epoch) == (2, 2)
        assert {one.public.kid for one in opened.signers} == set(opened.root.roles["server"].kids)
        assert opened.store.broken_at() is None
        first = opened.store.root(1)
        assert first is not None
        assert first.envelope == old
    finally:
        opened.close()
    first_one, sha256 = first_root(old)
    device = DeviceState(device="x", area="vn.5.120", root=first_one, root_sha256=sha256)
    assert isinstance(accept(draft.read_text(), device, EPOCH, ClockState.SYNCED), Accepted)
    assert run(capsys, *install)[0] == 1  # v2 does not follow v2


def test_the_server_keys_must_be_those_of_the_root(
    store_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "key", "--out", tmp_path / "fresh", "--holder", "server")
    root, draft = store_folder / "public" / "root.json", tmp_path / "draft.json"
    card = tmp_path / "fresh" / "card.json"
    run(capsys, "rotate", "--root", root, "--out", draft, "--server", card)
    sign(capsys, draft, *(store_folder / "holders" / f"holder-{n}" for n in (1, 2)))
    status, said = run(capsys, "install", draft, "--store", store_folder)
    assert (status, "nothing was changed" in said) == (1, True)
    open_store(store_folder).close()


def test_one_holder_alone_makes_no_root(store_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = (store_folder / "public" / "root.json").read_text()
    draft = rooting.rotated(rooting.read_draft(old).root, EPOCH)
    signed = draft.signed_by(tokens.signers(str(store_folder / "holders" / "holder-1")))
    root, sha256 = first_root(old)
    device = DeviceState(device="x", area="vn.5.120", root=root, root_sha256=sha256)
    refused = accept(signed.to_json(), device, EPOCH, ClockState.SYNCED)
    assert isinstance(refused, Refused)
    assert refused.reason == "threshold"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"payloadType":"x"}', '{"holder":"a","keys":[]}', '{"holder":"","keys":[{}]}']
)
def test_what_is_no_card_and_no_root_is_told_in_a_sentence(text: str) -> None:
    for read in (rooting.read_card, rooting.read_draft):
        with pytest.raises(SignerError, match=r"\.$"):
            read(text)


def test_holders_are_three_people_with_three_keys(table: Path) -> None:
    cards = {name: rooting.read_card((table / name / "card.json").read_text()) for name in NAMES}
    policy = rooting.read_draft((table / "root.json").read_text()).root.policy
    an, binh, chi, server = (cards[name] for name in NAMES)
    twin = rooting.Card("dung", an.keys)
    for holders in ([an, binh], [an, binh, an], [an, binh, server], [an, binh, twin]):
        with pytest.raises(SignerError):
            rooting.first(server, holders, policy, EPOCH)
    with pytest.raises(SignerError, match="holds no root key"):
        rooting.rotated(rooting.first(server, [an, binh, chi], policy, EPOCH).root, EPOCH, holders={"x": an})


def test_a_card_holds_no_secret(table: Path) -> None:
    card = json.loads((table / "an" / "card.json").read_text())
    assert set(card) == {"holder", "keys"}
    assert all(set(one) == {"alg", "pub"} for one in card["keys"])


def test_a_token_without_its_packages_is_one_sentence() -> None:
    with pytest.raises(SignerError, match="securesystemslib"):
        tokens.signers("piv:")
