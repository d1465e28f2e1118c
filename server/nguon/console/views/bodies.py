"""Cơ quan, cơ sở: who answers for grassroots information, and from where, each with its dates."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.accounts.rules import rights
from nguon.console import mapping
from nguon.console.place_forms import BodyForm, agency_label
from nguon.console.views.base import areas_of, number, page, person
from nguon.console.views.files import workbook
from nguon.console.views.remapping import keeper
from nguon.console.views.territory import day_of
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations import actions, queries
from nguon.organisations.errors import BodyOutside
from nguon.organisations.models import Agency, Facility, Place
from nguon.organisations.states import COUNTRY_AREA, FileKind

PAGE = 50
WRITTEN = 20_000
SORTS: dict[str, type[Agency] | type[Facility]] = {"co-quan": Agency, "co-so": Facility}
FILES = {"co-quan": FileKind.AGENCIES, "co-so": FileKind.FACILITIES}
Kept = Agency | Facility


def _model(sort: str) -> type[Agency] | type[Facility]:
    if sort not in SORTS:
        raise Http404
    return SORTS[sort]


def _today(at: datetime) -> date:
    return clock.local(at).date()


@require_GET
def bodies(request: HttpRequest) -> HttpResponse:
    """This function will list agencies or facilities of the person's areas, and around them, on a day."""
    user, at = person(request), clock.now()
    sort = request.GET.get("xem", "co-quan") if request.GET.get("xem") in SORTS else "co-quan"
    day, carried = day_of(request)
    words, ended = request.GET.get("q", "")[:100].strip(), request.GET.get("het") == "1"
    first = max(1, number(request.GET.get("trang"), 1, most=10_000))
    rows = queries.bodies(areas_of(request), SORTS[sort], day=day, text=words, ended=ended)
    shown = list(rows[(first - 1) * PAGE : first * PAGE + 1])
    kept = {"xem": sort, "q": words, "ngay": carried, "het": "1" if ended else ""}
    context = {
        "sort": sort,
        "tabs": [("co-quan", _("Cơ quan, đơn vị")), ("co-so", _("Cơ sở"))],
        "rows": shown[:PAGE],
        "q": words,
        "day": day,
        "ended": ended,
        "carry": urlencode(kept),
        "page": first,
        "next_page": first + 1 if len(shown) > PAGE else 0,
        "keeps": mapping.keeps_any(user, at),
        "file_kind": FILES[sort].value,
    }
    return page(request, "console/bodies.html", "bodies", context)


@require_GET
def agencies_like(request: HttpRequest) -> HttpResponse:
    """This function will send the agencies that a form suggests, as options of its list."""
    text = next((request.GET[name] for name in ("above", "owner", "operator") if name in request.GET), "")
    found = queries.agencies_like(areas_of(request), text[:100], day=_today(clock.now()))
    options = [(agency_label(agency), agency.place.label) for agency in found]
    return render(request, "console/parts/agencies.html", {"options": options})


@require_GET
def written(request: HttpRequest, sort: str) -> HttpResponse:
    """This function will give the agencies or facilities of the person's areas as a workbook."""
    model, at = _model(sort), clock.now()
    areas = areas_of(request)
    ties = ("above",) if model is Agency else ("owner", "operator")
    rows: list[Kept] = []
    for ended in (True, False):
        found = queries.bodies(areas, model, day=_today(at), ended=ended)
        rows += list(found.select_related(*ties)[:WRITTEN])
    codes = queries.codes_of_all({row.place_id for row in rows}, day=_today(at))
    return workbook(actions.bodies_workbook(FILES[sort], rows, codes), f"{sort}.xlsx")


def _one(request: HttpRequest, sort: str, body_id: int) -> Kept:
    model = _model(sort)
    for ended in (False, True):
        found = queries.bodies(areas_of(request), model, day=_today(clock.now()), ended=ended)
        row: Kept | None = found.filter(pk=body_id).first()
        if row is not None:
            return row
    raise Http404


@require_GET
def body(request: HttpRequest, sort: str, body_id: int) -> HttpResponse:
    """This function will show one agency or facility: its dates, what it came from, what hangs on it."""
    return _body_page(request, sort, _one(request, sort, body_id), "")


def _body_page(request: HttpRequest, sort: str, row: Kept, fault: str) -> HttpResponse:
    context: dict[str, Any] = {
        "body": row,
        "sort": sort,
        "onward": row.onward.select_related("successor"),
        "backward": row.backward.select_related("origin"),
        "may_change": rights(person(request), clock.now()).may(mapping.KEEPER, row.area),
        "fault": fault,
    }
    if isinstance(row, Agency):
        context["below"] = row.below.filter(valid_to__isnull=True).order_by("sort_key")[:PAGE]
        context["owned"] = row.owned.filter(valid_to__isnull=True).order_by("sort_key")[:PAGE]
    return page(request, "console/body.html", "bodies", context, status=409 if fault else 200)


