"""Mẫu bản tin: those of the law and those of one's areas; beginning from one, keeping one, ending one."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.accounts.rules import areas_of
from nguon.accounts.states import Role
from nguon.bulletins import actions, queries
from nguon.bulletins.models import Template
from nguon.bulletins.rules import can_keep_template
from nguon.bulletins.states.cadences import CADENCES, Cadence, cadence
from nguon.console import library
from nguon.console.views.base import page, person, place_at
from nguon.kernel import clock
from nguon.kernel.errors import DomainError

LISTED = 200


@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    """This function will list the templates that the person may begin from."""
    user, at = person(request), clock.now()
    rows = list(queries.templates(user, at)[:LISTED])
    may = {area: can_keep_template(user, area, at) for area in {row.area for row in rows}}
    context = {
        "laws": CADENCES,
        "rows": [(row, may[row.area]) for row in rows],
        "may_write": bool(areas_of(user, Role.WRITER, at)),
    }
    return page(request, "console/templates.html", "compose", context)


@require_POST
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """This function will open a draft from a template."""
    user, at = person(request), clock.now()
    key = library.key(slug)
    found: Cadence | Template | None = cadence(slug)
    if key:
        found = queries.templates(user, at).filter(pk=key).first()
    if found is None:
        raise Http404
    try:
        draft = actions.begin_from(template=found, by=user, at=at)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("console:templates")
    messages.success(request, _("Đã mở bản nháp từ mẫu. Hãy điền các chỗ [...] rồi xem lại giờ phát."))
    return redirect("console:edit", draft.bulletin_id)


@require_POST
def keep(request: HttpRequest, bulletin_id: UUID) -> HttpResponse:
    """This function will keep a bulletin as a template of one of the person's areas."""
    place = place_at(request.POST.get("at", "")[:120])
    if place is None:
        raise PermissionDenied
    name = request.POST.get("name", "")[:500]
    try:
        made = actions.keep_template(
            bulletin_id=bulletin_id, name=name, place=place, by=person(request), at=clock.now()
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("console:bulletin", bulletin_id)
    messages.success(request, _("Đã lưu mẫu “{name}”.").format(name=made.name))
    return redirect("console:templates")


@require_POST
def end(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """This function will end a template."""
    try:
        gone = actions.end_template(template_id=template_id, by=person(request), at=clock.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Đã bỏ mẫu “{name}”.").format(name=gone.name))
    return redirect("console:templates")
