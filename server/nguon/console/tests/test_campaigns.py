"""Chiến dịch: those of the country are there once, an administrator adds the own, bulletins count."""

import csv
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.bulletins import actions, errors
from nguon.bulletins.actions.campaigning import SEED, CampaignFields
from nguon.bulletins.models import Campaign
from nguon.bulletins.tests.cast import Newsroom, draft
from nguon.console.tests.conftest import As
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT


def given(**more: Any) -> CampaignFields:
    return CampaignFields(**{"title": "Vệ sinh đường làng", **more})


def test_the_campaigns_of_the_country_come_once_with_their_basis(room: Newsroom) -> None:
    with SEED.open(encoding="utf-8", newline="") as file:
        named = {row["number"] for row in csv.DictReader(file)}
    assert actions.seed_campaigns(at=AT) == len(named) == 21
    assert actions.seed_campaigns(at=AT) == 0
    assert set(Campaign.objects.values_list("number", flat=True)) == named
    health = Campaign.objects.get(number="I.3")
    assert (health.decision, health.signed_on) == ("Quyết định 1092/QĐ-TTg", date(2018, 9, 2))
    assert Entry.objects.filter(fact="campaign.brought").count() == 1


def test_an_administrator_adds_one_and_nobody_else(room: Newsroom) -> None:
    place = room.people.places.commune
    made = actions.add_campaign(given=given(), place=place, by=room.people.binh, at=AT)
    assert made.area == place.area
    assert Entry.objects.get(fact="campaign.added").data["area"] == place.area
    with pytest.raises(errors.CampaignThere):
        actions.add_campaign(given=given(), place=place, by=room.people.binh, at=AT)
    with pytest.raises(errors.NotYourCampaigns):
        actions.add_campaign(given=given(title="x"), place=place, by=room.people.lan, at=AT)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"title": " "}, errors.CampaignTitleMissing),
        ({"title": "a" * 301}, errors.FieldTooLong),
        ({"first_day": date(2026, 3, 2), "last_day": date(2026, 3, 1)}, errors.CampaignDaysWrong),
    ],
)
def test_what_is_no_campaign_is_refused(
    room: Newsroom, wrong: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        actions.add_campaign(
            given=given(**wrong), place=room.people.places.commune, by=room.people.binh, at=AT
        )
    assert not Campaign.objects.exists()


def test_bulletins_join_and_are_counted_by_area(room: Newsroom, signed_in: As) -> None:
    made = actions.add_campaign(given=given(), place=room.people.places.province, by=room.people.binh, at=AT)
    for approve in (True, False):
        one = draft(room)
        actions.save_draft(
            revision_id=one.pk,
            given=actions.DraftFields(campaign_id=str(made.pk)),
            by=room.people.lan,
            at=AT,
            rendering_id=one.rendering_id,
        )
        sent = actions.submit(revision_id=one.pk, by=room.people.lan, at=AT)
        if approve:
            actions.approve(
                revision_id=sent.pk,
                content_sha256=sent.content_sha256,
                by=room.people.minh,
                at=AT,
                unheard="test",
            )
    client = signed_in(room.people.lan)
    answer = client.get(reverse("console:campaign", args=[made.pk]))
    assert len(answer.context["rows"]) == 2
    assert answer.context["total"] == 1
    listed = client.get(reverse("console:campaigns")).context["rows"]
    assert [(one.pk, n) for one, n in listed] == [(made.pk, 1)]
    assert made.title in client.get(reverse("console:compose")).content.decode()


def test_a_campaign_of_another_province_is_nobodys_business(room: Newsroom, signed_in: As) -> None:
    made = actions.add_campaign(given=given(), place=room.people.places.ward, by=room.people.binh, at=AT)
    here = person("here", "Đỗ Thị Xã", (Role.WRITER, room.people.places.commune))
    client = signed_in(here)
    assert client.get(reverse("console:campaign", args=[made.pk])).status_code == 404
    assert made.title not in client.get(reverse("console:compose")).content.decode()


def test_the_page_adds_one_and_names_what_is_wrong(room: Newsroom, signed_in: As) -> None:
    client, page = signed_in(room.people.binh), reverse("console:campaigns")
    form = {"title": "Vệ sinh", "at": room.commune, "last_day": "2025-01-01", "first_day": "2026-01-01"}
    assert "đứng trước ngày bắt đầu" in client.post(page, form).content.decode()
    assert client.post(page, form | {"last_day": "2025-02-30"}).status_code == 422
    assert client.post(page, form | {"first_day": ""}).status_code == 302
    assert client.get(page).context["rows"] == []  # it is over
    assert len(client.get(page, {"xem": "tat-ca"}).context["rows"]) == 1
    assert signed_in(room.people.lan).post(page, form).status_code == 409