def add(request: HttpRequest, sort: str) -> HttpResponse:
    """This function will add an agency or a facility."""
    keeper(request)
    return _form(request, sort, None, succeeding=False)


def change(request: HttpRequest, sort: str, body_id: int) -> HttpResponse:
    """This function will set an agency or a facility right."""
    return _form(request, sort, _kept(request, sort, body_id), succeeding=False)


def succeed(request: HttpRequest, sort: str, body_id: int) -> HttpResponse:
    """This function will have another one take over from an agency or a facility."""
    return _form(request, sort, _kept(request, sort, body_id), succeeding=True)


def _kept(request: HttpRequest, sort: str, body_id: int) -> Kept:
    """The agency or facility, when the person administers its place."""
    row = _one(request, sort, body_id)
    if not rights(person(request), clock.now()).may(mapping.KEEPER, row.area):
        raise PermissionDenied
    return row


def _form(request: HttpRequest, sort: str, row: Kept | None, *, succeeding: bool) -> HttpResponse:
    at, facility = clock.now(), _model(sort) is Facility
    ties = _ties(row)

    def named(text: str) -> list[Agency]:
        kept = [tie for tie in ties.values() if tie and agency_label(tie) == text]
        return kept[:1] or queries.agencies_named(areas_of(request), text, day=_today(at))

    form = BodyForm(
        request.POST or None,
        initial=_initial(row, ties, at, succeeding) if row else {"valid_from": _today(at)},
        named=named,
        facility=facility,
        succeeding=succeeding,
    )
    fault = ""
    if request.method == "POST" and form.is_valid():
        try:
            made = _save(request, sort, row, form, at, succeeding)
            messages.success(request, _("Đã lưu “{name}”.").format(name=made.name))
            return redirect("console:body", sort, made.pk)
        except DomainError as error:
            fault = str(error)
    context = {"form": form, "body": row, "sort": sort, "succeeding": succeeding, "fault": fault}
    wrong = fault or request.method == "POST"
    return page(request, "console/body_form.html", "bodies", context, status=422 if wrong else 200)


def _ties(row: Kept | None) -> dict[str, Agency | None]:
    if row is None:
        return {}
    return {"above": row.above} if isinstance(row, Agency) else {"owner": row.owner, "operator": row.operator}


def _initial(row: Kept, ties: dict[str, Agency | None], at: datetime, succeeding: bool) -> dict[str, Any]:
    codes = queries.codes_of_all([row.place_id], day=_today(at))
    place = "VN" if row.area == COUNTRY_AREA else codes.get(row.place_id, "")
    told: dict[str, Any] = {"kind": row.kind, "place": place}
    if not succeeding:
        told |= {"name": row.name, "code": row.code, "valid_from": row.valid_from}
    told |= {name: agency_label(tie) for name, tie in ties.items() if tie}
    return told | ({} if isinstance(row, Agency) else {"address": row.address})


def _save(
    request: HttpRequest,
    sort: str,
    row: Kept | None,
    form: BodyForm,
    at: datetime,
    succeeding: bool,
) -> Kept:
    told, user = form.cleaned_data, person(request)
    place = _place(told["place"], at)
    if place is None or not rights(user, at).may(mapping.KEEPER, place.area):
        raise BodyOutside
    given = actions.BodyFields(
        kind=told["kind"],
        name=told["name"],
        place=place,
        valid_from=told["day"] if succeeding else told["valid_from"],
        code=told["code"],
        above=told.get("above"),
        owner=told.get("owner"),
        operator=told.get("operator"),
        address=told.get("address", ""),
    )
    if row is None:
        return actions.add_body(model=_model(sort), given=given, by=user, at=at)
    if not succeeding:
        return actions.change_body(body=row, given=given, by=user, at=at)
    return actions.succeed(origins=[row], given=given, act=told["act"], day=told["day"], by=user, at=at)


def _place(code: str, at: datetime) -> Place | None:
    if code.strip().upper() == "VN":
        return Place.objects.filter(area=COUNTRY_AREA).first()
    return queries.by_codes([code.strip()], at=at).get(code.strip())


@require_POST
def end(request: HttpRequest, sort: str, body_id: int) -> HttpResponse:
    """This function will end an agency or a facility that nobody takes over, today."""
    row, at = _kept(request, sort, body_id), clock.now()
    try:
        actions.end_body(body=row, last_day=_today(at), by=person(request), at=at)
    except DomainError as error:
        return _body_page(request, sort, row, str(error))
    messages.success(request, _("“{name}” kết thúc hôm nay.").format(name=row.name))
    return redirect(reverse("console:bodies") + f"?xem={sort}")
