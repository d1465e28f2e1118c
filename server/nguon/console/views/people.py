"""Tài khoản: the people of the own areas, one person, and inviting a new one."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from nguon.accounts import actions, queries
from nguon.accounts.models import User
from nguon.accounts.rules import areas_of, can_manage, people_areas
from nguon.accounts.states import Role, Shown
from nguon.adapters import identity
from nguon.console import people as shown
from nguon.console import picking
from nguon.console.forms_people import EmailForm, InviteForm, LeaveForm, OtherPersonForm, ReasonForm, RoleForm
from nguon.console.views.base import number, page, person
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations import queries as places

PAGE = 50
COUNTED = 1000  # beyond this a list says "more than": counting 20,000 takes longer than showing 50


def administered(request: HttpRequest) -> list[str]:
    """This function will return the areas that one administers, or refuse."""
    areas = areas_of(person(request), Role.ADMINISTRATOR, clock.now())
    if not areas:
        raise PermissionDenied
    return areas


def one(request: HttpRequest, user_id: int) -> User:
    """This function will return the person of an address, or say that there is none for this reader."""
    found = shown.found(person(request), user_id, clock.now())
    if found is None:
        raise Http404
    return found


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """This function will list the people of the areas that one administers or audits."""
    user, at = person(request), clock.now()
    areas = people_areas(user, at)
    if not areas:
        raise PermissionDenied
    words = request.GET.get("q", "")[:100].strip()
    show = request.GET.get("xem", "")
    show = Shown(show) if show in Shown.values else Shown.NOW
    first = max(1, number(request.GET.get("trang"), 1, most=10_000))
    rows = queries.people_in(areas, at, words=words, show=show)
    found = list(rows[(first - 1) * PAGE : first * PAGE + 1])
    found_many = rows.order_by("pk").values("pk")[: COUNTED + 1].count()
    context = {
        "people": shown.lines(found[:PAGE], areas, at),
        "total": min(found_many, COUNTED),
        "many": found_many > COUNTED,
        "q": words,
        "show": show.value,
        "filters": Shown.choices,
        "next_page": first + 1 if len(found) > PAGE else 0,
        "may_invite": bool(areas_of(user, Role.ADMINISTRATOR, at)),
    }
    return page(request, "console/people.html", "people", context)


@require_GET
def profile(request: HttpRequest, user_id: int) -> HttpResponse:
    """This function will show one person: roles, sessions, what happened, and what may be done."""
    return show_person(request, one(request, user_id))


def show_person(request: HttpRequest, whom: User, **context: Any) -> HttpResponse:
    """This function will draw the page of a person, with a form that was wrong or a link made just now."""
    user, at = person(request), clock.now()
    own = areas_of(user, Role.ADMINISTRATOR, at)
    manages = can_manage(user, whom, at) and whom.pk != user.pk
    context = {
        "person": whom,
        "roles": shown.role_lines(user, whom, at),
        "facts": shown.journal_of(user, whom, at),
        "sessions": shown.session_lines(whom, at) if manages else [],
        "second_step": queries.second_step_of(whom),
        "invitation": queries.open_invitation(whom, at),
        "entered": whom.has_usable_password(),
        "may_assign": bool(own),
        "may_manage": manages,
        "role_form": RoleForm(),
        "picker": role_picker(request, folded=True) if own else None,
        "identity": identity.known(),
        "linked": queries.identities_of(whom),
        "email_form": EmailForm(prefix="thu", initial={"email": whom.email}),
        "leave_form": LeaveForm(prefix="leave"),
        "move_form": OtherPersonForm(prefix="move"),
        "lock_form": ReasonForm(prefix="lock"),
        **context,
    }
    status = 409 if context.get("fault") else 200
    answer = page(request, "console/person.html", "people", context, status=status)
    if "link" in context:
        answer["Cache-Control"] = "no-store"
    return answer


def role_picker(request: HttpRequest, *, folded: bool = False) -> picking.Picker:
    """This function will give the tree of the places in which one may give roles."""
    picked = request.POST.get("place", "")[:120]
    return picking.picker(person(request), "vai-tro", clock.now(), picked=picked, folded=folded)


def link_of(request: HttpRequest, token: str) -> str:
    """This function will give the whole address of a link that lets a person in."""
    return request.build_absolute_uri(reverse("account_enter", args=[token]))


def invite(request: HttpRequest) -> HttpResponse:
    """This function will make an account with its first role, and show the link to pass on, once."""
    administered(request)
    form = InviteForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "picker": role_picker(request), "identity": identity.known()}
    if request.method == "POST" and form.is_valid():
        try:
            made = _invited(request, form.cleaned_data)
        except DomainError as error:
            context["fault"] = str(error)
        else:
            link = link_of(request, made.token)
            return show_person(request, made.user, link=link, expires_at=made.expires_at)
    status = 409 if "fault" in context else 200
    return page(request, "console/invite.html", "people", context, status=status)


@transaction.atomic
def _invited(request: HttpRequest, given: dict[str, Any]) -> actions.Invited:
    by, at = person(request), clock.now()
    place = places.place(given["place"], at=at)
    username = given["username"] or queries.free_username(given["full_name"])
    made = actions.invite(username=username, full_name=given["full_name"], by=by, at=at, area=place.area)
    actions.assign_role(
        user=made.user,
        role=Role(given["role"]),
        place=place,
        by=by,
        at=at,
        valid_from=given["first"],
        valid_to=given["last"],
    )
    if given["email"]:
        actions.set_email(user=made.user, email=given["email"], by=by, at=at)
    return made
