"""Khẩn cấp and Diễn tập: what their pages show."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from nguon.accounts.actions import site
from nguon.accounts.models import User
from nguon.accounts.rules import rights
from nguon.alerts import queries
from nguon.alerts.actions import challenge_of
from nguon.alerts.actions.proposing import BLANK
from nguon.alerts.models import Alert, Template
from nguon.alerts.rules import SIGNERS, may_sign, signatures_needed, waits_for_confirmation
from nguon.alerts.states import REACHED, TURNS, Channel, Ending, Hazard, Heard, Kind, Level, Sent, State, Turn
from nguon.bulletins.states.languages import languages
from nguon.console.keys import Touch, ids_of
from nguon.kernel.clock import local
from nguon.organisations import queries as places
from nguon.staff.models import Post

MOST_LINES = 200
MOST_NAMED = 3


@dataclass(frozen=True)
class TemplateView:
    """One template to pick from."""

    id: UUID
    title: str
    text: str
    extra: str
    hazard: str
    level: str
    blanks: tuple[str, ...]
    rhythm: str
    basis: str
    seconds: int
    place: str
    approved: bool
    own: bool
    ready: bool
    tongues: tuple[str, ...] = ()


@dataclass(frozen=True)
class AlertView:
    """One alert on a page."""

    id: UUID
    kind: str
    kind_label: str
    drill: bool
    title: str
    text: str
    hazard: str
    level: str
    state: str
    state_label: str
    where: tuple[str, ...]
    first_place: str
    loudspeakers: int
    people: int
    author: str
    made_at: datetime
    signed_at: datetime | None
    ended_at: datetime | None
    why: str
    url: str
    rhythm: str
    siren: bool
    content: str
    duration_ms: int
    replay_ms: int
    voice: bool

    @property
    def where_label(self) -> str:
        """This property will name the places of an alert in a few words."""
        others = len(self.where) - 1
        more = _("{name} và {count} nơi khác").format(name=self.first_place, count=others)
        return more if others > 0 else self.first_place


@dataclass(frozen=True)
class Count:
    """How many loudspeakers are in one state."""

    slug: str
    label: str
    count: int
    tone: str


@dataclass(frozen=True)
class Place:
    """One commune of an alert: how many of its loudspeakers were reached."""

    label: str
    reached: int
    total: int


@dataclass(frozen=True)
class Missing:
    """One loudspeaker at which nothing was heard, and why."""

    id: UUID
    name: str
    where: str
    heard: str
    calls: tuple[tuple[str, str, str], ...] = ()  # name, telephone, what became of the message


@dataclass(frozen=True)
class Running:
    """What is known of an alert now."""

    counts: tuple[Count, ...]
    reached: int
    total: int
    signed: bool
    places: tuple[Place, ...]
    missing: tuple[Missing, ...]
    silent: int

    @property
    def wide(self) -> bool:
        """This property will say whether there is more than one commune."""
        return len(self.places) > 1


_TONES = {
    Heard.PLAYED: "live",
    Heard.PLAYING: "live",
    Heard.PARTLY: "warn",
    Heard.DELIVERED: "warn",
    Heard.REFUSED: "bad",
    Heard.SOUNDLESS: "bad",
    Heard.UNREACHABLE: "bad",
    Heard.UNKNOWN: "",
    Heard.ENDED: "",
}
_ALWAYS = (Heard.PLAYED, Heard.PLAYING, Heard.PARTLY, Heard.REFUSED, Heard.UNREACHABLE, Heard.UNKNOWN)


def signing_areas(user: User, at: datetime) -> list[str]:
    """This function will return where a person may sign alerts."""
    found = rights(user, at)
    return sorted({area for role in SIGNERS for area in found.areas_of(role)})


def template_view(row: Template, user: User) -> TemplateView:
    """This function will show one template."""
    media = row.media
    return TemplateView(
        id=row.pk,
        title=row.title,
        text=row.text,
        extra=row.extra,
        hazard=str(Hazard(row.hazard).label),
        level=str(Level(row.level).label),
        blanks=tuple(dict.fromkeys(BLANK.findall(row.extra))),
        rhythm=rhythm(list(row.offsets), row.every_s, row.lasts_s, row.repeat),
        basis=row.basis,
        seconds=round(media.duration_ms / 1000) if media else 0,
        place=str(row.place),
        approved=row.approved_at is not None,
        own=row.author_id == user.pk,
        ready=media is not None,
        tongues=tuple(languages().get(one, one) for one, _sound in row.tongues if one in languages()),
    )


def view_of(alert: Alert) -> AlertView:
    """This function will show one alert."""
    areas = queries.areas_of(alert)
    labels = places.labels(areas)
    where = tuple(labels.get(one, one) for one in areas)
    return AlertView(
        id=alert.pk,
        kind=alert.kind,
        kind_label=str(Kind(alert.kind).label),
        drill=alert.kind == Kind.DRILL,
        title=alert.title,
        text=alert.text,
        hazard=str(Hazard(alert.hazard).label),
        level=str(Level(alert.level).label),
        state=alert.state,
        state_label=str(State(alert.state).label),
        where=where,
        first_place=where[0].partition(",")[0] if where else "",
        loudspeakers=alert.loudspeakers,
        people=alert.people,
        author=str(alert.author),
        made_at=alert.made_at,
        signed_at=alert.signed_at,
        ended_at=alert.ended_at,
        why=str(Ending(alert.ending).label) if alert.ending else "",
        url=reverse("console:alert", args=[alert.pk]),
        rhythm=rhythm(list(alert.offsets), alert.every_s, alert.lasts_s, alert.repeat),
        siren="siren" in alert.sounds,
        content=alert.content_sha256,
        duration_ms=alert.media.duration_ms if alert.media else 0,
        replay_ms=alert.replay.duration_ms if alert.replay else 0,
        voice=alert.voice_id is not None,
    )


@dataclass(frozen=True)
class Crowd:
    """How many people an alert is for, and whence that is known; how many loudspeakers cannot sound it."""

    people: int
    oldest: date | None
    sources: str
    missing: int
    missing_names: str
    soundless: int


def crowd_of(alert: Alert) -> Crowd:
    """This function will tell how many people live where an alert is for, as known when it was laid down."""
    found = places.people_in(queries.areas_of(alert), at=alert.made_at)
    labels = places.labels(list(found.missing[:MOST_NAMED]))
    return Crowd(
        alert.people or found.people,
        found.oldest,
        ", ".join(found.sources[:MOST_NAMED]),
        len(found.missing),
        ", ".join(labels.get(one, one) for one in found.missing[:MOST_NAMED]),
        len(queries.soundless(queries.targets_of(alert))),
    )


def rhythm(offsets: list[int], every_s: int, lasts_s: int, repeat: int) -> str:
    """This function will say in words when an alert sounds again."""
    said = [_("mỗi lượt đọc {count} lần").format(count=repeat)]
    if later := [one // 60 for one in offsets if one > 0]:
        minutes = ", ".join(map(str, later))
        said.append(_("phát lại sau {minutes} phút").format(minutes=minutes))
    if every_s:
        said.append(
            _("rồi cứ {every} phút một lượt, trong {hours} giờ").format(
                every=every_s // 60, hours=f"{lasts_s / 3600:g}"
            )
        )
    return "; ".join(said)


def running(alert: Alert, at: datetime) -> Running:
    """This function will say what is known of an alert at each of its loudspeakers, counted."""
    hearing = queries.hearing_of(alert, at)
    states = [one for one in Heard if one in _ALWAYS or hearing.by_state[one]]
    missing = queries.not_reached(hearing)
    calls = whom_to_call(alert, {line.area for line in missing[:MOST_LINES]}, at)
    labels = places.labels([*hearing.by_commune, *{line.area for line in missing[:MOST_LINES]}])
    return Running(
        counts=tuple(Count(str(one), str(one.label), hearing.by_state[one], _TONES[one]) for one in states),
        reached=hearing.reached,
        total=hearing.total,
        signed=hearing.signed,
        places=tuple(
            Place(
                labels.get(area, area),
                sum(count for state, count in counts.items() if state in REACHED),
                counts.total(),
            )
            for area, counts in sorted(hearing.by_commune.items())
        ),
        missing=tuple(
            Missing(
                line.device,
                line.name,
                labels.get(line.area, line.area),
                str(line.heard.label),
                calls.get(line.area, ()),
            )
            for line in missing[:MOST_LINES]
        ),
        silent=len(missing),
    )


def whom_to_call(
    alert: Alert, areas: Collection[str], at: datetime
) -> dict[str, tuple[tuple[str, str, str], ...]]:
    """This function will return who works in some villages and has a telephone, with what became of the text
    message to them."""
    sent: dict[int, str] = {}
    for row in alert.messages.order_by("changed_at"):
        said = f"{Channel(row.channel).label}: {Sent(row.state).label}"
        sent[row.staff_id] = "; ".join(filter(None, [sent.get(row.staff_id, ""), said]))
    rows = Post.objects.on(local(at).date()).filter(area__in=list(areas)).exclude(staff__phone="")
    found: dict[str, dict[int, tuple[str, str, str]]] = {}
    for post in rows.select_related("staff").order_by("pk")[:MOST_LINES]:
        told = (post.staff.full_name, post.staff.phone, sent.get(post.staff_id, ""))
        found.setdefault(post.area, {})[post.staff_id] = told
    return {area: tuple(people.values()) for area, people in found.items()}


@dataclass(frozen=True)
class Signing:
    """What a person may do with an alert that is not signed whole yet."""

    may: bool
    part: int
    needed: int
    mine: bool
    touch: Touch | None
    signed: tuple[tuple[str, datetime], ...]
    turns: tuple[tuple[str, str], ...]
    confirms: bool = False
    """Whether a second officer may have it sound whole, after one has let it sound alone."""


def signing(alert: Alert, user: User, at: datetime, *, demo: bool) -> Signing:
    """This function will say whether it is this person's turn to sign, and what would give way."""
    before = list(alert.signatures.order_by("part").select_related("by"))
    areas = queries.areas_of(alert)
    ids = ids_of(user)
    touch = None if demo else Touch(urlsafe_base64_encode(challenge_of(alert)), site().rp_id, ids, bool(ids))
    return Signing(
        may=may_sign(user, areas, at),
        part=len(before) + 1,
        needed=max(signatures_needed(alert.kind), len(before) + 1),
        mine=any(one.by_id == user.pk for one in before),
        touch=touch,
        signed=tuple((str(one.by), one.at) for one in before),
        turns=tuple((one.title, str(what.label)) for one, what in queries.turns_of(alert, areas)),
        confirms=waits_for_confirmation(alert, len(before)),
    )


