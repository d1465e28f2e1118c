"""Campaigns: those of the country come with the program, an administrator adds those of the own area."""

import csv
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from nguon.accounts.models import User
from nguon.areas.paths import COUNTRY
from nguon.bulletins import errors
from nguon.bulletins.models import Campaign
from nguon.bulletins.rules import can_keep_campaigns
from nguon.journal.actions import record
from nguon.kernel.text import clean, fold, tidy
from nguon.organisations.models import Place

SEED = Path(__file__).resolve().parent.parent / "data" / "campaigns.csv"
LIMITS = {"title": 300, "decision": 120, "issued_by": 200, "number": 20}


@dataclass(frozen=True, kw_only=True)
class CampaignFields:
    """What a campaign is: its name, its legal basis and its days; what is not known stays empty."""

    title: str
    number: str = ""
    decision: str = ""
    issued_by: str = ""
    signed_on: date | None = None
    first_day: date | None = None
    last_day: date | None = None


@transaction.atomic
def seed_campaigns(*, at: datetime) -> int:
    """This function will add the campaigns of the country that are not there yet, and return how many.

    Source: the yearly guidance of 2024 for grassroots information, annex 1 (data/campaigns.csv); the years
    are those that the titles name, and for the themes of 2024 that year.
    """
    there = set(Campaign.objects.filter(place__isnull=True).values_list("number", flat=True))
    with SEED.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["number"] not in there]
    made = [
        _made(
            CampaignFields(
                title=row["title"],
                number=row["number"],
                decision=row["decision"],
                issued_by=row["issued_by"],
                signed_on=_day(row["signed_on"]),
                first_day=_day(row["first_day"]),
                last_day=_day(row["last_day"]),
            ),
            at,
        )
        for row in rows
    ]
    Campaign.objects.bulk_create(made)
    if made:
        data = {"count": len(made), "area": COUNTRY}
        record(fact="campaign.brought", subject=f"target:{COUNTRY}", by=None, at=at, data=data)
    return len(made)


@transaction.atomic
def add_campaign(*, given: CampaignFields, place: Place, by: User, at: datetime) -> Campaign:
    """This function will add a campaign to a place; everybody in it may have bulletins join it.

    Raises NotYourCampaigns, CampaignTitleMissing, FieldTooLong, CampaignDaysWrong, or CampaignThere for the
    same title at the same place.
    """
    if not can_keep_campaigns(by, place.area, at):
        raise errors.NotYourCampaigns(place=place)
    if not tidy(given.title):
        raise errors.CampaignTitleMissing
    for name, limit in LIMITS.items():
        if len(getattr(given, name)) > limit:
            raise errors.FieldTooLong(field=name, length=len(getattr(given, name)), limit=limit)
    if given.first_day and given.last_day and given.last_day < given.first_day:
        raise errors.CampaignDaysWrong
    Place.objects.select_for_update().get(pk=place.pk)  # two administrators take turns
    made = _made(given, at, place, by)
    if Campaign.objects.filter(area=place.area, title=made.title).exists():
        raise errors.CampaignThere(title=made.title)
    made.save()
    data = {"title": made.title, "area": place.area}
    record(fact="campaign.added", subject=f"campaign:{made.pk}", by=by, at=at, data=data)
    return made


def _made(
    given: CampaignFields, at: datetime, place: Place | None = None, by: User | None = None
) -> Campaign:
    title, decision = tidy(clean(given.title)), tidy(clean(given.decision))
    return Campaign(
        place=place,
        area=place.area if place else COUNTRY,
        number=tidy(clean(given.number)),
        title=title,
        decision=decision,
        issued_by=tidy(clean(given.issued_by)),
        signed_on=given.signed_on,
        first_day=given.first_day,
        last_day=given.last_day,
        search=fold(f"{title} {decision}"),
        made_by=by,
        made_at=at,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
