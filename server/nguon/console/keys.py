"""Security keys as people see them: whose they are, their words, and what the signer lets them do."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from nguon.accounts import queries
from nguon.accounts.actions import site, words_challenge
from nguon.accounts.models import Passkey, PasskeyGrant, RoleAssignment, User
from nguon.accounts.rules import areas_of, rights
from nguon.accounts.states import KeyRole, Role
from nguon.bulletins.models import Revision
from nguon.kernel.clock import from_epoch, local
from nguon.organisations.rules import covers
from nguon_protocol.approvals import approval_challenge
from nguon_signer.client import SignerClient, SignerRefused, SignerUnavailable

PATIENCE = 3.0  # seconds; a page does not wait longer for the signer


@dataclass(frozen=True)
class Vouching:
    """What an administrator may vouch for: a key, a role, a place; `challenge` is for the own key to sign."""

    key_id: UUID
    role: str
    role_label: str
    place: str
    area: str
    challenge: str


@dataclass(frozen=True)
class KeyView:
    """One security key on a page; `words` and `grants` are the signer's, "" and () when it is away."""

    id: UUID
    name: str
    person: str
    added_at: datetime
    last_used_at: datetime | None = None
    words: str = ""
    pinned: bool = False
    problem: str = ""
    grants: tuple[str, ...] = ()
    vouchings: tuple[Vouching, ...] = field(default=())


def own(user: User) -> list[KeyView]:
    """This function will show a person's own keys."""
    return [_view(key) for key in queries.passkeys_of(user)]


def of_others(user: User, at: datetime) -> list[KeyView]:
    """This function will show the keys of the people whom this administrator may vouch for."""
    areas = areas_of(user, Role.ADMINISTRATOR, at)
    keys = [key for key in queries.passkeys_in(areas, at) if key.user_id != user.pk] if areas else []
    return [_view(key, _vouchings(key, areas, at)) for key in keys]


@dataclass(frozen=True)
class Touch:
    """What a form asks the browser's key for."""

    challenge: str
    rp_id: str
    key_ids: str
    usable: bool


def to_approve(revision: Revision, user: User) -> Touch:
    """This function will return what a person's key is to sign to approve a revision."""
    challenge = approval_challenge(str(revision.pk), revision.content_sha256)
    ids = ids_of(user)
    return Touch(urlsafe_base64_encode(challenge), site().rp_id, ids, bool(ids))


def ids_of(user: User) -> str:
    """This function will return the names of a person's keys, for the browser to choose from."""
    return ",".join(key.credential_id for key in queries.passkeys_of(user))


def may_vouch(user: User, at: datetime) -> bool:
    """This function will tell whether the person administers anything."""
    return Role.ADMINISTRATOR in rights(user, at).roles


def tell_signer(passkey_id: UUID) -> dict[str, Any]:
    """This function will have the signer look at a key again. Raises SignerRefused or SignerUnavailable."""
    signer = SignerClient(settings.NGUON_SIGNER_SOCKET, timeout=PATIENCE)
    return signer.call("passkey", passkey=str(passkey_id))


def _view(key: Passkey, vouchings: tuple[Vouching, ...] = ()) -> KeyView:
    known: dict[str, Any] = {}
    problem = ""
    try:
        known = tell_signer(key.pk)
    except SignerRefused as refused:
        problem = refused.message
    except SignerUnavailable:
        problem = _("Bộ ký chưa trả lời; hãy mở lại trang sau ít phút.")
    return KeyView(
        id=key.pk,
        name=key.name,
        person=str(key.user),
        added_at=key.added_at,
        last_used_at=key.last_used_at,
        words=str(known.get("words", "")),
        pinned=bool(known.get("pinned")),
        problem=problem,
        grants=tuple(_grant(one, key) for one in known.get("grants", ())),
        vouchings=vouchings,
    )


def _grant(one: dict[str, Any], key: Passkey) -> str:
    given: PasskeyGrant | None = next(
        (grant for grant in key.grants.all() if (grant.role, grant.area) == (one["role"], one["area"])), None
    )
    place = given.place.label if given else one["area"]
    return _("{role} ở {place}, từ {time}").format(
        role=KeyRole(one["role"]).label,
        place=place,
        time=f"{local(from_epoch(one['from'])):%H:%M %d/%m/%Y}",
    )


def _vouchings(key: Passkey, areas: list[str], at: datetime) -> tuple[Vouching, ...]:
    given = {(grant.role, grant.area) for grant in key.grants.all()}
    found = [
        one
        for one in queries.assignments_of(key.user, at)
        if one.role in KeyRole.values and any(covers(outer, one.area) for outer in areas)
    ]
    return tuple(_vouching(key, one) for one in found if (one.role, one.area) not in given)


def _vouching(key: Passkey, one: RoleAssignment) -> Vouching:
    role = KeyRole(one.role)
    challenge = urlsafe_base64_encode(words_challenge(key, role, one.area))
    return Vouching(key.pk, role.value, str(role.label), one.place.label, one.area, challenge)
