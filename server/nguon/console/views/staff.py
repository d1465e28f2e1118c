"""Nhân sự: who works for grassroots information in one's areas; one person; adding and changing one."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from nguon.accounts.models import User
from nguon.console import people, picking, staffing
from nguon.console.forms_staff import LastDayForm, PostForm, StaffForm, SuccessorForm, TrainingForm
from nguon.console.views.base import number, page, person
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations import queries as places
from nguon.organisations.models import Agency, Facility, Place
from nguon.organisations.rules import covers
from nguon.staff import actions, queries, rules
from nguon.staff.errors import StaffThere
from nguon.staff.models import Post, Staff
from nguon.staff.states import PostKind, Trained

PAGE = 50
COUNTED = 1000  # beyond this a list says "more than"
BODIES = 100  # agencies offered beside a place
FIELDS = ("ten", "loai", "noi", "tap-huan", "xem")


def seen(request: HttpRequest) -> list[str]:
    """This function will return the areas whose staff one sees, or refuse."""
    areas = staffing.seen_areas(person(request), clock.now())
    if not areas:
        raise PermissionDenied
    return areas


def one(request: HttpRequest, staff_id: int) -> Staff:
    """This function will return the person of an address, or say that there is none for this reader."""
    inside = Post.objects.within(seen(request)).filter(staff=staff_id)
    row = Staff.objects.filter(pk=staff_id).select_related("user").first() if inside.exists() else None
    if row is None:
        raise Http404
    return row


@require_GET
def staff(request: HttpRequest) -> HttpResponse:
    """This function will list the staff of the person's areas, all or those asked for."""
    user, at, areas = person(request), clock.now(), seen(request)
    today = clock.local(at).date()
    given = {name: request.GET.get(name, "")[:120].strip() for name in FIELDS}
    question = staffing.asked(given)
    first = max(1, number(request.GET.get("trang"), 1, most=10_000))
    found = staffing.rows(user, question, at)
    shown = list(found[(first - 1) * PAGE : first * PAGE + 1])
    counted = queries.staff_in(areas, day=today, asked=question).order_by("pk").values("pk")
    kept = {name: text for name, text in given.items() if text}
    many = counted[: COUNTED + 1].count()
    context = {
        "people": [staffing.line(row, today, past=question.past) for row in shown[:PAGE]],
        "total": min(many, COUNTED),
        "many": many > COUNTED,
        "share": next(iter(queries.trained_shares(areas, on=today, depth=1)), None),
        "year": today.year,
        "given": {name.replace("-", "_"): text for name, text in given.items()},
        "kinds": PostKind.choices,
        "trainings": Trained.choices,
        "past": staffing.PAST,
        "picker": picking.picker(user, "nhan-su", at, picked=question.area, folded=True),
        "kept": kept,
        "narrowed": bool(kept.keys() - {"ten"}),
        "carry": urlencode(kept),
        "page": first,
        "next_page": first + 1 if len(shown) > PAGE else 0,
        "may_keep": bool(rules.areas_with(user, rules.KEEPS_STAFF, at)),
    }
    return page(request, "console/staff.html", "staff", context)


@require_GET
def staffer(request: HttpRequest, staff_id: int) -> HttpResponse:
    """This function will show one person: work, courses, how to reach the person, what may be done."""
    return show(request, one(request, staff_id))


def show(request: HttpRequest, row: Staff, **context: Any) -> HttpResponse:
    """This function will draw the page of a person, with a form that was wrong."""
    user, at = person(request), clock.now()
    today = clock.local(at).date()
    context = {
        "row": row,
        "posts": staffing.post_lines(user, row, at),
        "trainings": queries.trainings_of(row),
        "reached": rules.can_read_contacts(user, row, at),
        "may_keep": rules.can_keep(user, row, at),
        "left": not row.posts.not_over(today).exists(),
        "may_train": rules.can_train(user, row, at),
        "reads_journal": bool(picking.areas_for(user, picking.PURPOSES["nhat-ky"], at)),
        "training_form": TrainingForm(),
        "end_form": LastDayForm(initial={"last": today.isoformat()}),
        "move_form": SuccessorForm(initial={"last": today.isoformat()}, prefix="move"),
        **context,
    }
    status = 409 if context.get("fault") else 200
    return page(request, "console/staffer.html", "staff", context, status=status)


