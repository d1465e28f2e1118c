"""What the duty page shows, gathered in a fixed number of queries however many loudspeakers there are."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from nguon.accounts.models import User
from nguon.broadcasts.models import Airing
from nguon.broadcasts.states import AiringState
from nguon.bulletins import queries as bulletins
from nguon.bulletins.models import Target
from nguon.console import recordings, speaking, stations, wording, works
from nguon.console.noticing import notices
from nguon.console.presenters import Live, Now, ReceiptLine, SpeakerCard, SpeakerLine, Tally
from nguon.console.relayed import tone_of
from nguon.deliveries import queries as deliveries
from nguon.deliveries.models import Delivery, Receipt
from nguon.devices import queries as devices
from nguon.devices.models import Device
from nguon.health import queries as health
from nguon.live import queries as lives
from nguon.live.models import Session
from nguon.live.states import Kind
from nguon.organisations.rules import covers, outermost
from nguon.relays import queries as relays

CARDS = 14
LINES = 60
RECEIPTS = 14
_NEXT_DAYS = 7
_NEXT_ROWS = 400


def live(areas: Collection[str], at: datetime, *, reads: Collection[str], cards: int = CARDS) -> Live:
    """This function will gather how the loudspeakers of some areas are: counted by the database, and of them
    only those read that are shown, what plays first.

    What they say is named where the person `reads` bulletins: who mends a loudspeaker is not told.
    """
    on_air, told = lives.on_air(areas), readable(areas, reads)
    total, online = health.present(areas, at)
    sounding = _sounding(on_air)
    rows = devices.in_area(areas).filter(health.heard(at)).order_by()
    found = _first(areas, at, sounding, cards + LINES if total > cards else cards) if cards else []
    shown, others = found[:cards], found[cards:]
    return Live(
        total=total,
        online=online,
        playing=rows.filter(sounding).count() if online else 0,
        cards=tuple(_cards(shown, on_air, at, reads)),
        receipts=tuple(receipt_lines(deliveries.latest_receipts(areas, RECEIPTS), reads)) if cards else (),
        latest=latest(told, at) if told else None,
        lines=tuple(SpeakerLine(row.pk, row.name, devices.is_online(row, at)) for row in others),
        hidden=total - len(found),
        attacks=tuple(deliveries.possible_attacks(areas, at)),
        mended=health.being_mended(areas, at),
        works=tuple(line for line in works.lines(areas, at) if line.now) if cards else (),
        notices=(*stations.notices(told), *notices(told, at)) if cards and told else (),
        on_air=tuple(speaking.lines(on_air if told == [*areas] else lives.on_air(told))) if told else (),
    )


def may_read(reads: Collection[str], area: str) -> bool:
    """This function will say whether who reads the bulletins of some areas may know what is said in one."""
    return any(covers(outer, area) for outer in reads)


def readable(areas: Collection[str], reads: Collection[str]) -> list[str]:
    """This function will return where two sets of areas meet."""
    return outermost(
        [area for area in areas if may_read(reads, area)]
        + [own for own in reads if any(covers(area, own) for area in areas)]
    )


def _sounding(on_air: Collection[Session]) -> Q:
    """The condition that a loudspeaker plays: a bulletin by its delivery, a live session by its receipts."""
    plays = Q(Exists(deliveries.playing().filter(device=OuterRef("pk"))))
    return plays | Q(pk__in=lives.sounding(on_air).values("device")) if on_air else plays


def _first(areas: Collection[str], at: datetime, sounding: Q, most: int) -> list[Device]:
    """What is shown: all of them in the order of places; of many what plays, what is lost, then the others,
    each part read only as far as there is room."""
    rows = devices.in_area(areas).select_related("place__parent").prefetch_related("groups")
    rows, there = rows.order_by("area", "name"), health.heard(at)
    if most <= CARDS:
        return list(rows[:most])
    found: list[Device] = []
    for part in (rows.filter(there, sounding), rows.exclude(there), rows.filter(there).exclude(sounding)):
        if len(found) < most:
            found += part[: most - len(found)]
    return found


def latest(areas: Collection[str], at: datetime) -> Tally | None:
    """This function will tell how the newest airing of the last day fared, or None."""
    newest = deliveries.recent_airings(areas, at, limit=1)
    airing = Airing.objects.select_related("revision").filter(pk__in=newest).first()
    if airing is None:
        return None
    return tally_of(airing, deliveries.tally_of_airings([airing.pk]).get(airing.pk))


def coming(user: User, at: datetime) -> QuerySet[Airing]:
    """This function will return what is to play within a week of the bulletins that a person may read."""
    return (
        Airing.objects.filter(
            revision__bulletin__in=bulletins.visible_to(user, at).order_by(),
            state=AiringState.PLANNED,
            at__gt=at,
            at__lt=at + timedelta(days=_NEXT_DAYS),
        )
        .select_related("revision")
        .order_by("at")
    )


def tally_of(airing: Airing, found: deliveries.Tally | None) -> Tally:
    """This function will show how one airing fares."""
    states = found.by_state if found else {}
    return Tally(
        bulletin_id=airing.revision.bulletin_id,
        title=airing.revision.title,
        at=airing.at,
        total=found.total if found else 0,
        played=found.played if found else 0,
        unverified=found.unverified if found else 0,
        states=tuple((wording.of_delivery(state), count) for state, count in sorted(states.items())),
    )


def _cards(
    shown: list[Device], on_air: Collection[Session], at: datetime, reads: Collection[str]
) -> Iterable[SpeakerCard]:
    if not shown:
        return
    keys = [device.pk for device in shown]
    playing = {key: _now(row, at) for key, row in deliveries.playing_at(keys).items()}
    playing |= {key: _spoken(row, at) for key, row in lives.heard_at(keys, on_air).items()}
    receipts = deliveries.last_receipts_of(keys)
    lines = {line.key: line for line in receipt_lines(receipts.values(), reads)}
    coming = _coming(shown, at)
    mended = set(health.mended_now(at))
    for device in shown:
        upcoming, online = coming.get(device.pk), devices.is_online(device, at)
        receipt = receipts.get(device.pk)
        told, now = may_read(reads, device.area), playing.get(device.pk) if online else None
        yield SpeakerCard(
            id=device.pk,
            name=device.name,
            place=device.place.label,
            online=online,
            clock=wording.of_clock(device.clock_state),
            volume=device.volume,
            playing=now if now is None or told else _unnamed(now),
            next_title=upcoming.revision.title if upcoming and told else "",
            next_at=upcoming.at if upcoming else None,
            last=lines.get(_key(receipt)) if receipt else None,
            last_seen_at=device.last_seen_at,
            mended=device.pk in mended,
            recording=recordings.newest(device) if told else None,
        )


def _unnamed(now: Now) -> Now:
    return replace(now, title=_("Một nội dung"), url="")


def _now(delivery: Delivery, at: datetime) -> Now:
    since = delivery.started_at or delivery.changed_at
    whole = delivery.airing.duration_ms
    elapsed = max(0, min(whole, (at - since) // timedelta(milliseconds=1)))
    return Now(
        title=delivery.airing.revision.title,
        since=since,
        duration_ms=whole,
        elapsed_ms=elapsed,
        url=reverse("console:bulletin", args=[delivery.airing.revision.bulletin_id]),
    )


def _spoken(session: Session, at: datetime) -> Now:
    since = session.opened_at or session.made_at
    whole = ((session.expires_at or at) - since) // timedelta(milliseconds=1)
    return Now(
        title=_live_title(session),
        since=since,
        duration_ms=whole,
        elapsed_ms=max(0, min(whole, (at - since) // timedelta(milliseconds=1))),
        url=speaking.url_of(session, relays.bookings_of_sessions([session])),
    )


def _live_title(session: Session) -> str:
    if session.kind == Kind.RELAY:
        return speaking.name_of(session)
    return _("Nói trực tiếp: {title}").format(title=session.title) if session.title else _("Nói trực tiếp")


def _coming(shown: list[Device], at: datetime) -> dict[UUID, Airing]:
    """The next airing of each loudspeaker, from one reading of the coming week."""
    names: dict[UUID, set[str]] = {}
    for device in shown:
        labels = device.area.split(".")
        paths = {".".join(labels[:n]) for n in range(1, len(labels) + 1)}
        names[device.pk] = paths | {f"d/{device.pk}"} | {f"g/{group.pk}" for group in device.groups.all()}
    wanted = set().union(*names.values()) if names else set()
    aims: dict[UUID, set[str]] = {}
    for revision, target in Target.objects.filter(target__in=wanted).values_list("revision", "target"):
        aims.setdefault(revision, set()).add(target)
    rows = Airing.objects.filter(
        revision__in=aims, state=AiringState.PLANNED, at__gt=at, at__lt=at + timedelta(days=_NEXT_DAYS)
    )
    found: dict[UUID, Airing] = {}
    for airing in rows.select_related("revision").order_by("at")[:_NEXT_ROWS]:
        for key, own in names.items():
            if key not in found and own & aims[airing.revision_id] and _is_heard(airing, own):
                found[key] = airing
    return found


def _is_heard(airing: Airing, own: set[str]) -> bool:
    """Of a programme, what its own commune placed, and of a staggered session the own turn."""
    return (airing.area in own or not airing.area) and (
        airing.group_id is None or f"g/{airing.group_id}" in own
    )


def _key(receipt: Receipt) -> str:
    return f"{receipt.device_id}-{receipt.n}"


def receipt_lines(rows: Iterable[Receipt], reads: Collection[str]) -> list[ReceiptLine]:
    """This function will put receipts into words, with the titles of what they are about where the person
    reads bulletins."""
    listed = list(rows)
    airings = Airing.objects.filter(pk__in={row.item for row in listed if row.item}).select_related(
        "revision"
    )
    titles = {airing.pk: airing.revision.title for airing in airings}
    spoken = lives.sessions_by_id({row.item for row in listed if row.item} - titles.keys())
    titles |= {key: _live_title(row) for key, row in spoken.items()}
    boxes = Device.objects.in_bulk({row.device_id for row in listed})
    told = {key for key, device in boxes.items() if may_read(reads, device.area)}
    heard = {row.item for row in listed if row.device_id in told}
    titles = {key: title for key, title in titles.items() if key in heard}
    bare = {row.document for row in listed if row.document and not row.item}
    orders = {key: tone_of(row).label for key, row in deliveries.relayed(bare).items()}
    return [
        ReceiptLine(
            key=_key(row),
            at=row.at,
            device=boxes[row.device_id].name if row.device_id in boxes else "",
            tone=wording.of_event(row.event),
            title=titles.get(row.item, "") if row.item else orders.get(row.document, ""),
            detail=_detail(row, live=row.item in spoken),
        )
        for row in listed
    ]


def _detail(row: Receipt, *, live: bool) -> str:
    length = wording.seconds(row.seconds_ms) if row.seconds_ms is not None else ""
    why = wording.reason(row.reason, live=live) if row.reason else ""
    flag = _("không tính: gửi sau khi thu hồi") if row.after_revocation else ""
    return ": ".join(part for part in (length, why, flag) if part)
