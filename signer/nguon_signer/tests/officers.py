"""Two duty officers whose keys the root of a store names, and one whom it does not know."""

from __future__ import annotations

from pathlib import Path

from nguon_protocol.documents import Root
from nguon_protocol.keys import Signer
from nguon_signer import duty, keys, rooting
from nguon_signer.ceremony import insert_root
from nguon_signer.opened import HOLDERS
from nguon_signer.store import Store

OFFICERS = ("hanh", "long")
Officers = dict[str, list[Signer]]


def appoint(folder: Path, at: int) -> Officers:
    """This function will name two officers in the next root of a store that nobody has opened; gives the
    keys of both, and those of a "stranger"."""
    made = {name: keys.write_new(folder.parent / f"{folder.name}-{name}") for name in (*OFFICERS, "stranger")}
    cards = [rooting.Card(name, tuple(one.public for one in made[name])) for name in OFFICERS]
    store = Store.open(folder)
    row = store.latest("root", "")
    if row is None or row.envelope is None:
        raise RuntimeError("a store has a root")
    draft = rooting.rotated(rooting.read_draft(row.envelope).root, at, duty=cards)
    for name in ("holder-1", "holder-2"):
        draft = draft.signed_by(keys.read(folder / HOLDERS / name))
    insert_root(store, draft.root, draft.to_json(), at)
    store.close()
    return made


def alert(root: Root, officers: Officers, target: str, at: int) -> str:
    """This function will give the file of an alert that both officers signed."""
    hanh, long = (officers[name] for name in OFFICERS)
    made = duty.alert(
        root, hanh, target, at, sounds=["siren"], correction=["all-clear"], dur_ms=20_000, repeat=2
    )
    return duty.cosign(root, made, long).to_json()
