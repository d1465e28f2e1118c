"""The first person's choice: words and places, spoken, counted, and frozen under one hash."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.alerts import errors, queries
from nguon.alerts.actions.settling import settle
from nguon.alerts.models import Alert, Target, Template
from nguon.alerts.rules import is_commune, may_sign
from nguon.alerts.states import GLASS_SECONDS, LONGEST_TEXT, MOST_TARGETS, Hazard, Kind, Level
from nguon.audio import actions as audio
from nguon.audio import queries as sounds
from nguon.audio import reader
from nguon.audio.models import Rendering
from nguon.deliveries.actions import tell
from nguon.devices import queries as devices
from nguon.journal.actions import record
from nguon.kernel.clock import local
from nguon.kernel.text import clean
from nguon.organisations import queries as places
from nguon.organisations.rules import outermost

BLANK = re.compile(r"\{([^{}]{1,40})\}")
SIREN, ATTENTION, DRILL = "siren", "attention", "drill"
DRILL_LASTS_S = 600
FREE_LASTS_S = 3600
ISSUED = "Bản tin này được ban hành lúc {hour} ngày {day}."
"""Spoken, so never translated."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the first person chose: a template with its blanks filled in, or words of the own."""

    kind: str
    targets: tuple[str, ...]
    template: UUID | None = None
    blanks: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    text: str = ""
    hazard: str = Hazard.OTHER
    level: int = Level.URGENT
    siren: bool = True
    upload: UUID | None = None
    source: str = ""


@transaction.atomic
def propose(*, wish: Wish, by: User, at: datetime) -> Alert:
    """This function will lay down an alert or a drill and have its words spoken; nothing sounds and nobody
    has signed. Raises NoPlace, TooManyPlaces, TooWide, NotOnDuty, NoLoudspeaker, TemplateUnknown,
    BlankMissing, NothingToSay, TooLong, GlassTooWide or QuietNow."""
    targets = _check_places(wish, by, at)
    template = _template(wish, targets)
    text = _text(wish, template)
    if wish.kind == Kind.GLASS:
        _check_glass(template, targets)
    if wish.kind == Kind.DRILL and (quiet := devices.quiet_at(at)):
        raise errors.QuietNow(quiet=quiet)
    alert = Alert.objects.create(
        kind=wish.kind,
        template=template,
        hazard=template.hazard if template else wish.hazard,
        level=template.level if template else wish.level,
        title=clean(wish.title or (template.title if template else text[:80])).strip()[:200],
        text=text,
        author=by,
        made_at=at,
        source=wish.source[:300],
        **_rhythm(wish, template),
        **_ends(targets),
    )
    Target.objects.bulk_create(Target(alert=alert, target=one, area=one) for one in targets)
    _speak(alert, template, wish, by, at)
    data = {"alert": alert.pk, "kind": alert.kind, "title": alert.title, "areas": list(targets)}
    record(fact="alert.proposed", subject=f"alert:{alert.pk}", by=by, at=at, data=data)
    tell("alert", alert=alert.pk)
    return settle(alert=alert, at=at)


def propose_again(*, alert: Alert, by: User, at: datetime) -> Alert:
    """This function will lay down the same alert anew, with what its places hold now."""
    wish = Wish(
        kind=alert.kind,
        targets=tuple(queries.targets_of(alert)),
        template=alert.template_id if alert.template and not alert.template.extra else None,
        title=alert.title,
        text=alert.text,
        hazard=alert.hazard,
        level=alert.level,
        siren=SIREN in alert.sounds,
        upload=_voice_again(alert, by, at),
        source=alert.source,
    )
    return propose(wish=wish, by=by, at=at)


def _voice_again(alert: Alert, by: User, at: datetime) -> UUID | None:
    """The same recording, as this person's."""
    if alert.voice is None or alert.voice.media_id is None:
        return None
    name = alert.voice.filename
    return audio.reuse(sha256=alert.voice.media_id, filename=name, by=by, at=at).pk


def _check_places(wish: Wish, by: User, at: datetime) -> tuple[str, ...]:
    targets = tuple(outermost(list(dict.fromkeys(wish.targets))))
    labels = places.labels(list(targets))
    if not targets or any(one not in labels for one in targets):
        raise errors.NoPlace
    if len(targets) > MOST_TARGETS:
        raise errors.TooManyPlaces(limit=MOST_TARGETS)
    if any("." not in one for one in targets):
        raise errors.TooWide
    for one in targets:
        if not may_sign(by, [one], at):
            raise errors.NotOnDuty(place=labels[one])
    if wish.kind == Kind.DRILL:
        targets = _by_commune(targets)
    if not queries.counted(targets):
        raise errors.NoLoudspeaker
    return targets


