"""What the province of the tests supplies to its communes."""

from datetime import datetime, timedelta

from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.broadcasts import actions as broadcasts
from nguon.broadcasts.models import Clash
from nguon.broadcasts.tests.cast import to_place
from nguon.bulletins import actions as bulletins
from nguon.bulletins.actions import DraftFields
from nguon.bulletins.models import Revision
from nguon.bulletins.states import Timing
from nguon.bulletins.tests.cast import Newsroom, sound
from nguon.organisations.models import Place
from nguon.organisations.tests.cast import AT
from nguon.supply import actions, queries

TONIGHT = datetime(2026, 3, 2, 10, 0, tzinfo=AT.tzinfo)  # 17:00 in Vietnam
TEXT = "Sở Y tế nhắc bà con tiêm phòng."


def officer(username: str, full_name: str, role: Role, place: Place) -> User:
    """This function will return a person of the tier above, made once."""
    found = User.objects.filter(username=username).first()
    return found or person(username, full_name, (role, place))


def offered(
    room: Newsroom,
    *targets: str,
    priority: int = 3,
    title: str = "Tiêm phòng",
    approve: bool = True,
    home: Place | None = None,
    until_at: datetime | None = None,
) -> Revision:
    """This function will make a bulletin that the province supplies to the whole of it, or to `targets`."""
    home = home or room.people.places.province
    writer = officer(f"soan{home.pk}", "Phạm Thị Tỉnh", Role.WRITER, home)
    made = bulletins.start(by=writer, at=AT)
    bulletins.save_draft(
        revision_id=made.pk,
        given=DraftFields(
            title=title,
            text=TEXT,
            spoken_text=TEXT,
            voice="v",
            speed=120,
            priority=priority,
            timing=Timing.PROGRAMME,
            targets=targets or (home.area,),
        ),
        by=writer,
        at=AT,
        until_at=until_at,
        rendering_id=sound(TEXT).pk,
    )
    made = bulletins.submit(revision_id=made.pk, by=writer, at=AT)
    if approve:
        for number in (1, 2):
            by = officer(f"duyet{number}-{home.pk}", f"Vũ Duyệt {number}", Role.APPROVER, home)
            made.bulletin.refresh_from_db()
            if made.bulletin.state == "submitted":
                bulletins.approve(
                    revision_id=made.pk, content_sha256=made.content_sha256, by=by, at=AT, unheard="test"
                )
    return made


def clash(room: Newsroom) -> Clash:
    """This function will make the commune's own item and one of the province at the same time tonight."""
    own = to_place(room, title="Họp thôn", seconds=600)
    broadcasts.place(revision_id=own.pk, area=room.commune, instants=[TONIGHT], by=room.people.lan, at=AT)
    above = offered(room, priority=2, title="Bão số 3")
    actions.spread(revision_id=above.pk, at=AT)
    (made,) = queries.open_clashes(room.commune)
    return made


SOON = AT + timedelta(minutes=1)
