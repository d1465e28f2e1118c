"""Reads about bulletins; the first argument is the person who asks, so that it cannot be forgotten."""

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from nguon.accounts.models import User
from nguon.accounts.rules import areas_of, rights
from nguon.accounts.states import Role
from nguon.areas.paths import lineage
from nguon.areas.reach import everything
from nguon.bulletins.models import (
    Approval,
    Attachment,
    Bulletin,
    Campaign,
    ReviewRule,
    Revision,
    Target,
    Template,
)
from nguon.bulletins.rules import COMMUNE_DOTS, COOL_OFF, communes
from nguon.bulletins.states import REPEAT_DAYS_LIMIT, ContentType, Decision, State, Timing
from nguon.bulletins.states.languages import VIETNAMESE
from nguon.devices import queries as devices
from nguon.devices.models import Device, DeviceGroup
from nguon.kernel.clock import local, to_epoch
from nguon.kernel.text import fold
from nguon.organisations.models import Place
from nguon.organisations.rules import outermost
from nguon.organisations.states import Kind
from nguon_protocol import strict_json
from nguon_protocol.content import MORE, content_hash
from nguon_protocol.instants import expand

SEEING = (Role.WRITER, Role.APPROVER, Role.DUTY, Role.OPERATOR, Role.AUDITOR, Role.ADMINISTRATOR)

_ALIVE = (State.DRAFT, State.SUBMITTED, State.RETURNED, State.APPROVED)


def seen_areas(user: User, at: datetime) -> list[str]:
    """This function will return the areas in which a person may read bulletins, with merged communes."""
    return rights(user, at).reads(SEEING)


def visible_to(user: User, at: datetime) -> QuerySet[Bulletin]:
    """This function will return the bulletins that a person may read: the own ones, those that are no longer
    drafts and play somewhere in the own areas, and what is approved for a wider area around them."""
    seen = seen_areas(user, at)
    around = sorted({outer for area in seen for outer in lineage(area)[:COMMUNE_DOTS]})
    decided = Q(revision__bulletin__state__in=(State.APPROVED, State.WITHDRAWN))
    there = Target.objects.filter(
        Q(area__within=seen) | decided & Q(area__in=around),
        revision__bulletin=OuterRef("pk"),
        revision__submitted_at__isnull=False,
    )
    return Bulletin.objects.filter(Q(author=user) | Exists(there)).select_related("author", "place")


def visible(user: User, bulletin_id: UUID | str, at: datetime) -> Bulletin | None:
    """This function will return one bulletin that a person may read, or None."""
    try:
        key = UUID(str(bulletin_id))
    except ValueError:
        return None
    return visible_to(user, at).filter(pk=key).first()


def latest_revision(bulletin: Bulletin) -> Revision:
    """This function will return the newest revision of a bulletin."""
    return bulletin.revisions.select_related("author", "media", "rendering", "upload").latest("number")


def attachment(user: User, attachment_id: UUID, at: datetime) -> Attachment | None:
    """This function will return a file beside a bulletin that a person may read, or None: of any submitted
    version, and of an own draft.
    """
    found = Attachment.objects.select_related("revision").filter(pk=attachment_id).first()
    if found is None or visible(user, found.revision.bulletin_id, at) is None:
        return None
    return found if found.revision.submitted_at or found.revision.author_id == user.pk else None


def revision_before(revision: Revision, user: User, at: datetime) -> Revision | None:
    """This function will return the version of a bulletin that stood before this one: the last returned one,
    else what it was copied from or corrects, where the person may read that; else None.
    """
    rows = Revision.objects.select_related("media", "bulletin")
    earlier = rows.filter(bulletin=revision.bulletin, number__lt=revision.number).order_by("-number").first()
    if earlier or revision.bulletin.origin_id is None:
        return earlier
    return visible_revisions(user, at).filter(bulletin=revision.bulletin.origin_id).first()


def relatives(bulletin: Bulletin, user: User, at: datetime) -> tuple[Revision | None, list[Revision]]:
    """This function will return what a bulletin began from, and what began from it, as the person may read
    them.
    """
    seen = visible_revisions(user, at)
    origin = seen.filter(bulletin=bulletin.origin_id).first() if bulletin.origin_id else None
    return origin, list(seen.filter(bulletin__origin=bulletin)[:20])


def visible_revisions(user: User, at: datetime) -> QuerySet[Revision]:
    """This function will return the newest revision of each bulletin that a person may read, newest first."""
    newer = Revision.objects.filter(bulletin=OuterRef("bulletin"), number__gt=OuterRef("number"))
    return (
        Revision.objects.filter(~Exists(newer), bulletin__in=visible_to(user, at).order_by())
        .select_related("bulletin", "bulletin__place", "author", "media")
        .order_by("-bulletin__changed_at")
    )


def search(user: User, words: str, at: datetime) -> QuerySet[Revision]:
    """This function will return the visible revisions that hold all the words, with or without tone marks."""
    rows = visible_revisions(user, at)
    for word in fold(words).split()[:8]:
        rows = rows.filter(search__contains=word)
    return rows


