"""Who is told what: whose turn it is, once, and by e-mail what they may read and still have to know."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.mail import EmailMessage
from pytest_django import DjangoAssertNumQueries, Settings

from nguon.accounts.models import RoleAssignment, User
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.bulletins import actions as bulletins
from nguon.bulletins.tests.cast import Newsroom, approved, newsroom, submitted
from nguon.health import actions as health
from nguon.journal.models import Cursor
from nguon.kernel.clock import local
from nguon.kernel.text import fold
from nguon.notices import actions, queries
from nguon.notices.actions import following
from nguon.notices.models import Notice
from nguon.notices.states import Kind, Mail
from nguon.organisations.tests.cast import AT
from nguon.stations import actions as stations
from nguon.stations.actions import HEADINGS
from nguon.stations.models import Station

SOON = AT + timedelta(minutes=1)


@pytest.fixture
def room(db: None) -> Newsroom:
    return newsroom()


def follow() -> None:
    while actions.follow(at=SOON):
        pass


def told() -> list[tuple[str, str, bool]]:
    """(who, what, whether it is settled), in order."""
    rows = Notice.objects.select_related("user").order_by("at", "user__username", "pk")
    return [(row.user.username, row.kind, row.settled_at is not None) for row in rows]


def with_mail(user: User, settings: Settings) -> None:
    settings.NGUON_MAIL_HOST = "mail.example.vn"
    user.email = f"{user.username}@example.vn"
    user.save()


def test_what_waits_is_told_to_the_approver_and_the_decision_to_the_writer(room: Newsroom) -> None:
    sent = submitted(room)
    follow()
    assert told() == [("minh", "to_approve", False)]
    bulletins.approve(
        revision_id=sent.pk,
        content_sha256=sent.content_sha256,
        by=room.people.minh,
        at=AT,
        unheard="test",
    )
    follow()
    assert told() == [("lan", "approved", False), ("minh", "to_approve", True)]
    assert queries.unread(room.people.minh) == 0
    assert queries.work_of(room.people.minh, 9) == []


def test_a_return_waits_for_the_writer_until_it_is_opened_again(room: Newsroom) -> None:
    sent = submitted(room)
    bulletins.send_back(revision_id=sent.pk, reason="Sai ngày", by=room.people.minh, at=AT)
    follow()
    (notice,) = queries.work_of(room.people.lan, 9)
    assert "Trần Quang Minh trả lại “Họp thôn”" in queries.sentence(notice)
    bulletins.reopen(bulletin_id=sent.bulletin_id, by=room.people.lan, at=AT)
    follow()
    assert queries.work_of(room.people.lan, 9) == []


def test_a_withdrawal_is_told_to_both_and_not_to_who_did_it(room: Newsroom) -> None:
    done = approved(room)
    bulletins.withdraw(bulletin_id=done.bulletin_id, reason="Sai", by=room.people.lan, at=AT)
    follow()
    assert [row for row in told() if row[1] == "withdrawn"] == [("minh", "withdrawn", False)]


def test_following_again_from_the_start_tells_nobody_twice(room: Newsroom) -> None:
    submitted(room)
    follow()
    before = told()
    Cursor.objects.filter(name=following.FOLLOWER).update(sequence=0)
    follow()
    assert told() == before != []


def test_old_facts_are_history(room: Newsroom) -> None:
    submitted(room)
    while actions.follow(at=AT + timedelta(days=4)):
        pass
    assert told() == []


def test_the_nearest_approvers_are_told_and_never_the_author(room: Newsroom) -> None:
    places = room.people.places
    person("tinh", "Người Tỉnh", (Role.APPROVER, places.province))
    RoleAssignment.objects.create(
        user=room.people.lan,
        role=Role.APPROVER,
        place=places.commune,
        area=room.commune,
        valid_from=AT.date(),
    )
    near = submitted(room)
    assert [user.username for user in queries.deciders(near, AT)] == ["minh"]
    assert [user.username for user in queries.deciders(near, AT, {room.people.minh.pk})] == ["tinh"]


def test_nobody_is_told_who_cannot_decide_for_every_place(room: Newsroom) -> None:
    person("xa", "Người Xã", (Role.APPROVER, room.people.places.commune))
    both = submitted(room, room.commune, room.ward)
    assert [user.username for user in queries.deciders(both, AT)] == ["minh"]


def test_an_e_mail_says_it_in_vietnamese_with_a_link_once(room: Newsroom, settings: Settings) -> None:
    with_mail(room.people.minh, settings)
    submitted(room)
    follow()
    notice = Notice.objects.get(user=room.people.minh)
    assert actions.mail(notice_id=notice.pk, at=SOON)
    assert not actions.mail(notice_id=notice.pk, at=SOON)
    (letter,) = outbox.outbox
    assert letter.to == ["minh@example.vn"]
    assert letter.subject == "Nguyễn Thị Lan gửi “Họp thôn”, chờ bạn nghe và duyệt."
    assert f"/thong-bao/{notice.pk}/" in letter.body


@pytest.mark.parametrize("reason", ["read", "done", "no role", "unwanted", "locked", "no server"])
def test_no_e_mail_of_what_is_over_or_not_theirs(room: Newsroom, settings: Settings, reason: str) -> None:
    minh = room.people.minh
    with_mail(minh, settings)
    if reason == "no server":
        settings.NGUON_MAIL_HOST = ""
    sent = submitted(room)
    follow()
    notice = Notice.objects.get(user=minh)
    over: dict[str, Callable[[], object]] = {
        "read": lambda: actions.read(user=minh, notice_id=notice.pk, at=SOON),
        "done": lambda: bulletins.send_back(revision_id=sent.pk, reason="x", by=minh, at=AT),
        "no role": lambda: RoleAssignment.objects.filter(user=minh).delete(),
        "unwanted": lambda: actions.choose_mail(user=minh, wanted=[Kind.APPROVED]),
        "locked": lambda: User.objects.filter(pk=minh.pk).update(is_active=False),
        "no server": lambda: None,
    }
    over[reason]()
    follow()
    assert not actions.mail(notice_id=notice.pk, at=SOON)
    assert outbox.outbox == []
    assert Notice.objects.get(user=minh).mail == Mail.NONE


def test_a_mail_server_that_is_away_keeps_the_letter_waiting(
    room: Newsroom, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_mail(room.people.minh, settings)
    submitted(room)
    follow()
    notice = Notice.objects.get(user=room.people.minh)

    def away(connection: object, messages: list[EmailMessage]) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
    with pytest.raises(ConnectionRefusedError):
        actions.mail(notice_id=notice.pk, at=SOON)
    notice.refresh_from_db()
    assert notice.mail == Mail.WAITING
    actions.give_up_mail(notice_id=notice.pk)
    notice.refresh_from_db()
    assert notice.mail == Mail.FAILED


def test_the_page_asks_the_same_few_questions_however_much_there_is(
    room: Newsroom, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _each in range(3):
        submitted(room)
    follow()
    with django_assert_num_queries(2):
        queries.work_of(room.people.minh, 9)
        queries.unread(room.people.minh)


def test_who_keeps_the_loudspeakers_is_told_of_an_alarm_until_it_is_over(room: Newsroom) -> None:
    device, tuan, said = room.fleet.first.device, room.people.tuan, ""
    for kind, wanted in (("mains", False), ("mains", True)):
        health.hear(said=[(device.pk, {kind: wanted})], at=AT)
        health.watch(at=SOON)
        follow()
        (notice,) = Notice.objects.filter(user=tuan, kind=Kind.ALARM)
        assert (notice.settled_at is None) == (not wanted)
        said = queries.sentence(notice)
    assert said.startswith("Mất điện lưới: Loa thôn 1, Xã Lục Nam")
    assert not Notice.objects.filter(user=room.people.lan, kind=Kind.ALARM).exists()
    health.open_ticket(device=device, title="Hỏng", assignee=tuan, by=room.people.binh, at=AT)
    follow()
    assert "“Hỏng” của Loa thôn 1" in queries.sentence(Notice.objects.get(user=tuan, kind=Kind.TICKET))


def fm_station(room: Newsroom, day: str) -> Station:
    cells = {fold(name): "" for name in HEADINGS} | {
        "ma xa": "07444", "cong nghe": "FM", "tinh trang": "Tốt", "so giay phep fm": "15/GP",
        "het han giay phep": day, "tan so mhz": "54,5",
    }  # fmt: skip
    return stations.add_station(cells=cells, by=room.people.binh, at=AT)


def licences_told(days: int) -> list[tuple[str, str, bool]]:
    """(who, what, whether it is settled) of licences so many days later, in order."""
    at = AT + timedelta(days=days)
    while stations.tell_licences(at=at):
        pass
    while actions.follow(at=at):
        pass
    rows = Notice.objects.filter(kind__startswith="licence").select_related("user")
    told = rows.order_by("sequence", "user__username")
    return [(row.user.username, row.kind, row.settled_at is not None) for row in told]


def test_a_licence_that_runs_out_is_told_in_steps_until_it_is_renewed(room: Newsroom) -> None:
    today = local(AT).date()
    station = fm_station(room, f"{today + timedelta(days=100):%d/%m/%Y}")
    first = licences_told(0)
    assert first
    assert {kind for _who, kind, _over in first} == {"licence"}
    assert licences_told(1) == first  # once a step
    people = {who for who, _kind, _over in first}
    assert len(licences_told(11)) == 2 * len(people)
    over = licences_told(101)
    assert [row for row in over if not row[2]] == [(who, "licence_over", False) for who in sorted(people)]
    (mine,) = queries.work_of(User.objects.get(username=min(people)), 9)
    assert "15/GP của Đài truyền thanh Xã Lục Nam đã hết hạn" in queries.sentence(mine)
    told = {"cong nghe": "FM", "tinh trang": "Tốt", "so giay phep fm": "15/GP", "tan so mhz": "54,5"}
    cells = {fold(name): "" for name in HEADINGS} | told | {"ma xa": "07444"}
    cells["ten dai"] = "Đài xã"  # another thing is set right: what was told stays
    cells["het han giay phep"] = f"{today + timedelta(days=100):%d/%m/%Y}"
    stations.change_station(station=station, cells=cells, by=room.people.binh, at=AT + timedelta(days=102))
    assert licences_told(102) == over
    cells["het han giay phep"] = f"{today + timedelta(days=4000):%d/%m/%Y}"
    stations.change_station(station=station, cells=cells, by=room.people.binh, at=AT + timedelta(days=103))
    assert all(settled for _who, _kind, settled in licences_told(103))
