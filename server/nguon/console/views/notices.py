"""Việc của bạn, thông báo: what waits for a person, and what happened to their bulletins."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.accounts.models import User
from nguon.adapters.push import Browser, public_key
from nguon.console.views.base import page, person
from nguon.console.wording import browser
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.notices import actions, queries
from nguon.notices.models import Notice
from nguon.notices.states import PLAN, SUPPLY, TO_DECIDE, WORK, Kind

SHOWN = 30
_BY_SUBJECT = {
    **dict.fromkeys(PLAN, "console:production_item"),
    Kind.WARNING: "console:cap_message",
    Kind.TO_SIGN: "console:alert",
    Kind.LICENCE: "console:broadcaster",
    Kind.LICENCE_OVER: "console:broadcaster",
}


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """This function will list what waits for the person, and what they were told, newest first."""
    user = person(request)
    work = queries.work_of(user, SHOWN)
    news = list(queries.news_of(user, before=_instant(request.GET.get("truoc", "")))[: SHOWN + 1])
    unwanted = queries.unwanted(user)
    context = {
        "work": [(row, queries.sentence(row)) for row in work],
        "work_count": len(work),
        "news": [(row, queries.sentence(row)) for row in news[:SHOWN]],
        "older": news[SHOWN - 1].at.isoformat() if len(news) > SHOWN else "",
        "mail_is_on": queries.mail_is_on(),
        "push": _push(user),
        "kinds": [(kind.value, kind.label, kind.value not in unwanted) for kind in Kind],
    }
    return page(request, "console/notices.html", "notices", context)


@require_GET
def notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """This function will lead to what a notice is about, and note that it was read."""
    found = actions.read(user=person(request), notice_id=notice_id, at=clock.now())
    if found is None:
        raise Http404
    return redirect(*_where(found, person(request).pk))


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """This function will note that the person has read everything."""
    actions.read_all(user=person(request), at=clock.now())
    return redirect("console:notices")


@require_POST
def choose_mail(request: HttpRequest) -> HttpResponse:
    """This function will keep of which kinds the person wants e-mail."""
    actions.choose_mail(user=person(request), wanted=request.POST.getlist("kind"))
    messages.success(request, _("Đã lưu loại thư bạn muốn nhận."))
    return redirect("console:notices")


@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """This function will have the person told at once in this browser; the browser says how it is reached."""
    given = Browser(*(request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")))
    name = browser(request.headers.get("user-agent", ""))
    try:
        actions.subscribe(user=person(request), given=given, name=name, at=clock.now())
    except DomainError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Máy này được báo ngay khi có việc chờ bạn."))
    return redirect("console:notices")


@require_POST
def unsubscribe(request: HttpRequest, browser_id: UUID) -> HttpResponse:
    """This function will tell one of the person's browsers nothing more."""
    if not actions.unsubscribe(user=person(request), browser_id=browser_id):
        raise Http404
    messages.success(request, _("Máy ấy không nhận báo nữa."))
    return redirect("console:notices")


@require_POST
def try_out(request: HttpRequest, browser_id: UUID) -> HttpResponse:
    """This function will have a word of trial shown in one of the person's browsers."""
    if not actions.try_out(user=person(request), browser_id=browser_id):
        raise Http404
    messages.success(request, _("Đã gửi một báo thử. Vài giây sau chưa thấy thì xem lại quyền báo của máy."))
    return redirect("console:notices")


def _push(user: User) -> dict[str, object]:
    if not queries.push_is_on():
        return {"on": False}
    rows = [
        (row, hashlib.sha256(row.endpoint.encode()).hexdigest()) for row in queries.browsers_of([user.pk])
    ]
    return {"on": True, "key": public_key(actions.service().folder), "browsers": rows}


def _where(found: Notice, user_id: int) -> tuple[str, ...]:
    if found.kind in _BY_SUBJECT:
        return _BY_SUBJECT[Kind(found.kind)], found.subject.partition(":")[2]
    if found.kind == Kind.TICKET:
        return "console:ticket", str(found.data.get("ticket"))
    if found.kind == Kind.ALARM:
        return ("console:alarms",)
    if found.bulletin_id is None:
        return ("console:notices",)
    if found.kind in SUPPLY:
        return ("console:supply",)
    author = found.revision is not None and found.revision.author_id == user_id
    if found.settled_at is None and author and found.kind in WORK - TO_DECIDE:
        return "console:edit", str(found.bulletin_id)
    if found.settled_at is None and not author and found.kind in TO_DECIDE:
        return "console:review", str(found.revision_id)
    return "console:bulletin", str(found.bulletin_id)


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return found if found.tzinfo else None