def waiting_for(user: User, at: datetime) -> QuerySet[Revision]:
    """This function will return the revisions that this person may decide now, oldest first."""
    mine = Q(area__within=areas_of(user, Role.APPROVER, at))
    foreign = Target.objects.filter(~mine, revision=OuterRef("pk"))
    return (
        Revision.objects.filter(bulletin__state=State.SUBMITTED, submitted_at__isnull=False)
        .filter(~Exists(Approval.objects.filter(revision=OuterRef("pk"), by=user)), ~Exists(foreign))
        .exclude(author=user)
        .select_related("bulletin", "bulletin__place", "author", "media")
        .order_by("priority", "submitted_at")
    )


def own_waiting(user: User) -> QuerySet[Revision]:
    """This function will return what a person has submitted and nobody has decided yet."""
    return (
        Revision.objects.filter(author=user, bulletin__state=State.SUBMITTED)
        .exclude(submitted_at=None)
        .select_related("bulletin", "bulletin__place", "author", "media")
        .order_by("submitted_at")
    )


def reached_at_once(user: User, revision: Revision, at: datetime) -> frozenset[str]:
    """This function will return the communes that a person's other approvals of the last ten minutes reach at
    once.
    """
    since = at - COOL_OFF
    soon = Q(timing=Timing.NOW) | Q(timing=Timing.AT, starts_at__lt=at + COOL_OFF)
    recent = Revision.objects.filter(soon, approval__by=user, approval__at__gt=since).exclude(pk=revision.pk)
    return communes(Target.objects.filter(revision__in=recent.filter(approval__decision=Decision.APPROVE)))


def drafts_of(user: User) -> QuerySet[Revision]:
    """This function will return what a person has to go on with: drafts, and what was returned; new first."""
    newer = Revision.objects.filter(bulletin=OuterRef("bulletin"), number__gt=OuterRef("number"))
    open_ = Q(submitted_at__isnull=True, bulletin__state=State.DRAFT) | Q(bulletin__state=State.RETURNED)
    return (
        Revision.objects.filter(open_, ~Exists(newer), bulletin__author=user)
        .select_related("bulletin", "author", "media")
        .order_by("-bulletin__changed_at")
    )


def target_strings(revision: Revision) -> list[str]:
    """This function will return the LSP-1 targets of a revision, sorted."""
    return sorted(revision.targets.values_list("target", flat=True))


def areas_of_revision(revision: Revision) -> list[str]:
    """This function will return the outermost areas that a revision reaches: whose journal tells of it."""
    return outermost(list(revision.targets.values_list("area", flat=True)))


def campaigns(user: User, at: datetime) -> QuerySet[Campaign]:
    """This function will return the campaigns of the person's areas and of those around them that are not
    over, the nearest place first, then as the yearly guidance counts them.
    """
    today = local(at).date()
    return campaigns_seen(user, at).filter(Q(last_day__isnull=True) | Q(last_day__gte=today))


def campaigns_seen(user: User, at: datetime) -> QuerySet[Campaign]:
    """This function will return the campaigns of the person's areas and those around, also old ones."""
    own = rights(user, at).areas
    around = {outer for area in own for outer in lineage(area)}
    rows = Campaign.objects.filter(Q(area__in=around) | Q(area__within=own))
    return rows.select_related("place").order_by(F("last_day").desc(nulls_first=True), "number", "title")


def templates(user: User, at: datetime) -> QuerySet[Template]:
    """This function will return the templates of the person's areas and of those around them, by name."""
    own = rights(user, at).areas
    around = {outer for area in own for outer in lineage(area)}
    rows = Template.objects.filter(Q(area__in=around) | Q(area__within=own), ended_at__isnull=True)
    return rows.select_related("place").order_by("name", "pk")


def counts_by_campaign(user: User, at: datetime) -> dict[UUID, int]:
    """This function will count the approved bulletins of each campaign that the person may read."""
    rows = _of_campaigns(user, at).values_list("campaign").annotate(n=Count("pk"))
    return dict(rows)


def counts_by_area(user: User, campaign: Campaign, at: datetime) -> list[tuple[str, int]]:
    """This function will count the approved bulletins of a campaign by the area they are at home in, the most
    first.
    """
    rows = _of_campaigns(user, at).filter(campaign=campaign).values_list("bulletin__area")
    return list(rows.annotate(n=Count("pk")).order_by("-n", "bulletin__area"))


def _of_campaigns(user: User, at: datetime) -> QuerySet[Revision]:
    approved = visible_revisions(user, at).filter(campaign__isnull=False, bulletin__state=State.APPROVED)
    return approved.order_by()


def count_communes(areas: Collection[str], at: datetime) -> int:
    """This function will count the communes that some areas are or hold on that day."""
    wide = [area for area in areas if area.count(".") < COMMUNE_DOTS]
    inside = Place.objects.on(local(at).date()).filter(kind=Kind.COMMUNE, area__within=wide) if wide else None
    return len(areas) - len(wide) + (inside.count() if inside is not None else 0)


