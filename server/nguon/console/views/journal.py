"""Nhật ký: what happened in the reader's own areas."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from nguon.console import facts, looking_back, picking
from nguon.console.views.base import number, page, person
from nguon.journal import queries
from nguon.kernel import clock

PAGE = 40
FIELDS = ("dia-ban", "ai", "viec", "chu-the", "tu", "den")


def readers_areas(request: HttpRequest) -> list[str]:
    """This function will return where the person reads the journal, or raise PermissionDenied."""
    areas = picking.areas_for(person(request), picking.PURPOSES["nhat-ky"], clock.now())
    if not areas:
        raise PermissionDenied
    return areas


@require_GET
def journal(request: HttpRequest) -> HttpResponse:
    """This function will show the newest facts of the reader's areas, all or those looked for."""
    user, at = person(request), clock.now()
    given = {name: request.GET.get(name, "")[:120].strip() for name in FIELDS}
    areas = readers_areas(request)
    asked, wrong = looking_back.read(given, at)
    rows = looking_back.rows(user, areas, asked, below=number(request.GET.get("truoc")))
    shown = list(rows[: PAGE + 1])
    older = shown[PAGE - 1].sequence if len(shown) > PAGE else 0
    kept = {name: text for name, text in given.items() if text}
    context = {
        "facts": facts.lines(shown[:PAGE]),
        "older": f"?{urlencode({**kept, 'truoc': older})}" if older else "",
        "kept": kept,
        "given": {name.replace("-", "_"): text for name, text in given.items()},
        "kinds": facts.choices(given["viec"]),
        "picker": picking.picker(user, "nhat-ky", at, picked=given["dia-ban"], folded=True),
        "wrong": wrong,
        "filtered": bool(kept),
        "head": queries.last_kept(),
        "today": clock.local(at).date().isoformat(),
        "nothing": _("Không có việc nào như vậy trong địa bàn của bạn."),
    }
    return page(request, "console/journal.html", "home", context)
