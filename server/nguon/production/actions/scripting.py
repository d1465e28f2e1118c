"""Scripts, version by version, and the bulletin that is made of the last one."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from nguon.accounts.models import User
from nguon.bulletins import actions as bulletins
from nguon.bulletins.actions import DraftFields
from nguon.bulletins.models import Revision
from nguon.bulletins.rules import can_write_for
from nguon.bulletins.states.cadences import cadence
from nguon.journal.actions import record
from nguon.kernel.text import clean
from nguon.production import errors
from nguon.production.actions.planning import open_item
from nguon.production.actions.sharing import bring
from nguon.production.actions.telling import facts_of, subject
from nguon.production.models import Item, Script
from nguon.production.rules import can_make
from nguon.production.states import LONGEST_SCRIPT


@transaction.atomic
def write(*, item_id: UUID, text: str, seen: int, by: User, at: datetime) -> Script:
    """This function will keep a new version of an item's script; `seen` is the number that stood on the
    person's screen (0: none yet), and the same text again is the same version.

    Raises ItemUnknown, AlreadyOver, NotThere, ScriptMissing, TooLong, or ScriptChanged where somebody was
    faster.
    """
    item = open_item(item_id, by, at, planner=False)
    if not can_make(by, item.area, at):
        raise errors.NotThere(person=by, place=item.place)
    text = clean(text.replace("\r\n", "\n")).strip()
    if not text:
        raise errors.ScriptMissing
    if len(text) > LONGEST_SCRIPT:
        raise errors.TooLong(field=_("Kịch bản"), length=len(text), limit=LONGEST_SCRIPT)
    last = item.scripts.select_related("by").order_by("-number").first()
    if last and last.text == text:
        return last
    if last and last.number != seen:
        raise errors.ScriptChanged(person=last.by, number=last.number)
    made = Script.objects.create(
        item=item, number=last.number + 1 if last else 1, text=text, by=by, made_at=at
    )
    Item.objects.filter(pk=item.pk).update(changed_at=at)
    data = facts_of(item) | {"number": made.number}
    record(fact="production.written", subject=subject(item), by=by, at=at, data=data)
    return made


@transaction.atomic
def to_bulletin(*, item_id: UUID, by: User, at: datetime) -> Revision:
    """This function will open a draft of the person's own with the last version of an item's script, as its
    template says where it has one, and tie both together.

    Raises ItemUnknown, AlreadyOver, BulletinThere, ScriptMissing, MayNotPlan, or NotAWriter.
    """
    item = open_item(item_id, by, at, planner=False)
    if not can_write_for(by, item.area, at):
        raise errors.MayNotPlan(place=item.place)
    if item.bulletin_id is not None:
        raise errors.BulletinThere
    last = item.scripts.order_by("-number").first()
    if last is None:
        raise errors.ScriptMissing
    template = item.template or cadence(item.cadence)
    draft = (
        bulletins.begin_from(template=template, by=by, at=at, first_date=item.air_date)
        if template
        else bulletins.start(by=by, at=at)
    )
    draft = bulletins.save_draft(
        revision_id=draft.pk,
        given=DraftFields(
            title=item.title,
            text=last.text,
            topic=item.topic,
            content_type=item.content_type,
            campaign_id=item.campaign_id or "",
            targets=(item.area,),
        ),
        by=by,
        at=at,
        starts_at=draft.starts_at,
        until_at=draft.until_at,
    )
    bring(item, draft, by, at)
    item.bulletin_id, item.changed_at = draft.bulletin_id, at
    item.save(update_fields=["bulletin", "changed_at"])
    data = facts_of(item) | {"bulletin": draft.bulletin_id, "number": last.number}
    record(fact="production.drafted", subject=subject(item), by=by, at=at, data=data)
    return draft
