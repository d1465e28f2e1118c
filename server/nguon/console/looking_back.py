"""What a reader of the journal looks for, from the words of the address to a question."""

import datetime as dt
from collections.abc import Collection, Mapping

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from nguon.accounts.models import User
from nguon.console import facts
from nguon.journal import queries
from nguon.journal.models import Entry
from nguon.journal.queries import Filter
from nguon.kernel.clock import local
from nguon.kernel.text import fold
from nguon.organisations.queries import with_past

PEOPLE = 50
NOBODY = ("user:0",)


def read(given: Mapping[str, str], at: dt.datetime) -> tuple[Filter, str]:
    """This function will return the question, and one sentence where it makes no sense ("" otherwise)."""
    since, before, wrong = days(given, at)
    if wrong and since is None and before is None:
        return Filter(), wrong
    asked = Filter(
        areas=tuple(with_past([given["dia-ban"]])) if given.get("dia-ban") else (),
        by=people(given.get("ai", "")),
        subject=given.get("chu-the", ""),
        facts=facts.named(given.get("viec", "")),
        since=since,
        before=before,
    )
    return asked, wrong


YEARS = range(1900, 2200)
"""A day of another year is a slip of the finger, and some cannot be counted on from."""


def days(given: Mapping[str, str], at: dt.datetime) -> tuple[dt.datetime | None, dt.datetime | None, str]:
    """This function will read the first and the last day of an address: the instant at which the first one
    begins, that at which the last one is over, and one sentence where they make no sense ("" otherwise).
    """
    try:
        since, until = _day(given.get("tu", "")), _day(given.get("den", ""))
    except ValueError:
        told = _("Ngày phải có dạng ngày/tháng/năm, ví dụ 01/03/2026. Đang hiện tất cả các ngày.")
        return None, None, told
    wrong = _("Ngày đầu sau ngày cuối. Hãy đổi lại.") if since and until and since > until else ""
    zone = local(at).tzinfo
    return (
        dt.datetime.combine(since, dt.time(), zone) if since else None,
        dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), zone) if until else None,
        wrong,
    )


def rows(user: User, areas: Collection[str], asked: Filter, *, below: int = 0) -> QuerySet[Entry]:
    """This function will return the facts that this reader may see, newest first, without mere noise.

    Those of a commune that became part of the reader's areas are among them.
    """
    return queries.page(with_past(areas), asked, own=f"user:{user.pk}", below=below, without=facts.QUIET)


def people(text: str) -> tuple[str, ...]:
    """This function will return whose names hold all of the words, as "user:<id>"; nobody is user:0."""
    words = fold(text).split()[:6]
    if not words:
        return ()
    rows = User.objects.all()
    for word in words:
        rows = rows.filter(search__contains=f" {word}")
    return tuple(f"user:{pk}" for pk in rows.order_by("pk").values_list("pk", flat=True)[:PEOPLE]) or NOBODY


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"):
        try:
            day = dt.datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, no instant
        except ValueError:
            continue
        if day.year in YEARS:
            return day
    raise ValueError(text)
