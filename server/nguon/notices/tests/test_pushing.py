"""Browsers are told at once: whose they are, what they are told, and when not."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.adapters.push import PushUnavailable
from nguon.adapters.push.tests.receiver import Receiver, receiving
from nguon.bulletins.tests.cast import Newsroom, newsroom, submitted
from nguon.journal.actions import record
from nguon.notices import actions, errors, queries
from nguon.notices.actions import pushing
from nguon.notices.models import Notice, Subscription
from nguon.notices.states import Kind
from nguon.organisations.tests.cast import AT

SOON = AT + timedelta(minutes=1)


@pytest.fixture
def room(db: None) -> Newsroom:
    return newsroom()


@pytest.fixture
def there(settings: Settings, tmp_path: Path) -> Iterator[Receiver]:
    with receiving() as there:
        settings.NGUON_PUSH, settings.NGUON_PUSH_PRIVATE_HOSTS = True, [there.host]
        settings.NGUON_DATA = tmp_path
        yield there


def with_browser(user: User, there: Receiver, name: str = "may") -> Subscription:
    return actions.subscribe(user=user, given=there.browser(name), name="Firefox, Android", at=AT)


def follow_and_push() -> list[bool]:
    """Follow the journal, and do what was queued for browsers; which of it was told."""
    while actions.follow(at=SOON):
        pass
    jobs = ProcrastinateJob.objects.filter(task_name=pushing.TASK).order_by("id")
    return [actions.push(at=SOON, **{key: UUID(one) for key, one in job.args.items()}) for job in jobs]


def test_what_waits_is_shown_without_a_word_of_what_it_is_about(room: Newsroom, there: Receiver) -> None:
    with_browser(room.people.minh, there)
    submitted(room)
    assert follow_and_push() == [True]
    (shown,) = there.shown
    notice = Notice.objects.get(user=room.people.minh)
    assert shown["title"] == "Bản tin chờ bạn duyệt"
    assert shown["url"] == f"/thong-bao/{notice.pk}/"
    assert "Họp thôn" not in str(shown)
    assert room.people.lan.full_name not in str(shown)


def test_what_was_read_or_settled_or_is_nobodys_any_more_is_not_shown(
    room: Newsroom, there: Receiver
) -> None:
    with_browser(room.people.minh, there)
    submitted(room)
    while actions.follow(at=SOON):
        pass
    notice = Notice.objects.get(user=room.people.minh)
    given = {"notice_id": notice.pk, "browser_id": Subscription.objects.get().pk}
    assert not actions.push(at=AT + timedelta(hours=13), **given)  # not worth it any more
    User.objects.filter(pk=room.people.minh.pk).update(is_active=False)
    assert not actions.push(at=SOON, **given)
    User.objects.filter(pk=room.people.minh.pk).update(is_active=True)
    actions.read(user=room.people.minh, notice_id=notice.pk, at=SOON)
    assert not actions.push(at=SOON, **given)
    assert there.asked == 0


def test_a_browser_that_left_is_forgotten_and_one_that_is_away_is_tried_again(
    room: Newsroom, there: Receiver
) -> None:
    with_browser(room.people.minh, there)
    submitted(room)
    there.status = 503
    with pytest.raises(PushUnavailable):
        follow_and_push()
    assert Subscription.objects.count() == 1
    there.status = 410
    assert follow_and_push() == [False]
    assert Subscription.objects.count() == 0


@pytest.mark.parametrize("kind", ["real", "glass"])
def test_half_an_alert_looks_for_its_second_person(room: Newsroom, there: Receiver, kind: str) -> None:
    second = person("hoa", "Đỗ Thị Hoa", (Role.DUTY, room.people.places.commune))
    first = person("ky", "Lê Văn Ký", (Role.DUTY, room.people.places.commune))
    for user in (first, second):
        with_browser(user, there, user.username)
    said = {"kind": kind, "title": "Lũ lên nhanh", "areas": [room.commune]}
    subject = f"alert:{UUID(int=7)}"
    record(fact="alert.signed", subject=subject, by=first, at=AT, data=said | {"part": 1})
    assert follow_and_push() == [True]
    (row,) = queries.work_of(second, 9)
    assert queries.sentence(row).startswith("Lê Văn Ký đã ký báo động “Lũ lên nhanh”. Cần thêm một người ký")
    assert (there.shown[0]["title"], there.headers[0]["urgency"]) == ("Báo động chờ bạn ký", "high")
    assert queries.work_of(first, 9) == []  # nobody is the second one to himself
    record(fact="alert.signed", subject=subject, by=second, at=AT, data=said | {"part": 2})
    assert follow_and_push() == [False]
    assert queries.work_of(second, 9) == []


def test_a_drill_looks_for_nobody(room: Newsroom) -> None:
    said = {"kind": "drill", "title": "x", "areas": [room.commune], "part": 1}
    record(fact="alert.signed", subject="alert:1", by=room.people.minh, at=AT, data=said)
    follow_and_push()
    assert not Notice.objects.exists()


def test_a_browser_is_its_newest_persons_alone_and_ten_are_kept(room: Newsroom, there: Receiver) -> None:
    with_browser(room.people.lan, there)
    with_browser(room.people.minh, there)
    assert [row.user for row in Subscription.objects.all()] == [room.people.minh]
    for number in range(12):
        with_browser(room.people.lan, there, f"may{number}")
    assert queries.browsers_of([room.people.lan.pk]).count() == pushing.MOST_BROWSERS


def test_whoever_gets_too_much_is_told_what_presses_alone(
    room: Newsroom, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "AN_HOUR", 0)
    with_browser(room.people.minh, there)
    submitted(room)
    assert follow_and_push() == []
    assert Notice.objects.filter(kind=Kind.TO_APPROVE).exists()


def test_switched_off_nothing_is_kept_and_nobody_is_asked(
    room: Newsroom, there: Receiver, settings: Settings
) -> None:
    with_browser(room.people.minh, there)
    settings.NGUON_PUSH = False
    submitted(room)
    assert follow_and_push() == []
    with pytest.raises(errors.PushOff):
        with_browser(room.people.lan, there)


def test_an_address_of_our_own_network_is_refused_in_one_sentence(room: Newsroom, there: Receiver) -> None:
    given = there.browser()
    with pytest.raises(errors.BadBrowser, match="địa chỉ nhận báo không dùng được"):
        actions.subscribe(
            user=room.people.lan,
            name="",
            at=AT,
            given=given.__class__("http://10.0.0.1/", given.p256dh, given.auth),
        )


def checked(*words: str) -> tuple[int, list[str]]:
    """The status of `nguon push check`, and which faults it tells."""
    said = StringIO()
    status = 0
    try:
        call_command("push", "check", "--json", *words, stdout=said)
    except SystemExit as end:
        status = int(str(end.code))
    found = json.loads(said.getvalue())
    assert found["ok"] == (status == 0)
    return status, [fault["code"] for fault in found["faults"]]


def test_each_thing_that_is_missing_has_a_sentence(
    room: Newsroom, there: Receiver, settings: Settings
) -> None:
    settings.NGUON_PUBLIC_URL = "https://nguon.example.vn"
    with_browser(room.people.minh, there)
    assert checked() == (0, [])
    assert checked("--to", "minh") == (0, [])
    assert there.shown[0]["body"] == "Máy này nhận được báo của Nguồn."
    assert [checked("--to", name) for name in ("lan", "nobody")] == [(1, ["nobody"])] * 2
    there.status = 503
    assert checked("--to", "minh") == (1, ["away"])
    there.status = 410
    assert checked("--to", "minh") == (1, ["refused"])
    settings.NGUON_PUBLIC_URL = "http://nguon.example.vn"
    (settings.NGUON_DATA / "push" / "vapid.pem").write_text("x")
    assert checked() == (1, ["address", "key"])
    settings.NGUON_PUSH = False
    assert checked() == (1, ["off"])


def test_a_word_of_trial(room: Newsroom, there: Receiver) -> None:
    one = with_browser(room.people.minh, there)
    assert not actions.try_out(user=room.people.lan, browser_id=one.pk)
    assert actions.try_out(user=room.people.minh, browser_id=one.pk)
    assert actions.tried(browser_id=one.pk) == 1
    assert there.shown[0]["body"] == "Máy này nhận được báo của Nguồn."
