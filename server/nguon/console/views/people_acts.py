"""What an administrator does with one person; each answers with the person's page."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial, wraps

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from nguon.accounts import actions
from nguon.accounts.models import RoleAssignment, User
from nguon.accounts.rules import people_areas
from nguon.accounts.states import Role
from nguon.bulletins.actions import hand_over_drafts
from nguon.console import people as shown
from nguon.console.forms_people import EmailForm, LeaveForm, OtherPersonForm, ReasonForm, RoleForm
from nguon.console.views.base import person
from nguon.console.views.people import administered, link_of, one, show_person
from nguon.kernel import clock
from nguon.kernel.clock import local
from nguon.kernel.errors import DomainError
from nguon.organisations import queries as places
from nguon.production.actions import hand_over_steps

Act = Callable[..., HttpResponse | None]


def act(view: Act) -> Callable[..., HttpResponse]:
    """This function will make a view of an act: find the person, tell a refusal on the page, else go back."""

    @require_POST
    @wraps(view)
    def answer(request: HttpRequest, user_id: int, **rest: int) -> HttpResponse:
        administered(request)
        whom = one(request, user_id)
        try:
            made = view(request, whom, **rest)
        except DomainError as error:
            return show_person(request, whom, fault=str(error))
        return made or redirect("console:person", whom.pk)

    return answer


def _valid(form: Form, name: str, request: HttpRequest, whom: User) -> HttpResponse | None:
    if form.is_valid():
        return None
    return show_person(request, whom, fault=_("Hãy điền đủ và đúng các ô."), **{name: form})


@act
def grant(request: HttpRequest, whom: User) -> HttpResponse | None:
    """This function will give a role over a place for a time."""
    form = RoleForm(request.POST)
    if wrong := _valid(form, "role_form", request, whom):
        return wrong
    given, at = form.cleaned_data, clock.now()
    place = places.place(given["place"], at=at)
    actions.assign_role(
        user=whom,
        role=Role(given["role"]),
        place=place,
        by=person(request),
        at=at,
        valid_from=given["first"],
        valid_to=given["last"],
    )
    messages.success(request, _("Đã giao vai trò cho {name}.").format(name=whom))
    return None


@act
def end(request: HttpRequest, whom: User, role_id: int) -> HttpResponse | None:
    """This function will end a role now: yesterday was its last day, or it never began."""
    at = clock.now()
    rows = RoleAssignment.objects.within(people_areas(person(request), at))
    row = rows.filter(user=whom, pk=role_id).first()
    if row is None:
        raise Http404
    yesterday = clock.local(at).date() - timedelta(days=1)
    actions.end_role(assignment=row, last_day=yesterday, by=person(request), at=at)
    messages.success(request, _("Đã thôi vai trò này."))
    return None


@act
def lock(request: HttpRequest, whom: User) -> HttpResponse | None:
    """This function will lock an account and end its sessions."""
    form = ReasonForm(request.POST, prefix="lock")
    if wrong := _valid(form, "lock_form", request, whom):
        return wrong
    actions.lock_user(user=whom, reason=form.cleaned_data["reason"], by=person(request), at=clock.now())
    messages.success(request, _("Đã khóa tài khoản {name}.").format(name=whom))
    return None


@act
def remove(request: HttpRequest, whom: User) -> HttpResponse | None:
    """This function will delete an account that was made by mistake and never used."""
    actions.remove_user(user=whom, by=person(request), at=clock.now())
    messages.success(request, _("Đã xóa tài khoản lập nhầm {name}.").format(name=whom))
    return redirect("console:people")


@act
def unlock(request: HttpRequest, whom: User) -> HttpResponse | None:
    """This function will let a locked person in again."""
    actions.unlock_user(user=whom, by=person(request), at=clock.now())
    messages.success(request, _("Đã mở khóa tài khoản {name}.").format(name=whom))
    return None


@act
def link(request: HttpRequest, whom: User) -> HttpResponse | None:
    """This function will make a new link to come in by, and show it once."""
    made = actions.renew_link(user=whom, by=person(request), at=clock.now())
    return show_person(request, whom, link=link_of(request, made.token), expires_at=made.expires_at)


@act
def sign_out(request: HttpRequest, whom: User) -> HttpResponse | None:
    """This function will end one session of a person, or all of them."""
    count = actions.end_sessions(
        user=whom, by=person(request), at=clock.now(), only=request.POST.get("session", "")
    )
    tell_ended(request, count)
    return None


@act
def email(request: HttpRequest, whom: User) -> HttpResponse | None:
    """This function will keep a person's e-mail address at work, or none."""
    form = EmailForm(request.POST, prefix="thu")
    if wrong := _valid(form, "email_form", request, whom):
        return wrong
    actions.set_email(user=whom, email=form.cleaned_data["email"], by=person(request), at=clock.now())
    messages.success(request, _("Đã lưu địa chỉ thư điện tử."))
    return None


