"""Telling browsers at once (web push): whose they are, what they are told, and forgetting those that left."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

from nguon.accounts.models import User
from nguon.adapters.push import (
    BadSubscription,
    Browser,
    PushGone,
    PushRefused,
    PushUnavailable,
    Service,
    checked,
    payload,
    send,
)
from nguon.areas.reach import everything
from nguon.notices import errors, queries
from nguon.notices.models import Notice, Subscription
from nguon.notices.states import PRESSING, PUSHED, Kind

TASK = "nguon.notices.tasks.push"
TRIAL = "nguon.notices.tasks.try_out"
MOST_BROWSERS = 10
AN_HOUR = 60
"""Notices of one person in an hour after which only what presses is pushed; all of them stand on the page."""
log = logging.getLogger(__name__)


@transaction.atomic
def subscribe(*, user: User, given: Browser, name: str, at: datetime) -> Subscription:
    """This function will have a person told in one more browser. A browser is its newest person's alone; of
    more than ten browsers the oldest one is forgotten. Raises PushOff or BadBrowser."""
    if not queries.push_is_on():
        raise errors.PushOff
    try:
        given = checked(given, settings.NGUON_PUSH_PRIVATE_HOSTS)
    except BadSubscription as error:
        raise errors.BadBrowser from error
    with everything():
        Subscription.objects.filter(endpoint=given.endpoint).delete()
    made = Subscription.objects.create(
        user=user, endpoint=given.endpoint, p256dh=given.p256dh, auth=given.auth, name=name[:60], made_at=at
    )
    kept = queries.browsers_of([user.pk]).values_list("pk", flat=True)[:MOST_BROWSERS]
    Subscription.objects.filter(user=user).exclude(pk__in=list(kept)).delete()
    return made


@transaction.atomic
def unsubscribe(*, user: User, browser_id: UUID) -> bool:
    """This function will tell one browser of the person nothing more; False when it is not theirs."""
    return bool(Subscription.objects.filter(user=user, pk=browser_id).delete()[0])


def defer_pushes(kind: Kind, rows: Sequence[Notice]) -> None:
    """This function will have each of these new notices shown in the browsers of its person."""
    if kind not in PUSHED or not rows or not queries.push_is_on():
        return
    of_person = {row.user_id: row for row in rows}
    told = {user for user in of_person if kind in PRESSING or not _flooded(user, rows[0].at)}
    jobs: list[JSONDict] = [
        {"notice_id": str(of_person[one.user_id].pk), "browser_id": str(one.pk)}
        for one in queries.browsers_of(told)
    ]
    if jobs:
        app.configure_task(TASK, queue="pushes", allow_unknown=True).batch_defer(*jobs)


def _flooded(user: int, at: datetime) -> bool:
    lately = Notice.objects.filter(user=user, kind__in=list(PUSHED), at__gt=at - timedelta(hours=1))
    return lately.count() > AN_HOUR


def push(*, notice_id: UUID, browser_id: UUID, at: datetime) -> bool:
    """This function will tell one browser that something waits, unless it was read or settled meanwhile or is
    no longer worth it; returns whether it was told.

    What stands there can be read on a locked screen: what kind of work waits, never of whom or about what.
    Raises PushUnavailable: then it may be told later.
    """
    row = Notice.objects.filter(pk=notice_id, read_at__isnull=True, settled_at__isnull=True).first()
    one = Subscription.objects.select_related("user").filter(pk=browser_id).first()
    if row is None or one is None or one.user_id != row.user_id or not one.user.is_active:
        return False
    left = row.at + timedelta(minutes=PUSHED.get(Kind(row.kind), 0)) - at
    if left <= timedelta(0):
        return False
    with translation.override("vi"):
        data = payload(
            title=str(Kind(row.kind).label),
            body=_("Mở Nguồn để xem."),
            url=reverse("console:notice", args=[row.pk]),
            tag=row.kind,
        )
    urgent = row.kind in PRESSING
    return _told([one], data, seconds=int(left.total_seconds()), urgent=urgent, topic=row.pk.hex) > 0


def push_to(*, user_id: int, data: bytes, seconds: int, topic: UUID) -> int:
    """This function will show something urgent in every browser of a person; returns in how many. Raises
    PushUnavailable when no service could be asked: then it may be told later."""
    if not queries.push_is_on():
        return 0
    rows = list(queries.browsers_of([user_id]))
    return _told(rows, data, seconds=seconds, urgent=True, topic=topic.hex)


@transaction.atomic
def try_out(*, user: User, browser_id: UUID) -> bool:
    """This function will have a word of trial shown in one browser of the person; False when it is not
    theirs."""
    if not queries.push_is_on() or not Subscription.objects.filter(user=user, pk=browser_id).exists():
        return False
    app.configure_task(TRIAL, queue="pushes", allow_unknown=True).defer(browser_id=str(browser_id))
    return True


def tried(*, browser_id: UUID) -> int:
    """This function will show the word of trial. Raises PushUnavailable."""
    with translation.override("vi"):
        data = payload(title="Nguồn", body=_("Máy này nhận được báo của Nguồn."), tag="try")
    rows = Subscription.objects.filter(pk=browser_id, user__is_active=True)
    return _told(rows, data, seconds=60, urgent=True, topic=browser_id.hex)


def _told(rows: Iterable[Subscription], data: bytes, *, seconds: int, urgent: bool, topic: str) -> int:
    """One service that is away does not hold up the browsers of another one."""
    told, away = 0, None
    for row in rows:
        browser = Browser(row.endpoint, row.p256dh, row.auth)
        try:
            send(service(), browser, data, seconds=seconds, urgent=urgent, topic=topic)
            told += 1
        except PushGone:
            Subscription.objects.filter(pk=row.pk).delete()
        except PushRefused as error:
            log.warning("a push service refuses what is sent to the browser %s: %s", row.pk, error)
        except PushUnavailable as error:
            away = error
    if away is not None and not told:
        raise away
    return told


def service() -> Service:
    """This function will return how this installation sends."""
    site = settings.NGUON_PUBLIC_URL
    contact = site if site.startswith("https:") else f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"
    return Service(settings.NGUON_DATA / "push", contact, settings.NGUON_PUSH_PRIVATE_HOSTS)
