"""Who may do what at which address: every address of the server is in the table, and is tried.

Each row is tried by one person for every role in the own commune, by one with all roles in another province,
by one without any role, and by nobody. What a person may open holds no name of another commune's people or
drafts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from nguon.accounts.models import Passkey, User
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.audio.queries import media_path
from nguon.bulletins import actions as bulletins
from nguon.bulletins.models import Bulletin, Revision
from nguon.bulletins.tests.cast import Newsroom, approved, draft, newsroom, submitted
from nguon.devices.models import Device
from nguon.devices.tests.cast import loudspeaker
from nguon.journal.models import Entry
from nguon.kernel import clock
from nguon.kernel.clock import local
from nguon.organisations.actions import Plan, draft_change
from nguon.organisations.models import PlaceChange
from nguon.organisations.states import ChangeKind
from nguon.organisations.tests.cast import AT
from tests.repository.test_addresses import addresses, open_addresses

R = Role
ALL = frozenset(Role)
SEEING = frozenset({R.WRITER, R.APPROVER, R.DUTY, R.OPERATOR, R.AUDITOR, R.ADMINISTRATOR})
KEEPING = frozenset({R.OPERATOR, R.TECHNICIAN, R.ADMINISTRATOR})
ADMIN = frozenset({R.ADMINISTRATOR})
WATCHING = frozenset({R.AUDITOR, R.ADMINISTRATOR})
NOBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Scene:
    """The things that the addresses name: all in the commune, but for what is foreign."""

    room: Newsroom
    waiting: Revision
    aired: Revision
    draft: Revision
    mai: User
    key: Passkey
    change: PlaceChange


@dataclass(frozen=True)
class Row:
    """One address tried in one way: who may, where (`anywhere`: scoped by what it shows), with what."""

    name: str
    roles: frozenset[Role]
    anywhere: bool = False
    everybody: bool = False
    names: Callable[[Scene], dict[str, Any]] = lambda scene: {}
    query: Callable[[Scene], dict[str, Any]] = lambda scene: {}
    posts: Callable[[Scene], dict[str, Any]] | None = None
    only: frozenset[Role] = field(default=ALL)


def page(name: str, **more: Any) -> Row:
    """A page that everybody who is signed in may open; it shows what the person may see."""
    return Row(name, ALL, anywhere=True, everybody=True, **more)


def mai(scene: Scene) -> dict[str, Any]:
    return {"user_id": scene.mai.pk}


TODAY = local(AT).date()
TABLE = [
    page("account_change_password"),
    page("account_reauthenticate"),
    page("console:home"),
    page("console:compose"),
    page("console:reviews"),
    page("console:duty"),
    page("console:duty_live"),
    page("console:duty_events"),
    page("console:stop"),
    page("console:bulletins"),
    page("console:devices"),
    page("console:enrol"),
    page("console:groups"),
    page("console:keys"),
    page("console:security"),
    page("console:own_sessions", posts=lambda scene: {}),
    page("console:places", query=lambda scene: {"q": "loa"}),
    page("console:children", names=lambda scene: {"area": scene.room.commune}),
    page("console:territory"),
    page("console:oddities"),
    page("console:place", names=lambda scene: {"place_id": scene.room.people.places.commune.pk}),
    Row("console:journal", WATCHING, anywhere=True),
    Row("console:people", WATCHING, anywhere=True),
    Row("console:invite", ADMIN, anywhere=True),
    Row(
        "console:invite",
        ADMIN,
        posts=lambda scene: {
            "full_name": "Lý Thị Nga",
            "role": "writer",
            "place": "x",
            "area": scene.room.commune,
        },
    ),
    Row("console:person", WATCHING, names=mai),
    Row(
        "console:role_grant",
        ADMIN,
        names=mai,
        posts=lambda scene: {"role": "duty", "place": "x", "area": scene.room.commune},
    ),
    Row(
        "console:role_end",
        ADMIN,
        names=lambda scene: {**mai(scene), "role_id": scene.mai.assignments.get().pk},
        posts=lambda scene: {},
    ),
    Row("console:person_lock", ADMIN, names=mai, posts=lambda scene: {"lock-reason": "x"}),
    Row("console:person_unlock", NOBODY, names=mai, posts=lambda scene: {}),  # she is not locked
    Row("console:person_link", ADMIN, names=mai, posts=lambda scene: {}),
    Row("console:person_sessions", ADMIN, names=mai, posts=lambda scene: {}),
    Row(
        "console:person_hand_over",
        ADMIN,
        names=mai,
        posts=lambda scene: {"move-other": "writer", "move-last": TODAY},
    ),
    Row(
        "console:person_delegate",
        ADMIN,
        names=mai,
        posts=lambda scene: {"leave-other": "duty", "leave-first": TODAY, "leave-last": TODAY},
    ),
    Row("console:compose_save", frozenset({R.WRITER}), anywhere=True, posts=lambda scene: {"title": "x"}),
    Row("console:listen", frozenset({R.WRITER}), anywhere=True, posts=lambda scene: {"text": "x"}),
    Row("console:listen_state", NOBODY, names=lambda scene: {"revision_id": scene.draft.pk}),
    Row("console:edit", NOBODY, names=lambda scene: {"bulletin_id": scene.draft.bulletin_id}),
    Row("console:review", SEEING, names=lambda scene: {"revision_id": scene.waiting.pk}),
    Row(
        "console:approve",
        frozenset({R.APPROVER}),
        names=lambda scene: {"revision_id": scene.waiting.pk},
        posts=lambda scene: {"content_sha256": scene.waiting.content_sha256},
    ),
    Row(
        "console:return",
        frozenset({R.APPROVER}),
        names=lambda scene: {"revision_id": scene.waiting.pk},
        posts=lambda scene: {"reason": "x", "content_sha256": scene.waiting.content_sha256},
    ),
    Row("console:bulletin", SEEING, names=lambda scene: {"bulletin_id": scene.aired.bulletin_id}),
    Row("console:bulletin", NOBODY, names=lambda scene: {"bulletin_id": scene.draft.bulletin_id}),
    Row(
        "console:withdraw",
        frozenset({R.APPROVER, R.DUTY}),
        names=lambda scene: {"bulletin_id": scene.aired.bulletin_id},
        posts=lambda scene: {"reason": "x"},
    ),
    Row("console:sound", SEEING, names=lambda scene: {"revision_id": scene.aired.pk}),
    Row("console:sound", NOBODY, names=lambda scene: {"revision_id": scene.draft.pk}),
    Row("console:device", ALL, names=lambda scene: {"device_id": scene.room.fleet.first.device.pk}),
    Row(
        "console:revoke",
        KEEPING,
        names=lambda scene: {"device_id": scene.room.fleet.first.device.pk},
        posts=lambda scene: {"reason": "x"},
    ),
    Row(
        "console:groups",
        KEEPING,
        posts=lambda scene: {
            "place": scene.room.commune,
            "name": "Nhóm",
            "devices": [str(scene.room.fleet.first.device.pk)],
        },
    ),
    Row(  # no such sound was written
        "console:recording",
        NOBODY,
        names=lambda scene: {"device_id": scene.room.fleet.first.device.pk, "name": "x.wav"},
    ),
    Row(
        "console:stop",
        frozenset({R.DUTY, R.APPROVER}),
        posts=lambda scene: {"dia-ban": scene.room.commune, "reason": "x"},
    ),
    Row("console:keys_add", NOBODY, posts=lambda scene: {"name": "x", "hand": "{}"}),  # nothing was touched
    Row(
        "console:keys_vouch",
        NOBODY,
        names=lambda scene: {"passkey_id": scene.key.pk},
        posts=lambda scene: {"role": "approver", "area": scene.room.commune, "hand": "{}"},
    ),
    Row(
        "console:keys_revoke",
        ADMIN,
        names=lambda scene: {"passkey_id": scene.key.pk},
        posts=lambda scene: {},
    ),
    Row("console:changes", ADMIN, anywhere=True),
    Row("console:change_new", ADMIN, anywhere=True),
    Row("console:change", ADMIN, anywhere=True, names=lambda scene: {"change_id": scene.change.pk}),
    Row(
        "console:change_settle",
        ADMIN,
        names=lambda scene: {"change_id": scene.change.pk},
        posts=lambda scene: {"do": "drop"},
    ),
]
FOREIGN_NAMES = ("Hồ Thị Huệ", "Ngô Văn Láng", "Nháp của phường", "Loa của phường", "Khách Lạ")


@pytest.fixture
def scene(db: None, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Everything that the addresses name; and beside it, what no one of the commune may meet."""
    monkeypatch.setattr(clock, "now", lambda: AT)
    room = newsroom()
    places = room.people.places
    neighbour = person("lang", "Ngô Văn Láng", (R.WRITER, places.ward))
    start = bulletins.start(by=neighbour, at=AT)
    bulletins.save_draft(
        revision_id=start.pk,
        given=bulletins.DraftFields(title="Nháp của phường", text="x", targets=(room.ward,)),
        by=neighbour,
        at=AT,
    )
    loudspeaker("Loa của phường", places.ward)
    waiting, aired = submitted(room), approved(room)
    path = media_path(aired.media) if aired.media else None
    assert path is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"sound")
    mai = person("mai", "Đỗ Thị Mai", (R.WRITER, places.commune))
    key = Passkey.objects.create(user=mai, name="Khóa", credential_id="a", public_key="b", added_at=AT)
    plan = Plan(ChangeKind.RENAME, TODAY, places=(places.commune.pk,), name="Lục Đông")
    change = draft_change(plan=plan, by=None, at=AT)
    return Scene(room, waiting, aired, draft(room), mai, key, change)