@act
def unlink(request: HttpRequest, whom: User) -> HttpResponse | None:
    """This function will let go of a person's identity elsewhere."""
    actions.unlink_identity(user=whom, by=person(request), at=clock.now())
    messages.success(request, _("Đã gỡ liên kết danh tính của {name}.").format(name=whom))
    return None


@act
def second_step(request: HttpRequest, whom: User) -> HttpResponse | None:
    """This function will take the second step away from a person who lost the telephone."""
    actions.remove_second_step(user=whom, by=person(request), at=clock.now())
    messages.success(request, _("{name} nay đăng nhập chỉ bằng mật khẩu.").format(name=whom))
    return None


def tell_ended(request: HttpRequest, count: int) -> None:
    """This function will say how many sessions ended."""
    told = ngettext("Đã kết thúc {count} phiên đăng nhập.", "Đã kết thúc {count} phiên đăng nhập.", count)
    messages.success(request, told.format(count=count))


@act
def hand_over(request: HttpRequest, whom: User) -> HttpResponse | None:
    """This function will end all roles of who moves, and give them, the drafts and what is to be done in the
    editorial plan to the successor."""
    form = OtherPersonForm(request.POST, prefix="move")
    if wrong := _valid(form, "move_form", request, whom):
        return wrong
    by, at = person(request), clock.now()
    successor = shown.person_named(by, form.cleaned_data["other"], at)
    days = form.cleaned_data["last"] + timedelta(days=1) - local(at).date()
    movers = {
        "drafts": partial(_drafts, by=by),
        "steps": partial(_steps, by=by, at=at, then=at + max(days, timedelta())),
    }
    done = actions.hand_over(
        user=whom,
        successor=successor,
        last_day=form.cleaned_data["last"],
        by=by,
        at=at,
        movers=movers,
    )
    told = _("{name} nhận {roles} vai trò, {drafts} bản nháp và {steps} bước của kế hoạch biên tập.")
    moved = {name: done.moved.get(name, 0) for name in movers}
    messages.success(request, told.format(name=successor, roles=len(done.given), **moved))
    return None


def _drafts(author: User, successor: User, *, by: User) -> int:
    return hand_over_drafts(author=author, successor=successor, by=by, at=clock.now())


def _steps(person: User, successor: User, *, by: User, at: datetime, then: datetime) -> int:
    return hand_over_steps(person=person, successor=successor, by=by, at=at, then=then)


@act
def delegate(request: HttpRequest, whom: User) -> HttpResponse | None:
    """This function will let a deputy do the work while a person is on leave."""
    form = LeaveForm(request.POST, prefix="leave")
    if wrong := _valid(form, "leave_form", request, whom):
        return wrong
    by, at, given = person(request), clock.now(), form.cleaned_data
    deputy = shown.person_named(by, given["other"], at)
    actions.delegate(user=whom, deputy=deputy, first_day=given["first"], last_day=given["last"], by=by, at=at)
    messages.success(
        request, _("{deputy} làm thay {name} trong những ngày đó.").format(deputy=deputy, name=whom)
    )
    return None