def table() -> list[tuple[str, str, str]]:
    """This function will tell the table of which alert goes first, in words."""
    rows = [(str(new.label), str(old.label), str(Turn(what).label)) for (new, old), what in TURNS.items()]
    first = (_("cùng loại thiên tai"), _("cùng nơi hoặc trong đó"), str(Turn.REPLACES.label))
    wider = (_("bất kỳ"), _("rộng hơn nơi của báo động mới"), str(Turn.WAITS.label))
    return [wider, first, *rows]


def timeline(alert: Alert) -> list[tuple[datetime, str]]:
    """This function will tell what happened to an alert, one line each."""
    found: list[tuple[datetime, str]] = [
        (alert.made_at, _("{by} lập").format(by=alert.author)),
    ]
    found += [
        (one.at, _("{by} ký (chữ ký {part})").format(by=one.by, part=one.part))
        for one in alert.signatures.order_by("part").select_related("by")
    ]
    found += [
        (step.asked_at, _("Lượt phát {number}").format(number=step.number + 1))
        for step in alert.steps.order_by("number")
    ]
    if alert.ended_at:
        by = str(alert.ended_by) if alert.ended_by else _("Hệ thống")
        why = str(Ending(alert.ending).label)
        found.append((alert.ended_at, _("{by} kết thúc: {why}").format(by=by, why=why)))
    if alert.reviewed_at:
        found.append(
            (alert.reviewed_at, _("{by} xem lại: {said}").format(by=alert.reviewed_by, said=alert.review))
        )
    return found


def to_look_at(areas: Collection[str], at: datetime) -> list[AlertView]:
    """This function will show what a person on duty is to act on: what waits for a signature, what sounds,
    and what one officer did alone and nobody else has looked back at."""
    found = [one for one in queries.open_alerts(areas) if one.state in {State.WAITING, State.SOUNDING}]
    return views_of([*found, *queries.to_review(areas, at)])


def sounding_in(area: str, user: User, at: datetime) -> list[tuple[AlertView, bool]]:
    """This function will show the alerts that sound in an area, each with whether this person may end it:
    a stop of what is no alert leaves them on."""
    found = queries.running_in([area])
    return [(view_of(one), may_sign(user, queries.areas_of(one), at)) for one in found]


def views_of(alerts: Iterable[Alert]) -> list[AlertView]:
    """This function will show some alerts."""
    return [view_of(one) for one in alerts]


def made_of(names: Collection[UUID]) -> list[AlertView]:
    """This function will show the alerts with these ids, in their order."""
    return views_of(Alert.objects.filter(pk__in=list(names)).select_related("author").order_by("made_at"))
