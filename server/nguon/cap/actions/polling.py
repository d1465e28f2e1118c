"""Feeds: asked once a minute, each of their messages once, within the feed's own host alone."""

import logging
from datetime import datetime, timedelta

from django.conf import settings

from nguon.adapters.cap import feeds
from nguon.adapters.cap.checking import read
from nguon.adapters.cap.faults import NotCap
from nguon.adapters.radio.faults import RadioFault
from nguon.cap import errors
from nguon.cap.actions.receiving import receive
from nguon.cap.models import Sender
from nguon.cap.states import Way
from nguon.kernel.errors import DomainError

EVERY = timedelta(seconds=60)
AT_ONCE = 20
"""Messages of one feed that are fetched in one go; the rest come with the next."""
REMEMBERED = 1000
log = logging.getLogger(__name__)


def poll_due(*, at: datetime) -> int:
    """This function will ask every feed that was not asked within a minute; returns what came."""
    rows = Sender.objects.filter(ended_at__isnull=True).exclude(feed="").order_by("asked_at")
    due = [row for row in rows if row.asked_at is None or row.asked_at <= at - EVERY]
    return sum(poll(sender=row, at=at) for row in due)


def poll(*, sender: Sender, at: datetime) -> int:
    """This function will ask one feed and take what is new; returns how many messages came. What went wrong
    stands at the sender in one sentence; nothing is raised."""
    private = settings.NGUON_RELAY_PRIVATE_HOSTS
    seen = list(sender.seen)
    fault, came = "", 0
    try:
        data = feeds.fetched(sender.feed, private)
        if read(data).message is not None:
            came += _take(sender, data, at)
        else:
            new = [one for one in feeds.entries(data) if _mark(one) not in seen]
            for one in new[:AT_ONCE]:
                taken, told = _fetch(sender, one, private, at)
                came, fault = came + taken, told or fault
                seen.append(_mark(one))
    except RadioFault as error:
        fault = errors.feed_sentence(error.code, error.about)
    except NotCap as error:
        fault = errors.sentence(error.faults[0])
    rows = Sender.objects.filter(pk=sender.pk)
    rows.update(asked_at=at, fault=fault[:300], seen=seen[-REMEMBERED:])
    return came


def _mark(entry: feeds.Entry) -> str:
    return f"{entry.link} {entry.mark}"


def _fetch(sender: Sender, entry: feeds.Entry, private: list[str], at: datetime) -> tuple[int, str]:
    """One message that cannot be had does not hold up the others; it is told and not asked for again, unless
    the line itself is down: then the whole feed is asked anew in a minute."""
    try:
        return _take(sender, feeds.message(sender.feed, entry.link, private), at), ""
    except RadioFault as error:
        if error.code in {"unreachable", "ended", "tls"}:
            raise
        return 0, errors.feed_sentence(error.code, error.about)


def _take(sender: Sender, data: bytes, at: datetime) -> int:
    """A message that is refused is a fact of the journal; it does not hold up the next one."""
    try:
        return int(receive(sender=sender, data=data, way=Way.FEED, at=at).fresh)
    except DomainError as error:
        log.info("what the sender %s offers is refused: %s", sender.pk, error.code)
        return 0
