"""A loudspeaker that lags behind takes the roots one by one, also when the server's keys have changed."""

from dataclasses import replace
from pathlib import Path

from nguon_device.tests.authority import Authority
from nguon_device.tests.world import World
from nguon_protocol import keys
from nguon_protocol.documents import Root
from nguon_protocol.envelope import HolderKey, parse


def rotate(authority: Authority, v: int, *, forged: bool = False) -> None:
    """This function will publish root `v` that names fresh keys, signed by the old ones and by these."""
    old, fresh = Root.parse(parse(authority.root).payload), keys.generate()
    kid = fresh.public.kid
    gone = old.roles["root"].kids
    kept = {name: one for name, one in old.keys.items() if name not in gone}
    roles = {
        name: replace(role, kids=tuple(kid if one in gone else one for one in role.kids))
        for name, role in old.roles.items()
    }
    root = replace(
        old,
        v=v,
        keys=kept | {kid: HolderKey(fresh.public, "signer")},
        roles=roles,
    )
    authority.root = root.sign([fresh] if forged else [authority.signer, fresh])
    authority.documents[str(v)] = authority.root
    authority.signer = fresh


def version(world: World) -> int:
    root = world.agent.desk.root
    assert root is not None
    return root.v


def test_two_roots_behind_it_catches_up_and_obeys_the_new_keys(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.run(1)
    rotate(world.authority, 2)
    rotate(world.authority, 3)
    world.run(120)
    assert version(world) == 3
    world.authority.order(item=world.authority.item(dur_ms=3000))
    world.run(120)
    assert world.authority.events("started", "played") == ["started", "played 3s"]


def test_a_root_that_the_old_holders_did_not_sign_changes_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.run(1)
    rotate(world.authority, 2, forged=True)
    world.run(120)
    assert version(world) == 1
