"""Kế hoạch biên tập: the board, one item with its steps and its script, and every move of it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nguon.accounts.models import User
from nguon.bulletins import queries as bulletins
from nguon.bulletins.states.cadences import cadence
from nguon.console import facts, picking, planning, rhythms
from nguon.console.comparing import pieces
from nguon.console.forms_production import PlanForm
from nguon.console.library import key
from nguon.console.views.base import page, person, place_at
from nguon.journal.queries import facts_of
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.production import actions, queries
from nguon.production.errors import ScriptChanged, WhoMissing
from nguon.production.models import Item

SCRIPTS, LIFE = 10, 40
OFFERED = 100


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """This function will show the plan step by step, all of it or what is asked for."""
    user, at = person(request), clock.now()
    given = {name: request.GET.get(name, "")[:120].strip() for name in planning.FIELDS}
    asked = planning.read(given)
    kept = {name: text for name, text in given.items() if text}
    context = {
        "columns": planning.board(user, given, at),
        "given": {name.replace("-", "_"): text for name, text in given.items()},
        "kept": kept,
        "mine": asked.mine,
        "over": asked.over,
        "vacant": asked.vacant,
        "vacancies": queries.asked_for(user, queries.Asked(vacant=True), at).count(),
        "filtered": bool(kept.keys() - {"xem"}),
        "carry": urlencode({name: text for name, text in kept.items() if name != "xem"}),
        "picker": picking.picker(user, "ke-hoach", at, picked=asked.area, folded=True),
        "people": _makers(user, at),
        "may_add": bool(planning.homes(user, at)),
    }
    return page(request, "console/production.html", "production", context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """This function will put an idea into the plan of an area."""
    user, at = person(request), clock.now()
    homes = planning.homes(user, at)
    if request.method != "POST":
        return _form(request, PlanForm(), homes=homes)
    form = PlanForm(request.POST)
    place = place_at(request.POST.get("noi", ""))
    if place is None:
        raise Http404
    if not form.is_valid():
        return _form(request, form, homes=homes, status=409)
    try:
        made = actions.add(place=place, given=_fields(form), by=user, at=at)
    except DomainError as error:
        return _form(request, form, homes=homes, fault=str(error), status=409)
    messages.success(request, _("Đã ghi vào kế hoạch. Hãy giao người và hạn cho từng bước."))
    return redirect("console:production_item", made.pk)


@require_GET
def item(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """This function will show one item: its steps, its script, its bulletin and what was done."""
    return _show(request, _found(request, item_id))


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """This function will say anew what an item is about."""
    user, at, found = person(request), clock.now(), _found(request, item_id)
    if request.method != "POST":
        names = ("title", "brief", "topic", "content_type", "air_date")
        initial = {name: getattr(found, name) for name in names}
        initial |= {
            "campaign": found.campaign_id,
            "template": found.template_id or (found.cadence and f"{rhythms.LAW}{found.cadence}"),
        }
        return _form(request, PlanForm(initial=initial), row=found)
    form = PlanForm(request.POST)
    if not form.is_valid():
        return _form(request, form, row=found, status=409)
    try:
        actions.change(item_id=found.pk, given=_fields(form), by=user, at=at)
    except DomainError as error:
        return _form(request, form, row=found, fault=str(error), status=409)
    messages.success(request, _("Đã lưu."))
    return redirect("console:production_item", found.pk)


@require_POST
def act(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """This function will do what one form of an item's page asks for, or say in one sentence why not."""
    found, doing = _found(request, item_id), _ACTS.get(request.POST.get("act", ""))
    if doing is None:
        raise Http404
    try:
        text = doing(request.POST, found, person(request), clock.now())
    except ScriptChanged as error:
        return _show(request, found, fault=str(error), typed=request.POST.get("kich-ban", ""))
    except DomainError as error:
        return _show(request, found, fault=str(error))
    messages.success(request, text)
    return redirect("console:production_item", found.pk)