def crowd(scene: Scene) -> Iterator[tuple[str, Role | None, Client]]:
    """(who, the role in the commune, a browser): one a role, a stranger with all of them, one without."""
    places = scene.room.people.places
    people: list[tuple[str, Role | None, User]] = [
        (role.value, role, person(role.value, f"Người {role.label}", (role, places.commune))) for role in Role
    ]
    people.append(
        ("stranger", None, person("khach", "Khách Lạ", *((role, places.other_commune) for role in Role)))
    )
    people.append(("no role", None, person("khong", "Không Vai Trò")))
    for name, role, user in people:
        User.objects.filter(pk=user.pk).update(password="usable")
        user.refresh_from_db()
        client = Client()
        client.force_login(user)
        yield name, role, client


def came_in(row: Row, scene: Scene, client: Client) -> tuple[bool, str]:
    """Whether the try succeeded, and what was shown; everything that it did is taken back."""
    address = reverse(row.name, kwargs=row.names(scene))
    with transaction.atomic():
        before = _traces()
        if row.posts is None:
            answer = client.get(address, row.query(scene))
            done = answer.status_code == 200
        else:
            answer = client.post(address, row.posts(scene))
            done = answer.status_code < 400 and (_traces() != before or row.everybody)
        transaction.set_rollback(True)
    shown = "" if getattr(answer, "streaming", False) else answer.content.decode(errors="replace")
    return done, shown