def _by_commune(targets: tuple[str, ...]) -> tuple[str, ...]:
    """A drill reaches one commune with each document: wider areas are told commune by commune."""
    areas = devices.in_area(list(targets)).order_by().values_list("area", flat=True).distinct()
    found = {one for one in targets if is_commune(one)}
    found |= {
        ".".join(area.split(".")[:3]) for area in areas if not any(area.startswith(f"{x}.") for x in found)
    }
    if len(found) > MOST_TARGETS:
        raise errors.TooManyPlaces(limit=MOST_TARGETS)
    return tuple(sorted(found))


def _template(wish: Wish, targets: tuple[str, ...]) -> Template | None:
    if wish.template is None:
        return None
    row = queries.templates_for(targets).filter(pk=wish.template).first()
    if row is None:
        raise errors.TemplateUnknown
    return row


def _text(wish: Wish, template: Template | None) -> str:
    if template is None:
        text = clean(wish.text).strip()
        if len(text) > LONGEST_TEXT:
            raise errors.TooLong(count=len(text), limit=LONGEST_TEXT)
        if not text and (wish.upload is None or not clean(wish.title).strip()):
            raise errors.NothingToSay
        return text
    extra = template.extra
    for name in BLANK.findall(extra):
        said = clean(str(wish.blanks.get(name, ""))).strip()[:100]
        if not said:
            raise errors.BlankMissing(name=name)
        extra = extra.replace("{" + name + "}", said)
    return f"{template.text} {extra}".strip()


def _check_glass(template: Template | None, targets: tuple[str, ...]) -> None:
    whole = template is not None and not template.extra and template.media is not None
    short = whole and template is not None and template.media is not None
    length = template.media.duration_ms if short and template and template.media else 0
    if len(targets) != 1 or not is_commune(targets[0]) or not 0 < length <= GLASS_SECONDS * 1000:
        raise errors.GlassTooWide


def _rhythm(wish: Wish, template: Template | None) -> dict[str, object]:
    if wish.kind == Kind.DRILL:
        return {"sounds": [DRILL], "repeat": 1, "offsets": [0], "every_s": 0, "lasts_s": DRILL_LASTS_S}
    siren = template.siren if template else wish.siren
    sounds = [SIREN, ATTENTION] if siren else [ATTENTION]
    if wish.kind == Kind.GLASS:  # as a second officer may confirm it; alone it is heard once, without siren
        repeat = template.repeat if template else 1
        return {
            "sounds": sounds,
            "repeat": repeat,
            "offsets": [0],
            "every_s": 0,
            "lasts_s": GLASS_SECONDS,
        }
    if template is None:
        return {"sounds": sounds, "repeat": 2, "offsets": [0], "every_s": 0, "lasts_s": FREE_LASTS_S}
    return {
        "sounds": sounds,
        "repeat": template.repeat,
        "offsets": template.offsets or [0],
        "every_s": template.every_s,
        "lasts_s": template.lasts_s,
    }


def _ends(targets: tuple[str, ...]) -> dict[str, object]:
    """What takes it back and what ends it: the stored phrases, and their sounds for whoever lacks them."""
    phrases = {row.slug: row.media for row in queries.templates_for(targets, phrases=True)}
    return {
        "correction_sounds": [ATTENTION] if "false-alarm" in phrases else [ATTENTION, "false-alarm"],
        "correction_media": phrases.get("false-alarm"),
        "all_clear_sounds": [ATTENTION] if "all-clear" in phrases else [ATTENTION, "all-clear"],
        "all_clear_media": phrases.get("all-clear"),
    }


def _speak(alert: Alert, template: Template | None, wish: Wish, by: User, at: datetime) -> None:
    """A template without blanks is spoken already; all else is spoken now, and once more with its hour of
    issue for the repeats (Quyết định 18/2021/QĐ-TTg)."""
    alert.spoken_text = reader.spoken(alert.text)
    if wish.upload is not None:
        alert.voice = sounds.upload_of(user=by, upload_id=wish.upload)
    elif template is not None and not template.extra:
        alert.media = template.media  # the other languages are in it
    else:
        alert.first = _rendering(alert.spoken_text, by, at)
    if alert.text and (alert.every_s or len(alert.offsets) > 1):
        issued = ISSUED.format(hour=f"{local(at):%H giờ %M}", day=f"{local(at):%d/%m/%Y}")
        alert.again = _rendering(f"{alert.spoken_text} {reader.spoken(issued)}", by, at)
    alert.save()


def _rendering(text: str, by: User, at: datetime) -> Rendering:
    return audio.request_rendering(spoken_text=text, manner=audio.Manner(), by=by, at=at)