@require_POST
def draft(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """This function will open a bulletin with an item's script."""
    found = _found(request, item_id)
    try:
        made = actions.to_bulletin(item_id=found.pk, by=person(request), at=clock.now())
    except DomainError as error:
        return _show(request, found, fault=str(error))
    messages.success(request, _("Đã tạo bản nháp từ kịch bản. Hãy nghe thử, chọn nơi và giờ rồi gửi duyệt."))
    return redirect("console:edit", made.bulletin_id)


def _advance(post: QueryDict, row: Item, user: User, at: datetime) -> str:
    moved = actions.advance(item_id=row.pk, seen=post.get("tu", ""), by=user, at=at)
    return _("“{title}” sang bước: {stage}.").format(title=row.title, stage=moved.get_stage_display())


def _back(post: QueryDict, row: Item, user: User, at: datetime) -> str:
    given = {"to": post.get("ve", ""), "reason": post.get("ly-do", "")}
    moved = actions.send_back(item_id=row.pk, by=user, at=at, **given)
    return _("Đã trả lại bước: {stage}.").format(stage=moved.get_stage_display())


def _give_up(post: QueryDict, row: Item, user: User, at: datetime) -> str:
    actions.give_up(item_id=row.pk, reason=post.get("ly-do", ""), by=user, at=at)
    return _("Đã bỏ khỏi kế hoạch.")


def _assign(post: QueryDict, row: Item, user: User, at: datetime) -> str:
    key = post.get("nguoi", "")
    chosen = User.objects.filter(pk=int(key)).first() if key.isascii() and key.isdigit() else None
    due = _day(post.get("han", ""))
    if chosen is None or due is None:
        raise WhoMissing
    made = actions.assign(item_id=row.pk, stage=post.get("buoc", ""), person=chosen, due=due, by=user, at=at)
    return _("Đã giao bước {stage} cho {person}, hạn {day}.").format(
        stage=made.get_stage_display(), person=chosen, day=f"{due:%d/%m/%Y}"
    )


def _script(post: QueryDict, row: Item, user: User, at: datetime) -> str:
    seen = post.get("ban", "0")
    number = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0
    made = actions.write(item_id=row.pk, text=post.get("kich-ban", ""), seen=number, by=user, at=at)
    return _("Đã lưu bản {number} của kịch bản.").format(number=made.number)


_ACTS: dict[str, Callable[[QueryDict, Item, User, datetime], str]] = {
    "tiep": _advance,
    "tra-lai": _back,
    "bo": _give_up,
    "giao": _assign,
    "kich-ban": _script,
}


def _found(request: HttpRequest, item_id: UUID) -> Item:
    found = queries.item(person(request), item_id, clock.now())
    if found is None:
        raise Http404
    return found


def _show(request: HttpRequest, row: Item, *, fault: str = "", typed: str = "") -> HttpResponse:
    user, at = person(request), clock.now()
    scripts = list(queries.scripts(row)[: SCRIPTS + 1])
    may = planning.may(row, user, at)
    last = scripts[0] if scripts else None
    bulletin = queries.bulletin_of(row)
    context = {
        "row": row,
        "steps": planning.steps(row, at),
        "may": may,
        "people": list(queries.people(row.area, at)[:OFFERED]) if may.plan else [],
        "materials": list(queries.materials(row)),
        "scripts": planning.written(scripts)[:SCRIPTS],
        "number": last.number if last else 0,
        "script": typed or (last.text if last else ""),
        "differs": list(pieces(last.text, typed)) if last and typed else [],
        "bulletin": bulletin if bulletin and bulletins.visible(user, bulletin.pk, at) else None,
        "drafted": next(planning.cards([row], user, at)).bulletin,
        "life": facts.sentences(facts_of(f"production:{row.pk}")[:LIFE]),
        "fault": fault,
        "law": cadence(row.cadence),
    }
    return page(request, "console/production_item.html", "production", context, status=409 if fault else 200)


def _form(request: HttpRequest, form: PlanForm, *, status: int = 200, **more: Any) -> HttpResponse:
    user, at = person(request), clock.now()
    context = {
        "form": form,
        "campaigns": [(str(one.pk), one.title) for one in bulletins.campaigns(user, at)[:OFFERED]],
        "templates": [
            *rhythms.laws(),
            *((str(one.pk), one.name) for one in bulletins.templates(user, at)[:OFFERED]),
        ],
        "chosen": (str(form["campaign"].value() or ""), str(form["template"].value() or "")),
        "noi": request.POST.get("noi", ""),
        **more,
    }
    return page(request, "console/production_form.html", "production", context, status=status)


def _fields(form: PlanForm) -> actions.ItemFields:
    data = form.cleaned_data
    return actions.ItemFields(
        title=data["title"],
        brief=data["brief"],
        topic=data["topic"],
        content_type=data["content_type"],
        campaign_id=data["campaign"],
        template_id=key(data["template"]),
        cadence=data["template"].removeprefix(rhythms.LAW)
        if data["template"].startswith(rhythms.LAW)
        else "",
        air_date=data["air_date"],
    )


def _makers(user: User, at: datetime) -> list[User]:
    """Whoever has a step of what this person sees."""
    seen = queries.seen(user, at).order_by().values("pk")
    rows = User.objects.filter(pk__in=queries.tasks_of(seen).values("person"))
    return list(rows.order_by("full_name", "pk")[:OFFERED])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
