"""Thay đổi địa bàn: one guided change, from the first choice to the confirmation."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.console import mapping
from nguon.console.place_forms import MOST_PLACES, NEW, ChangeForm
from nguon.console.views.base import number, page, person
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations import actions, queries
from nguon.organisations.errors import NotYourMap
from nguon.organisations.models import Place, PlaceChange
from nguon.organisations.states import ChangeKind, ChangeState

PAGE = 50
FOUND = 10
SHOWN = 100
OF_MANY = frozenset({ChangeKind.MERGE, ChangeKind.MOVE, ChangeKind.RETYPE, ChangeKind.END})


def keeper(request: HttpRequest) -> datetime:
    """The instant of the question; only who keeps a part of the map may ask."""
    at = clock.now()
    if not mapping.keeps_any(person(request), at):
        raise PermissionDenied
    return at


@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """This function will list the drafts that the person may settle, and what was settled."""
    at = keeper(request)
    first = max(1, number(request.GET.get("trang"), 1, most=10_000))
    drafts = [row for row in queries.changes(state=ChangeState.DRAFT, most=200) if _may(request, row, at)]
    settled = queries.changes(state=ChangeState.CONFIRMED, first=(first - 1) * PAGE, most=PAGE + 1)
    context = {
        "drafts": _named(drafts),
        "settled": _named(settled[:PAGE]),
        "next_page": first + 1 if len(settled) > PAGE else 0,
    }
    return page(request, "console/changes.html", "territory", context)


def _named(rows: list[PlaceChange]) -> list[tuple[PlaceChange, str]]:
    """Each change with the places that it was made for."""
    asked = {
        row.pk: [*row.plan.get("places", []), *filter(None, [row.plan.get("parent")])][:6] for row in rows
    }
    known = {
        row.pk: str(row) for row in Place.objects.filter(pk__in={pk for pks in asked.values() for pk in pks})
    }
    return [(row, ", ".join(known.get(pk, "") for pk in asked[row.pk])) for row in rows]


def _may(request: HttpRequest, change: PlaceChange, at: datetime) -> bool:
    return mapping.may_change(person(request), actions.plan_of(change.plan), at)


def new(request: HttpRequest) -> HttpResponse:
    """This function will take one change down, step by step, and keep it as a draft."""
    at = keeper(request)
    data = (request.POST if request.method == "POST" else request.GET).copy()
    if not data.get("loai"):
        data["loai"] = ChangeKind.MERGE.value
    what, _colon, which = data.get("do", "").partition(":")
    if what == "add":
        data.setlist("noi", [*([] if not _of_many(str(data["loai"])) else data.getlist("noi")), which])
    if what == "remove":
        data.setlist("noi", [pk for pk in data.getlist("noi") if pk != which])
    unknown = _add_codes(data, at) if what == "find" else ""
    if what == "above":
        data["tren"] = which
    if what == "more":
        data["phan"] = str(number(data.get("phan"), 2, most=20) + 1)
    form, fault = ChangeForm(data), unknown
    children = _children(form)
    if request.method == "POST" and what == "draft":
        try:
            return _drafted(request, form, children, at)
        except DomainError as error:
            fault = str(error)
    return _form_page(request, form, children, fault, at)


def _add_codes(data: QueryDict, at: datetime) -> str:
    """Several codes instead of a name choose all their places; returns a sentence on those unknown."""
    codes = dict.fromkeys(re.split(r"[\s,;]+", str(data.get("q", "")).strip()))
    if len(codes) < 2 or not _of_many(str(data["loai"])) or not all(code.isdecimal() for code in codes):
        return ""
    found = queries.by_codes(codes, at=at)
    data.setlist("noi", [*data.getlist("noi"), *(str(row.pk) for row in found.values())])
    data["q"] = lost = " ".join(code for code in codes if code not in found)
    return _("Không có địa bàn nào mang mã: {codes}.").format(codes=lost) if lost else ""


def _of_many(kind: str) -> bool:
    return kind in {one.value for one in OF_MANY}


def _children(form: ChangeForm) -> list[Place]:
    if form.kind != ChangeKind.SPLIT or not form.places:
        return []
    return list(Place.objects.filter(parent=form.places[0], valid_to__isnull=True).in_order())


def _drafted(request: HttpRequest, form: ChangeForm, children: list[Place], at: datetime) -> HttpResponse:
    plan = form.plan(children)
    if not mapping.may_change(person(request), plan, at):
        raise NotYourMap
    made = actions.draft_change(
        plan=plan,
        act=form.cleaned_data["act"],
        act_on=form.cleaned_data["act_on"],
        by=person(request),
        at=at,
    )
    return redirect("console:change", made.pk)


def _form_page(
    request: HttpRequest, form: ChangeForm, children: list[Place], fault: str, at: datetime
) -> HttpResponse:
    known = {row.pk: row for row in Place.objects.filter(pk__in=form.places).select_related("parent")}
    chosen = [known[pk] for pk in form.places if pk in known]
    words = str(form.data.get("q", ""))[:100].strip()
    areas = mapping.kept_areas(person(request), at)
    found = [row for area in areas for row in queries.search(area, words, at=at, limit=FOUND)][:FOUND]
    rest = [row for row in found if row.pk not in known]
    if found and not rest:  # all that was looked for is chosen: ready for the next one
        words = ""
    kind = form.kind
    context = {
        "form": form,
        "kind": kind.value,
        "of_many": kind in OF_MANY,
        "needs_places": kind != ChangeKind.NEW,
        "needs_parent": kind in {ChangeKind.NEW, ChangeKind.MOVE},
        "makes_new": kind == ChangeKind.NEW or (kind == ChangeKind.MERGE and form.into == NEW),
        "chosen": chosen,
        "above": Place.objects.select_related("parent").filter(pk=form.parent).first()
        if form.parent
        else None,
        "found": rest,
        "q": words,
        "children": [(child, form.child_part(child.pk)) for child in children],
        "parts_count": len(form.parts),
        "fault": fault,
    }
    return page(request, "console/change_new.html", "territory", context, status=422 if fault else 200)


@dataclass(frozen=True)
class Choice:
    """A follower of a divided place, and the part that was chosen for it (-1: nobody chose)."""

    key: str
    kind: str
    label: str
    part: int


@require_GET
def change(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """This function will show a change: a draft with what it would do, or what was done."""
    return _change_page(request, change_id, "")


def _change_page(request: HttpRequest, change_id: UUID, fault: str) -> HttpResponse:
    at = keeper(request)
    row = get_object_or_404(PlaceChange, pk=change_id)
    draft = row.state == ChangeState.DRAFT
    if draft and not _may(request, row, at):
        raise Http404
    plan = actions.plan_of(row.plan) if row.plan else None
    context: dict[str, Any] = {
        "change": row,
        "draft": draft,
        "too_early": row.day > clock.local(at).date(),
        "edges": row.edges.select_related("origin__parent", "successor__parent").order_by("pk")[:SHOWN],
        "fault": fault,
    }
    if draft and plan is not None:
        try:
            context |= _preview(row, plan, at)
        except DomainError as error:
            context |= {"fault": fault or str(error), "blocked": True}
    return page(request, "console/change.html", "territory", context, status=409 if fault else 200)


def _preview(row: PlaceChange, plan: actions.Plan, at: datetime) -> dict[str, Any]:
    seen = actions.preview_change(change=row, at=at)
    labels = {kind: label for kind, label, _count in seen.follows}
    chosen = {key: index for index, part in enumerate(plan.parts) for key in part.followers}
    choices = [
        Choice(item.key, labels[kind], item.label, chosen.get(item.key, -1)) for kind, item in seen.choosable
    ]
    effect = seen.effect
    return {
        "begins": effect.begins,
        "renamed": effect.renamed[:MOST_PLACES],
        "ends": effect.ends[:SHOWN],
        "ends_count": len(effect.ends),
        "ends_cut": len(effect.ends) > SHOWN,
        "moved": [(before, place) for before, place in effect.changes if before != place.area][:SHOWN],
        "moved_count": sum(before != place.area for before, place in effect.changes),
        "follows": [(label, count) for _kind, label, count in seen.follows if count],
        "choices": choices[:500],
        "undecided": len(seen.undecided),
        "parts": _part_names(plan),
        "bigger": _part_names(plan)[actions.bigger_part(plan.parts, plan.places[0])][1] if plan.parts else "",
    }


def _part_names(plan: actions.Plan) -> list[tuple[int, str]]:
    known = {
        row.pk: str(row)
        for row in Place.objects.filter(pk__in=[part.place for part in plan.parts if part.place])
    }
    names = []
    for index, part in enumerate(plan.parts):
        told = (
            f"{part.new.designation} {part.new.name}".strip() if part.new else known.get(part.place or 0, "")
        )
        names.append((index, told))
    return names


@require_POST
def settle(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """This function will confirm or drop a draft, or keep which follower goes with which part."""
    at, user = keeper(request), person(request)
    row = get_object_or_404(PlaceChange, pk=change_id)
    if not _may(request, row, at):
        raise Http404
    try:
        match request.POST.get("do", ""):
            case "confirm":
                actions.confirm_change(change_id=row.pk, by=user, at=at)
                messages.success(request, _("Đã xác nhận. Bản đồ mới có hiệu lực, mọi thứ đã chuyển theo."))
            case "drop":
                actions.drop_change(change_id=row.pk, by=user, at=at)
                messages.success(request, _("Đã bỏ thay đổi này. Không có gì khác đi."))
                return redirect("console:changes")
            case "choose":
                actions.choose_followers(change_id=row.pk, parts=_chosen(request), by=user, at=at)
                messages.success(request, _("Đã lưu lựa chọn."))
    except DomainError as error:
        return _change_page(request, change_id, str(error))
    return redirect("console:change", row.pk)


def _chosen(request: HttpRequest) -> dict[str, int]:
    given = {key[2:]: value for key, value in request.POST.items() if key.startswith("f-")}
    return {
        key: int(str(value)) for key, value in given.items() if str(value).isdigit() and len(str(value)) < 3
    }