def account(request: HttpRequest, text: str, row: Staff | None) -> User | None:
    """This function will return the account that was typed; raises Unclear."""
    if not text:
        return None
    if row is not None and row.user is not None and row.user.username == text:
        return row.user
    return people.person_named(person(request), text, clock.now())


def add(request: HttpRequest) -> HttpResponse:
    """This function will add a person with a first post."""
    at, user = keeper(request), person(request)
    form = StaffForm(request.POST or None)
    post, picker, place = post_form(request, at)
    context: dict[str, Any] = {"form": form, "post_form": post, "picker": picker}
    if request.method == "POST" and form.is_valid() and post.is_valid():
        try:
            made = actions.add_staff(
                given=form.given(account(request, form.cleaned_data["username"], None)),
                post=post.given(needed(place)),
                by=user,
                at=at,
                namesake=bool(request.POST.get("namesake")),
            )
            messages.success(request, _("Đã thêm {name}.").format(name=made.full_name))
            return redirect("console:staffer", made.pk)
        except DomainError as error:
            context |= {"fault": str(error), "ask": isinstance(error, StaffThere)}
    status = 409 if "fault" in context else 422 if request.method == "POST" else 200
    return page(request, "console/staff_form.html", "staff", context, status=status)


def keeper(request: HttpRequest) -> datetime:
    """This function will return the instant of the question, or refuse who keeps no staff."""
    at = clock.now()
    if not rules.areas_with(person(request), rules.KEEPS_STAFF, at):
        raise PermissionDenied
    return at


def change(request: HttpRequest, staff_id: int) -> HttpResponse:
    """This function will set a person's record right."""
    row, at, user = one(request, staff_id), keeper(request), person(request)
    if not rules.can_keep(user, row, at):
        raise PermissionDenied
    names = ("full_name", "birth_year", "gender", "phone", "email", "zalo")
    initial = {name: getattr(row, name) for name in names}
    initial["username"] = row.user.username if row.user else ""
    form = StaffForm(request.POST or None, initial=initial)
    context: dict[str, Any] = {"form": form, "row": row}
    if request.method == "POST" and form.is_valid():
        try:
            given = form.given(account(request, form.cleaned_data["username"], row))
            actions.change_staff(staff=row, given=given, by=user, at=at)
            messages.success(request, _("Đã lưu {name}.").format(name=given.full_name))
            return redirect("console:staffer", row.pk)
        except DomainError as error:
            context["fault"] = str(error)
    status = 409 if "fault" in context else 422 if request.method == "POST" else 200
    return page(request, "console/staff_form.html", "staff", context, status=status)


def post_form(
    request: HttpRequest, at: datetime, post: Post | None = None
) -> tuple[PostForm, picking.Picker, Place | None]:
    """This function will make the form of a post and the picker of its place, and the place so far."""
    user = person(request)
    asked = request.POST.get("place") or request.GET.get("place") or ""
    picker = picking.picker(user, "cho-lam", at, picked=post.area if post else asked[:120])
    place = places.place(picker.picked, at=at) if picker.picked else post.place if post else None
    initial: dict[str, Any] = {"first": clock.local(at).date().isoformat()}
    if post is not None:
        initial = {"kind": post.kind, "title": post.title, "first": post.valid_from, "last": post.valid_to}
        initial |= {"agency": post.agency_id, "facility": post.facility_id}
    form = PostForm(
        request.POST or None,
        initial=initial,
        agencies=_near(Agency, place, at, post.agency if post else None),
        facilities=_near(Facility, place, at, post.facility if post else None),
    )
    return form, picker, place


def _near(model: type[Agency | Facility], place: Place | None, at: datetime, kept: Any) -> dict[int, Any]:
    if place is None:
        return {}
    found = places.bodies([place.area], model, day=clock.local(at).date())[:BODIES]
    return {row.pk: row for row in [*([kept] if kept else []), *found]}


def needed(place: Place | None) -> Place:
    """This function will return the place that was picked; raises Unclear."""
    if place is None:
        raise people.Unclear(_("Chưa chọn nơi làm việc. Hãy chọn trong danh sách nơi."))
    return place


def in_own(request: HttpRequest, area: str, at: datetime) -> bool:
    """This function will tell whether one keeps the staff of an area."""
    own = rules.areas_with(person(request), rules.KEEPS_STAFF, at)
    return any(covers(outer, area) for outer in own)
