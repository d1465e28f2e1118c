"""The root: which keys exist, who holds them, what each role may sign, and the policy of every device."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from nguon_protocol.documents.common import Document, parse_body
from nguon_protocol.envelope import HolderKey
from nguon_protocol.errors import ProtocolError
from nguon_protocol.fields import Fields
from nguon_protocol.keys import PublicKey

ROLES = frozenset({"root", "server", "duty", "urgent", "release"})
NEVER_ALONE = frozenset({"urgent", "release"})
MAX_KEYS = 64
_KID = re.compile(r"[0-9a-f]{16}")
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Role:
    """How many distinct holders of which keys sign for a role, and the role's epoch (raised to revoke)."""

    quorum: int
    kids: tuple[str, ...]
    epoch: int


@dataclass(frozen=True, slots=True)
class Policy:
    """What every device keeps to: quiet hours ("HH:MM", "HH:MM") in `tz`, loudest volume, minutes a day."""

    tz: str = "Asia/Ho_Chi_Minh"
    quiet: tuple[tuple[str, str], ...] = (("22:00", "05:00"),)
    volume_max: int = 100
    minutes_per_day: int = 1440

    def to_json(self) -> dict[str, Any]:
        """Give the policy's fields."""
        return {
            "tz": self.tz,
            "quiet": [list(span) for span in self.quiet],
            "volume_max": self.volume_max,
            "minutes_per_day": self.minutes_per_day,
        }

    @classmethod
    def parse(cls, fields: Fields) -> "Policy":
        """Read it back; a time zone that this machine does not know is refused."""
        tz = fields.text("tz", 60)
        try:
            ZoneInfo(tz)
        except (OSError, ValueError, KeyError) as error:
            raise ProtocolError(f"no time zone {tz!r}") from error
        return cls(
            tz=tz,
            quiet=tuple(_span(one) for one in fields.items("quiet", 8)),
            volume_max=fields.integer("volume_max", 0, 100),
            minutes_per_day=fields.integer("minutes_per_day", 0, 1440),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Root(Document):
    """Version `v` of the root; `keys` by key id."""

    TYPE: ClassVar[str] = "root"
    v: int
    keys: Mapping[str, HolderKey]
    roles: Mapping[str, Role]
    policy: Policy = field(default_factory=Policy)

    def keys_of(self, role: str) -> dict[str, HolderKey]:
        """Give the keys that may sign for the role; empty when the root does not name it."""
        known = self.roles.get(role)
        return {} if known is None else {kid: self.keys[kid] for kid in known.kids}

    def fields(self) -> dict[str, Any]:
        """Give the root's own fields."""
        return {
            "v": self.v,
            "keys": {kid: one.key.to_json() | {"holder": one.holder} for kid, one in self.keys.items()},
            "roles": {
                name: {"quorum": role.quorum, "kids": list(role.kids), "epoch": role.epoch}
                for name, role in self.roles.items()
            },
            "policy": self.policy.to_json(),
        }

    @classmethod
    def parse(cls, body: bytes) -> "Root":
        """Read a root; equal public keys, unknown keys in a role and quorums nobody can reach are refused.

        The roles urgent and release have a quorum of at least two holders in every root.
        """
        fields, issued, expires = parse_body(body, cls.TYPE)
        keys = _keys(fields.object("keys"))
        roles = {name: _role(Fields(value), keys) for name, value in fields.object("roles").values.items()}
        if not {"root", "server"} <= set(roles) <= ROLES:
            raise ProtocolError("a root names the roles root and server, and no unknown one")
        if any(roles[name].quorum < 2 for name in NEVER_ALONE & set(roles)):
            raise ProtocolError("nobody signs an alert or a release alone")
        return cls(
            issued=issued,
            expires=expires,
            v=fields.integer("v", 1),
            keys=keys,
            roles=roles,
            policy=Policy.parse(fields.object("policy")),
        )


def _keys(fields: Fields) -> dict[str, HolderKey]:
    if not 0 < len(fields.values) <= MAX_KEYS:
        raise ProtocolError(f"a root has 1 to {MAX_KEYS} keys")
    keys: dict[str, HolderKey] = {}
    for kid in fields.values:
        one = fields.object(kid)
        key = PublicKey.from_hex(one.text("alg"), one.hex("pub"))
        if _KID.fullmatch(kid) is None or key.kid != kid:
            raise ProtocolError(f"{kid[:40]!r} is not the name of its key")
        keys[kid] = HolderKey(key, one.text("holder", 100))
    return keys


def _role(fields: Fields, keys: Mapping[str, HolderKey]) -> Role:
    kids = fields.items("kids", MAX_KEYS)
    if not all(isinstance(kid, str) and kid in keys for kid in kids) or len(set(kids)) != len(kids):
        raise ProtocolError("a role names keys of this root, each once")
    holders = {keys[kid].holder for kid in kids}
    return Role(fields.integer("quorum", 1, max(1, len(holders))), tuple(kids), fields.integer("epoch"))


def _span(value: object) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2:
        raise ProtocolError("quiet hours are pairs")
    start, end = value
    if not isinstance(start, str) or not isinstance(end, str):
        raise ProtocolError("quiet hours are pairs of text")
    if TIME.fullmatch(start) is None or TIME.fullmatch(end) is None or start == end:
        raise ProtocolError("quiet hours are two different times HH:MM")
    return start, end
