"""The set of templates and phrases that every province begins with; two people still look at each."""

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nguon.accounts.models import User
from nguon.alerts.actions.templating import Words, make_template
from nguon.alerts.models import Template
from nguon.audio import actions as audio
from nguon.audio.sound.chain import master_of_pcm
from nguon.kernel.later import later
from nguon.organisations.models import Place

if TYPE_CHECKING:
    import numpy as np
else:
    np = later("numpy")

DATA = Path(__file__).resolve().parent.parent / "data" / "templates.csv"
SIREN_S = 12
_RATE = 48_000


def seeds() -> list[Words]:
    """This function will read the set, in its order; rhythms after Quyết định 18/2021/QĐ-TTg."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return [_words(row) for row in csv.DictReader(file)]


def seed_templates(*, place: Place, by: User, at: datetime) -> list[Template]:
    """This function will lay down, as drafts of this person, those templates and phrases of the set that a
    place has no row of yet, and the siren. Raises NotOnDuty, or what the voice says."""
    known = set(
        Template.objects.filter(area=place.area, ended_at__isnull=True).values_list("slug", flat=True)
    )
    made = [
        make_template(words=words, place=place, by=by, at=at) for words in seeds() if words.slug not in known
    ]
    if "siren" not in known:
        words = Words(slug="siren", title="Còi báo động", text="", phrase=True, repeat=1)
        master = master_of_pcm(io.BytesIO(siren()), _RATE)
        sound = audio.keep_sound(data=master.data, duration_ms=master.duration_ms, at=at)
        made.append(make_template(words=words, place=place, by=by, at=at, media_id=sound.pk))
    return made


def siren(seconds: float = SIREN_S) -> bytes:
    """This function will give a siren as mono 16-bit samples at 48 kHz: from 400 to 900 hertz and back, once
    in three seconds."""
    at = np.arange(round(seconds * _RATE)) / _RATE
    hertz = 650 - 250 * np.cos(2 * np.pi * at / 3)
    phase = 2 * np.pi * np.cumsum(hertz) / _RATE
    wave = 0.5 * np.sin(phase) + 0.15 * np.sin(2 * phase)
    fade = _RATE // 20
    wave[:fade] *= np.linspace(0, 1, fade)
    wave[-fade:] *= np.linspace(1, 0, fade)
    return (wave * 32_000).round().astype("<i2").tobytes()


def _words(row: dict[str, str]) -> Words:
    return Words(
        slug=row["slug"],
        title=row["title"],
        text=row["text"],
        extra=row["extra"] or "",
        hazard=row["hazard"],
        level=int(row["level"]),
        phrase=row["phrase"] == "1",
        siren=row["siren"] == "1",
        repeat=int(row["repeat"]),
        offsets=tuple(60 * int(one) for one in row["offsets_min"].split()),
        every_s=60 * int(row["every_min"]),
        lasts_s=3600 * int(row["lasts_h"]),
        basis=row["basis"] or "",
    )
