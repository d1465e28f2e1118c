"""Every address is tried by every role, in the own area and in another, and shows nobody else's names."""

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from nguon.accounts.models import Passkey, User
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.audio.models import Upload
from nguon.audio.queries import media_path
from nguon.bulletins import actions as bulletins
from nguon.bulletins.models import Bulletin, Hearing
from nguon.bulletins.tests.cast import approved, draft, newsroom, submitted
from nguon.devices.tests.cast import loudspeaker
from nguon.journal.models import Entry
from nguon.kernel import clock
from nguon.live.actions import prepare
from nguon.live.models import Session
from nguon.organisations.actions import Plan, draft_change
from nguon.organisations.models import Agency
from nguon.organisations.states import ChangeKind
from nguon.organisations.tests.cast import AT
from tests.repository.authorisation import AGENCY, FOREIGN_NAMES, TODAY, R, Row, Scene
from tests.repository.authorisation_browsers import TABLE

COUNTED = (Entry, Hearing, Bulletin, Session, Upload)
LIVING = "SELECT count(*) FROM devices_device WHERE revoked_at IS NULL"


@pytest.fixture
def scene(db: None, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Everything that the addresses name; and beside it, what no one of the commune may meet."""
    monkeypatch.setattr(clock, "now", lambda: AT)
    monkeypatch.setattr("nguon.bulletins.rules.ENOUGH_HEARD", 0)  # nobody has hours to listen here
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
    Client().force_login(mai)
    SocialAccount.objects.create(user=mai, provider="oidc", uid="mai")
    Authenticator.objects.create(user=mai, type=Authenticator.Type.TOTP, data={"secret": "x"})
    office = Client()
    office.force_login(room.people.binh)
    office.post(reverse("console:body_add", args=["co-quan"]), AGENCY)
    live = prepare(targets=[room.commune], minutes=5, title="Nói", by=room.people.tuan, at=AT)
    body = Agency.objects.get(code="UB1")
    return Scene(room, waiting, aired, draft(room), mai, key, change, body, live)


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
            done = _traces() != before or (row.everybody and answer.status_code < 400)
        transaction.set_rollback(True)
    shown = "" if getattr(answer, "streaming", False) else answer.content.decode(errors="replace")
    for close in getattr(
        answer, "_resource_closers", ()
    ):  # close() itself would end the test's own connection
        close()
    return done, shown


def _traces() -> tuple[int, ...]:
    named = [f"SELECT count(*) FROM {model._meta.db_table}" for model in COUNTED]  # noqa: S608 (our own names)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"({one})" for one in named) + f", ({LIVING})")
        return tuple(cursor.fetchone())


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
