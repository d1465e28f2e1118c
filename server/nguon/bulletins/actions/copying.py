"""Beginning from what was said before: a copy (soạn lại), and a correction (đính chính)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.accounts.rules import areas_of
from nguon.accounts.states import Role
from nguon.bulletins import errors, queries
from nguon.bulletins.actions.deciding import withdraw
from nguon.bulletins.actions.drafting import copy_of, new_bulletin, set_targets
from nguon.bulletins.models import Bulletin, Revision
from nguon.bulletins.rules import can_write_for
from nguon.bulletins.states import Origin, Timing
from nguon.journal.actions import record

TITLE_LIMIT = 200
CORRECTION = "Đính chính"  # content, whatever language the officer's pages are in
_FACTS = {Origin.COPY: "copied", Origin.CORRECTION: "corrected"}


@transaction.atomic
def copy(*, bulletin_id: UUID, by: User, at: datetime) -> Revision:
    """This function will open a draft of this person's with everything that a bulletin held.

    Places for which the person may not write are left out, and times that are over. Raises BulletinUnknown
    for what the person may not read, or NotAWriter.
    """
    return _copied(_readable(bulletin_id, by, at), Origin.COPY, by, at)


@transaction.atomic
def correct(*, bulletin_id: UUID, reason: str, by: User, at: datetime) -> Revision:
    """This function will take an approved bulletin back everywhere and open its correction as a draft.

    Done again it returns the person's correction that is there. Raises as `withdraw` and `copy` do.
    """
    old = _readable(bulletin_id, by, at)
    if not areas_of(by, Role.WRITER, at):
        raise errors.NotAWriter
    withdraw(bulletin_id=old.pk, reason=reason, by=by, at=at)
    made = Bulletin.objects.filter(origin=old, origin_kind=Origin.CORRECTION, author=by).first()
    return queries.latest_revision(made) if made else _copied(old, Origin.CORRECTION, by, at)


def _readable(bulletin_id: UUID, by: User, at: datetime) -> Bulletin:
    found = queries.visible(by, bulletin_id, at)
    if found is None:
        raise errors.BulletinUnknown
    return found


def _copied(source: Bulletin, kind: Origin, by: User, at: datetime) -> Revision:
    home = new_bulletin(by, at)
    home.origin, home.origin_kind = source, kind
    home.save()
    old = queries.latest_revision(source)
    new = copy_of(old, home, 1, at, by)
    over = new.timing == Timing.REPEAT and new.until_at is not None and new.until_at <= at
    if over or (new.timing == Timing.AT and new.starts_at is not None and new.starts_at <= at):
        new.starts_at = new.until_at = None
    if kind == Origin.CORRECTION and not new.title.startswith(CORRECTION):
        new.title = f"{CORRECTION}: {new.title}"[:TITLE_LIMIT]
    new.save()
    set_targets(new, [t.target for t in old.targets.order_by("pk") if can_write_for(by, t.area, at)])
    data = {"revision": new.pk, "title": old.title, "from": source.pk, "area": home.area}
    record(fact=f"bulletin.{_FACTS[kind]}", subject=f"bulletin:{home.pk}", by=by, at=at, data=data)
    return new