def rules_for(revision: Revision) -> list[ReviewRule]:
    """This function will return the rules of the areas in which a revision plays that stood when it was
    submitted."""
    if revision.submitted_at is None:
        return []
    areas = {outer for target in revision.targets.all() for outer in lineage(target.area)}
    return list(
        ReviewRule.objects.filter(
            Q(topic__isnull=True) | Q(topic=revision.topic),
            Q(priority__isnull=True) | Q(priority=revision.priority),
            Q(ended_at__isnull=True) | Q(ended_at__gt=revision.submitted_at),
            area__in=areas,
            made_at__lte=revision.submitted_at,
        )
    )


def needed_by(revision: Revision) -> datetime | None:
    """This function will return the instant by which a submitted revision must be decided: its first airing,
    or so many hours before as an area asks; None for one that plays when it is approved, or when communes
    place it. Hours that had begun when it was submitted do not count."""
    if revision.submitted_at is None or revision.timing not in (Timing.AT, Timing.REPEAT):
        return None
    start = revision.submitted_at
    first = next(iter(instants_of(revision, start, start + timedelta(days=REPEAT_DAYS_LIMIT))), None)
    if first is None:
        return None
    hours = max((rule.hours or 0 for rule in rules_for(revision)), default=0)
    due = first - timedelta(hours=hours)
    return due if due > start else first


def has_passed(revision: Revision, at: datetime) -> bool:
    """This function will say whether the time by which a submitted revision was needed is over."""
    due = needed_by(revision)
    return due is not None and due <= at


def rules_in(areas: Collection[str]) -> QuerySet[ReviewRule]:
    """This function will return the rules that stand in some areas and around them."""
    around = {outer for area in areas for outer in lineage(area)}
    rows = ReviewRule.objects.filter(Q(area__within=areas) | Q(area__in=around), ended_at__isnull=True)
    return rows.select_related("place__parent", "by").order_by("area", "-made_at")


def planned_for_group(group: DeviceGroup) -> int:
    """This function will count the bulletins in work, waiting or approved whose newest version names it."""
    rows = Target.objects.filter(group=group, revision__bulletin__state__in=_ALIVE)
    with everything():  # another's draft counts too, without being told
        return rows.values("revision__bulletin").distinct().count()


def loudspeakers(revision: Revision) -> list[Device]:
    """This function will return the loudspeakers in use that a revision reaches, each once, by name."""
    return list(devices.of_targets(target_strings(revision)).order_by("area", "name"))


def more_of(revision: Revision) -> dict[str, Any]:
    """This function will return what a bulletin says beside its sound, words, places and times: all that is
    not as in a plain spoken bulletin.
    """
    versions = [
        [v.language, v.title, v.text, str(v.upload_id or "")] for v in revision.versions.order_by("language")
    ]
    files = [[f.sha256, f.filename, f.mime] for f in revision.attachments.order_by("sha256")]
    whole = {
        "content_type": revision.content_type if revision.content_type != ContentType.AUDIO else None,
        "source": revision.source,
        "author_name": revision.author_name,
        "pen_name": revision.pen_name,
        "produced_at": to_epoch(revision.produced_at) if revision.produced_at else None,
        "details": revision.details,
        "campaign": str(revision.campaign_id or ""),
        "language": revision.language if revision.language != VIETNAMESE else "",
        "live_minutes": revision.live_minutes if revision.content_type == ContentType.LIVE else None,
        "versions": versions,
        "attachments": files,
    }
    return {name: value for name, value in whole.items() if value}


def more_hash_of(revision: Revision) -> str:
    """This function will return the SHA-256 (hex) over `more_of`, "" where there is nothing more."""
    more = more_of(revision)
    return hashlib.sha256(strict_json.dumps(more)).hexdigest() if more else ""


def content_hash_of(revision: Revision, targets: list[str]) -> str:
    """This function will return the SHA-256 (hex) over exactly what the second person approves."""
    more = more_hash_of(revision)
    return content_hash(
        {
            **({MORE: more} if more else {}),
            "title": revision.title,
            "summary": revision.summary,
            "topic": revision.topic,
            "essential": revision.essential,
            "priority": revision.priority,
            "text": revision.text,
            "spoken_text": revision.spoken_text,
            "media_sha256": revision.media_id or "",
            "duration_ms": revision.media.duration_ms if revision.media else 0,
            "timing": {
                "mode": revision.timing,
                "starts_at": to_epoch(revision.starts_at) if revision.starts_at else None,
                "rrule": revision.rrule if revision.timing == Timing.REPEAT else "",
                "until": to_epoch(revision.until_at) if revision.until_at else None,
            },
            "targets": sorted(targets),
            "author": revision.author_id,
        }
    )


def instants_of(revision: Revision, start: datetime, end: datetime) -> list[datetime]:
    """This function will return the instants of a revision from `start` up to and without `end`."""
    found = expand(
        revision.timing,
        to_epoch(revision.starts_at) if revision.starts_at else None,
        revision.rrule,
        to_epoch(start),
        to_epoch(end),
        until=to_epoch(revision.until_at) if revision.until_at else None,
    )
    return [datetime.fromtimestamp(seconds, start.tzinfo) for seconds in found]
