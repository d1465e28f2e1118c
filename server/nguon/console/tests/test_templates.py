"""Mẫu bản tin: what the law times, what an area keeps, and that a draft begins whole from either."""

from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse

from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.bulletins import actions, errors, queries
from nguon.bulletins.actions.submitting import BLANK
from nguon.bulletins.models import Revision, Template
from nguon.bulletins.rules import rules_at
from nguon.bulletins.states import State, Timing
from nguon.bulletins.states.cadences import CADENCES, Cadence, cadence
from nguon.bulletins.tests.cast import LATER, Newsroom, approved, draft
from nguon.console import drafts
from nguon.console.forms import ComposeForm
from nguon.console.tests.conftest import As
from nguon.journal.models import Entry
from nguon.kernel.clock import local
from nguon.organisations.tests.cast import AT
from nguon_protocol.instants import check_rule


def law(slug: str) -> Cadence:
    found = cadence(slug)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("slug", "a_day", "days"), [("dan-chu-co-so", 1, 3), ("tiep-can-phap-luat", 1, 5), ("dich-benh", 3, 7)]
)
def test_the_law_is_kept_play_by_play(room: Newsroom, slug: str, a_day: int, days: int) -> None:
    made = actions.begin_from(template=law(slug), by=room.people.lan, at=AT)
    instants = drafts.instants(made, AT)
    counts = Counter(local(one).date() for one in instants)
    first = local(AT).date() + timedelta(days=1)
    assert counts == {first + timedelta(days=n): a_day for n in range(days)}


@pytest.mark.parametrize("one", CADENCES, ids=lambda one: one.slug)
def test_each_template_of_the_law_has_a_source_blanks_and_rules_that_are_read(one: Cadence) -> None:
    assert str(one.source)
    assert BLANK.search(one.text)
    assert one.times == tuple(sorted(set(one.times)))
    check_rule(rules_at([local(AT).time().fromisoformat(t) for t in one.times]))
    assert len({row.slug for row in CADENCES}) == len(CADENCES)


def test_a_draft_of_the_law_is_not_sent_with_its_blanks(room: Newsroom) -> None:
    made = actions.begin_from(template=law("dich-benh"), by=room.people.lan, at=AT)
    assert made.bulletin.state == State.DRAFT
    codes = [error.code for _field, error in actions.problems(made, room.people.lan, AT)]
    assert "blank-left" in codes
    assert made.priority == law("dich-benh").priority


def test_a_bulletin_becomes_a_template_and_begins_again(room: Newsroom) -> None:
    until = LATER + timedelta(days=3)
    source = draft(room, starts_at=LATER, rrule="FREQ=DAILY;BYHOUR=17;BYMINUTE=0", until_at=until)
    place = room.people.places.commune
    kept = actions.keep_template(
        bulletin_id=source.bulletin_id, name=" Họp  thôn ", place=place, by=room.people.lan, at=AT
    )
    assert (kept.name, kept.area, kept.days, kept.text) == ("Họp thôn", place.area, 4, source.text)
    assert Entry.objects.get(fact="template.kept").data["area"] == place.area
    made = actions.begin_from(template=kept, by=room.people.lan, at=AT)
    assert (made.title, made.timing, made.rrule) == (source.title, Timing.REPEAT, source.rrule)
    assert len(drafts.instants(made, AT)) == 4
    with pytest.raises(errors.TemplateThere):
        actions.keep_template(
            bulletin_id=source.bulletin_id, name="Họp thôn", place=place, by=room.people.lan, at=AT
        )


def test_what_has_no_days_begins_without_a_time(room: Newsroom) -> None:
    source = draft(room)
    kept = actions.keep_template(
        bulletin_id=source.bulletin_id, name="x", place=room.people.places.commune, by=room.people.lan, at=AT
    )
    made = actions.begin_from(template=kept, by=room.people.lan, at=AT)
    assert (made.timing, made.starts_at, made.rrule) == (Timing.NOW, None, "")


def test_only_the_areas_own_people_keep_and_end(room: Newsroom) -> None:
    place, source = room.people.places.commune, approved(room)
    with pytest.raises(errors.NotYourTemplates):
        actions.keep_template(
            bulletin_id=source.bulletin_id, name="x", place=place, by=room.people.minh, at=AT
        )
    kept = actions.keep_template(
        bulletin_id=source.bulletin_id, name="x", place=place, by=room.people.lan, at=AT
    )
    with pytest.raises(errors.NotYourTemplates):
        actions.end_template(template_id=kept.pk, by=room.people.minh, at=AT)
    with pytest.raises(errors.BulletinUnknown):
        actions.keep_template(
            bulletin_id=draft(room).bulletin_id, name="y", place=place, by=room.people.hue, at=AT
        )
    actions.end_template(template_id=kept.pk, by=room.people.lan, at=AT)
    with pytest.raises(errors.TemplateUnknown):
        actions.end_template(template_id=kept.pk, by=room.people.lan, at=AT)


