"""The three holders of the root, their meetings, and what came of them; kept apart from any server."""

from dataclasses import dataclass, field, replace

from config.world.keysmith import pair
from nguon_protocol.documents import Policy, Role, Root
from nguon_protocol.envelope import HolderKey
from nguon_protocol.keys import Signer

LIFE_S = 3 * 366 * 86_400
QUORUM = 2


@dataclass
class Ceremony:
    """All roots so far, newest last, with their envelopes; `seed` names the keys."""

    seed: str
    policy: Policy
    at: int
    holders: dict[str, list[Signer]] = field(default_factory=dict)
    signers: list[Signer] = field(default_factory=list)
    duty: list[Signer] = field(default_factory=list)
    roots: list[Root] = field(default_factory=list)
    envelopes: list[str] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    """The version of the root with a body of that SHA-256."""
    epoch: int = 1
    maintained: bool = False
    """Whether the root names maintainers, who sign newer programs."""
    maintainers: dict[str, list[Signer]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.holders = {f"holder-{n}": pair(f"{self.seed}/holder-{n}/0") for n in (1, 2, 3)}
        self.signers = pair(f"{self.seed}/server/0")
        self.duty = pair(f"{self.seed}/duty/0")
        if self.maintained:
            self.maintainers = {f"maintainer-{n}": pair(f"{self.seed}/maintainer-{n}") for n in (1, 2, 3)}
        self._add(list(self.holders.values())[:QUORUM])

    @property
    def root(self) -> Root:
        """This function will give the newest root."""
        return self.roots[-1]

    def rotate(self, at: int, *, policy: Policy | None = None, epoch: bool = False) -> Root:
        """This function will make root v + 1, signed by the quorums of v and of v + 1."""
        self.at = at
        self.policy = policy or self.policy
        self.epoch += int(epoch)
        self._add(list(self.holders.values())[1:])
        return self.root

    def new_holder(self, at: int, number: int) -> Root:
        """This function will make root v + 1 in which one holder has new keys."""
        name, old = f"holder-{number}", dict(self.holders)
        self.at = at
        self.holders = old | {name: pair(f"{self.seed}/{name}/{len(self.roots)}")}
        both = [one for one in old if one != name]
        self._add([old[one] for one in both])
        return self.root

    def new_server_keys(self, at: int) -> Root:
        """This function will make root v + 1 in which the server has new keys, and only those."""
        self.at = at
        self.signers = pair(f"{self.seed}/server/{len(self.roots)}")
        self.epoch += 1
        self._add(list(self.holders.values())[:QUORUM])
        return self.root

    def _add(self, signing: list[list[Signer]]) -> None:
        held = self.holders | self.maintainers | {"server": self.signers, "officer": self.duty}
        server, duty = (tuple(one.public.kid for one in held[name]) for name in ("server", "officer"))
        root = Root(
            issued=self.at,
            expires=self.at + LIFE_S,
            v=len(self.roots) + 1,
            keys={
                one.public.kid: HolderKey(one.public, holder) for holder, own in held.items() for one in own
            },
            roles={
                "root": Role(QUORUM, tuple(k.public.kid for own in self.holders.values() for k in own), 1),
                "server": Role(1, server, self.epoch),
                "duty": Role(1, duty, self.epoch),
                "urgent": Role(2, server + duty, self.epoch),
            }
            | self._release_role(),
            policy=replace(self.policy),
        )
        self.roots.append(root)
        self.versions[root.sha256] = root.v
        self.envelopes.append(root.sign([one for own in signing for one in own]))

    def _release_role(self) -> dict[str, Role]:
        kids = tuple(key.public.kid for own in self.maintainers.values() for key in own)
        return {"release": Role(QUORUM, kids, 1)} if kids else {}
