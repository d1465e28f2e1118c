"""Tổng quan, and the journal."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from nguon.accounts.rules import rights
from nguon.accounts.states import Role
from nguon.bulletins import queries
from nguon.console import facts, live, reviewing, wording
from nguon.console.views.base import areas_of, number, page, person
from nguon.journal.models import Entry
from nguon.kernel import clock

RECENT = 6
COMING = 5
JOURNAL_PAGE = 60
READS_JOURNAL = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """This function will show what waits, what plays, what is new and what comes."""
    user, at = person(request), clock.now()
    own, areas = rights(user, at), areas_of(request)
    recent = queries.visible_revisions(user, at).select_related("bulletin__place", "author", "media")[:RECENT]
    return page(
        request,
        "console/home.html",
        "home",
        {
            "day": wording.day(at),
            "roles": ", ".join(sorted(str(role.label) for role in own.roles)),
            "may_write": bool(own.areas_of(Role.WRITER)),
            "sees_journal": bool(own.roles & READS_JOURNAL),
            "live": live.live(areas, at, cards=0),
            "rows": reviewing.rows(recent, user),
            "upcoming": [
                {
                    "at": airing.at,
                    "title": airing.revision.title,
                    "url": wording.url("console:bulletin", airing.revision.bulletin_id),
                }
                for airing in live.coming(user, at)[:COMING]
            ],
        },
    )


@require_GET
def journal(request: HttpRequest) -> HttpResponse:
    """This function will show the newest facts to an auditor or administrator."""
    if not rights(person(request), clock.now()).roles & READS_JOURNAL:
        raise PermissionDenied
    before = number(request.GET.get("truoc"))
    rows = Entry.objects.exclude(fact__in=facts.QUIET).order_by("-sequence")
    shown = list((rows.filter(sequence__lt=before) if before else rows)[: JOURNAL_PAGE + 1])
    older = shown[JOURNAL_PAGE - 1].sequence if len(shown) > JOURNAL_PAGE else 0
    return page(
        request,
        "console/journal.html",
        "home",
        {"facts": facts.sentences(shown[:JOURNAL_PAGE]), "older": older},
    )