def test_a_template_serves_its_area_and_all_inside(room: Newsroom) -> None:
    everywhere = person("above", "Đỗ Thị Trên", (Role.WRITER, room.people.places.province))
    source = actions.start(by=everywhere, at=AT)
    for place in (room.people.places.province, room.people.places.ward):
        actions.keep_template(
            bulletin_id=source.bulletin_id, name=str(place), place=place, by=everywhere, at=AT
        )
    inside = person("inside", "Đỗ Thị Trong", (Role.WRITER, room.people.places.commune))
    assert [row.area for row in queries.templates(inside, AT)] == [room.people.places.province.area]


def test_the_page_offers_them_and_the_officer_sees_each_play(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.lan)
    page = client.get(reverse("console:templates")).content.decode()
    assert "3 lần mỗi ngày, trong 7 ngày liên tục" in page
    assert "Thông tư 09/2021/TT-BTP" in page
    answer = client.post(reverse("console:template_begin", args=["dich-benh"]), follow=True)
    assert answer.context["instant_count"] == 21
    page = answer.content.decode()
    assert 'name="since" value="2026-03-03"' in page
    assert "21 lượt" in page
    made = Revision.objects.get()
    shown = ComposeForm(initial=drafts.initial(made)).initial
    again = {name: value for name, value in shown.items() if value not in (None, "") and name != "details"}
    client.post(reverse("console:compose_save"), {**again, "id": made.bulletin_id, "source": "speech"})
    assert len(drafts.instants(Revision.objects.get(), AT)) == 21  # what was typed since changes no day
    assert [f"{local(at):%H:%M}" for at in answer.context["instants"][:3]] == ["05:30", "11:00", "17:00"]
    bulletin = Revision.objects.get().bulletin_id
    client.post(reverse("console:template_keep", args=[bulletin]), {"name": "Dịch", "at": room.commune})
    kept = Template.objects.get()
    assert client.post(reverse("console:template_begin", args=[kept.pk])).status_code == 302
    client.post(reverse("console:template_end", args=[kept.pk]))
    assert client.post(reverse("console:template_begin", args=[kept.pk])).status_code == 404
    assert client.post(reverse("console:template_begin", args=["khong-co"])).status_code == 404


def test_any_draft_may_follow_a_rhythm_and_keeps_its_words_and_sound(room: Newsroom, signed_in: As) -> None:
    made, lan = draft(room), signed_in(room.people.lan)
    edit = reverse("console:edit", args=[made.bulletin_id])
    assert "luat:dich-benh" in lan.get(edit).content.decode()
    first = local(AT).date() + timedelta(days=30)
    kept = actions.follow_rhythm(
        template=law("dich-benh"), revision_id=made.pk, by=room.people.lan, at=AT, first_date=first
    )
    assert (kept.title, kept.text, kept.rendering_id) == (made.title, made.text, made.rendering_id)
    days = Counter(local(one).date() for one in drafts.instants(kept, AT))
    assert days == {first + timedelta(days=n): 3 for n in range(7)}
    form = {"id": str(made.bulletin_id), "title": "Nghỉ học", "text": made.text, "do": "rhythm"}
    answer = lan.post(reverse("console:compose"), form | {"rhythm": "luat:dan-chu-co-so"})
    assert answer["Location"].endswith("#timing")
    kept.refresh_from_db()
    assert (kept.title, kept.timing) == ("Nghỉ học", Timing.REPEAT)
    assert kept.until_at
    assert kept.starts_at
    assert (kept.until_at - kept.starts_at).days == 2
    answer = lan.post(reverse("console:compose"), form | {"rhythm": "luat:khong-co"})
    assert "Không tìm thấy mẫu này" in answer.content.decode()
    own = actions.keep_template(
        bulletin_id=approved(room).bulletin_id, name="Một lần", place=room.people.places.commune,
        by=room.people.lan, at=AT,
    )  # fmt: skip
    with pytest.raises(errors.RhythmMissing):
        actions.follow_rhythm(template=own, revision_id=made.pk, by=room.people.lan, at=AT)
