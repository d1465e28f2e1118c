"""A bulletin's page tells its whole life: versions, hearings, decisions, what was signed, and plays."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from nguon.bulletins import actions
from nguon.bulletins.models import Bulletin
from nguon.bulletins.tests.cast import Newsroom, approved, draft, submitted
from nguon.console import lives
from nguon.console.tests.conftest import As
from nguon.deliveries.models import SigningTask
from nguon.deliveries.states import TaskKind, TaskState
from nguon.organisations.tests.cast import AT


def returned_then_approved(room: Newsroom) -> Bulletin:
    first = submitted(room)
    actions.hear(revision_id=first.pk, spans=[], by=room.people.minh, at=AT)
    actions.hear(revision_id=first.pk, spans=[(0, 9500)], by=room.people.minh, at=AT + timedelta(seconds=10))
    actions.send_back(revision_id=first.pk, reason="Sai giờ họp", by=room.people.minh, at=AT)
    again = actions.reopen(bulletin_id=first.bulletin_id, by=room.people.lan, at=AT)
    sent = actions.submit(revision_id=again.pk, by=room.people.lan, at=AT)
    actions.approve(
        revision_id=sent.pk, content_sha256=sent.content_sha256, by=room.people.minh, at=AT, unheard="test"
    )
    return Bulletin.objects.get(pk=first.bulletin_id)


def test_each_version_says_who_heard_and_who_decided(room: Newsroom) -> None:
    bulletin = returned_then_approved(room)
    second, first = lives.versions(bulletin, room.people.minh)
    assert (first.number, second.number) == (1, 2)
    told = [step.sentence for step in first.steps]
    assert told[0] == f"{room.people.lan} soạn"
    assert told[2:] == [f"{room.people.minh} nghe 10 giây trong 10 giây", f"{room.people.minh} trả lại"]
    assert first.steps[-1].detail == "Sai giờ họp"
    assert second.steps[-1].sentence == f"{room.people.minh} duyệt"


def test_a_draft_is_its_authors_alone(room: Newsroom) -> None:
    bulletin = submitted(room).bulletin
    actions.send_back(revision_id=bulletin.revisions.get().pk, reason="x", by=room.people.minh, at=AT)
    actions.reopen(bulletin_id=bulletin.pk, by=room.people.lan, at=AT)
    assert [one.number for one in lives.versions(bulletin, room.people.minh)] == [1]
    assert [one.number for one in lives.versions(bulletin, room.people.lan)] == [2, 1]


def test_what_was_signed_is_told(room: Newsroom) -> None:
    revision = approved(room)
    assert lives.signed(revision) == []
    for state, subject in ((TaskState.DONE, revision.pk), (TaskState.PENDING, draft(room).pk)):
        SigningTask.objects.create(
            kind=TaskKind.ORDER, target=room.commune, subject=subject, state=state, made_at=AT, due_at=AT,
            done_at=AT,
        )  # fmt: skip
    assert [step.sentence for step in lives.signed(revision)] == [
        f"Bộ ký đã ký văn bản gửi {room.people.places.commune.label}"
    ]


def test_the_page_has_it_all_and_costs_the_same_for_many_versions(room: Newsroom, signed_in: As) -> None:
    bulletin, client = returned_then_approved(room), signed_in(room.people.lan)
    page = reverse("console:bulletin", args=[bulletin.pk])
    client.get(page)
    with CaptureQueriesContext(connection) as two:
        shown = client.get(page).content.decode()
    for words in ("Các bản đã soạn", "Sai giờ họp", "Thu hồi", "Soạn lại từ bản tin này", "Lưu làm mẫu"):
        assert words in shown
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("console:bulletin", args=[approved(room).bulletin_id]))
    assert len(two) <= len(one) + 3