def _traces() -> tuple[int, ...]:
    return Entry.objects.count(), Bulletin.objects.count(), Device.objects.filter(revoked_at=None).count()


def test_every_address_is_in_the_table() -> None:
    named = {
        f"{':'.join(filter(None, [_space(route), pattern.name]))}"
        for route, pattern in addresses(get_resolver().url_patterns)
        if route not in open_addresses()
    }
    assert named - {row.name for row in TABLE} == set()
    assert {row.name for row in TABLE} - named == set()


def _space(route: str) -> str:
    return "" if route.startswith("accounts/") else "console"


def test_who_may_what_where(scene: Scene) -> None:
    wrong: list[str] = []
    for who, role, client in crowd(scene):
        for row in TABLE:
            expected = (
                row.everybody
                or (role in row.roles)
                or (row.anywhere and who == "stranger" and bool(row.roles))
            )
            if role is not None and row.everybody and role not in (R.WRITER, R.AUDITOR, R.ADMINISTRATOR):
                continue  # the same for all; three of them look for foreign names
            done, shown = came_in(row, scene, client)
            if done != expected:
                wrong.append(
                    f"{row.name} {'POST' if row.posts else 'GET'}: {who} {'may' if done else 'may not'}"
                )
            if role is not None:
                wrong += [f"{row.name}: {who} meets {name}" for name in FOREIGN_NAMES if name in shown]
    assert not wrong, "\n".join(wrong)


def test_nobody_comes_in_without_a_sign_in(scene: Scene) -> None:
    client = Client()
    for row in TABLE:
        address = reverse(row.name, kwargs=row.names(scene))
        answer = client.get(address) if row.posts is None else client.post(address, row.posts(scene))
        assert answer.status_code == 302, row.name
        assert answer["Location"].startswith(reverse("account_login")), row.name
