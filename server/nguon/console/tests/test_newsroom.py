"""Small things of Soạn and of a bulletin's page: the last day, topics that suit, what came too late, live
speech; and whether the files beside bulletins are whole."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from pytest_django import Settings

from nguon.audio import store
from nguon.bulletins import actions, errors
from nguon.bulletins.models import Bulletin, Revision
from nguon.bulletins.states import ContentType, Essential, State, Timing, Topic
from nguon.bulletins.tests.cast import LATER, Newsroom, approve, draft, submitted
from nguon.console.tests.conftest import As
from nguon.kernel import clock
from nguon.organisations.tests.cast import AT

AFTER = LATER + timedelta(minutes=1)


def test_what_goes_to_programmes_has_a_last_day_in_the_form(room: Newsroom, signed_in: As) -> None:
    lan = signed_in(room.people.lan)
    fields = {"title": "Tiêm phòng", "text": "x", "timing": "programme", "until": "2026-03-09"}
    lan.post(reverse("console:compose"), {**fields, "targets": room.commune, "do": "save"})
    kept = Revision.objects.get()
    assert kept.until_at is not None
    assert f"{clock.local(kept.until_at):%d/%m %H:%M}" == "09/03 23:59"
    page = lan.get(reverse("console:edit", args=[kept.bulletin_id])).content.decode()
    assert page.count('name="until"') == 1
    assert 'value="2026-03-09"' in page
    assert page.index("when-until") < page.index('name="until"')


def test_a_topic_that_does_not_suit_is_hinted_at(room: Newsroom, signed_in: As) -> None:
    lan = signed_in(room.people.lan)
    fields = {
        "title": "Bão",
        "text": "x",
        "topic": Topic.GENERAL.value,
        "essential": Essential.DISASTER.value,
    }
    page = lan.post(reverse("console:compose_save"), fields).content.decode()
    assert "thường thuộc lĩnh vực: Thông tin đột xuất; Chỉ đạo, điều hành" in page
    fields["topic"] = Topic.UNEXPECTED.value
    assert "thường thuộc" not in lan.post(reverse("console:compose_save"), fields).content.decode()


def test_a_writer_takes_back_what_came_too_late(
    room: Newsroom, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = submitted(room, starts_at=LATER)
    lan, minh = signed_in(room.people.lan), signed_in(room.people.minh)
    address, back = (
        reverse(f"console:{name}", args=[sent.bulletin_id]) for name in ("bulletin", "take_back")
    )
    assert "Lấy lại để đổi giờ" not in lan.get(address).content.decode()
    assert "Chưa đến giờ phát" in lan.post(back).content.decode()
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    assert "Lấy lại để đổi giờ" not in minh.get(address).content.decode()
    assert minh.post(back).status_code == 409
    assert "Lấy lại để đổi giờ" in lan.get(address).content.decode()
    page = lan.post(back, follow=True).content.decode()
    assert "Bản tin là bản nháp trở lại" in page
    found = Bulletin.objects.get()
    assert (found.state, found.revisions.count()) == (State.DRAFT, 2)
    with pytest.raises(errors.NotWaiting):
        actions.approve(
            revision_id=sent.pk,
            content_sha256=sent.content_sha256,
            by=room.people.minh,
            at=AFTER,
            unheard="test",
        )


def test_an_approved_live_bulletin_leads_the_duty_officer_to_the_microphone(
    room: Newsroom, signed_in: As
) -> None:
    made = draft(room)
    actions.save_draft(
        revision_id=made.pk,
        given=actions.DraftFields(content_type=ContentType.LIVE, live_minutes=10, timing=Timing.AT),
        by=room.people.lan,
        at=AT,
        starts_at=LATER,
    )
    sent = actions.submit(revision_id=made.pk, by=room.people.lan, at=AT)
    address, link = reverse("console:bulletin", args=[sent.bulletin_id]), f'href="{reverse("console:speak")}"'
    tuan, lan = signed_in(room.people.tuan), signed_in(room.people.lan)
    assert link not in tuan.get(address).content.decode()
    approve(room, sent)
    assert link in tuan.get(address).content.decode()
    assert link not in lan.get(address).content.decode()


def test_files_beside_bulletins_are_checked_with_the_sounds(
    room: Newsroom, settings: Settings, tmp_path: Path
) -> None:
    settings.NGUON_DATA = str(tmp_path)
    made = draft(room)
    body = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    file = SimpleUploadedFile("lich-tiem.pdf", body)
    beside = actions.attach(revision_id=made.pk, file=file, by=room.people.lan, at=AT)
    other = store.keep(b"a picture of a pole")
    store.path_of(beside.sha256).unlink()
    store.path_of(other).write_bytes(b"rotten")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("media", "check", "--json", stdout=out)
    bad = {one["sha256"]: (one["fault"], one.get("file")) for one in json.loads(out.getvalue())["bad"]}
    assert bad[beside.sha256] == ("missing", "lich-tiem.pdf")
    assert bad[other] == ("rotten", None)
