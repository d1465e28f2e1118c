"""Tổng quan."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from nguon.accounts.rules import rights
from nguon.accounts.states import Role
from nguon.bulletins import queries
from nguon.console import live, picking, reviewing, wording
from nguon.console.views.base import areas_of, page, person, reads_of
from nguon.kernel import clock

RECENT = 6
COMING = 5


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
            "sees_journal": bool(own.roles & set(picking.JOURNAL_READERS)),
            "live": live.live(areas, at, reads=reads_of(request), cards=0),
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
