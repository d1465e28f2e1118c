"""What is done with one person of the staff: posts and courses; each answers with the person's page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from nguon.console import people, staffing
from nguon.console.forms_staff import LastDayForm, SuccessorForm, TrainingForm
from nguon.console.views.base import page, person
from nguon.console.views.staff import in_own, keeper, needed, one, post_form, show
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.staff import actions, queries, rules
from nguon.staff.models import Post, Staff


def _post(request: HttpRequest, staff_id: int, post_id: int) -> Post:
    """The post of an address, when one keeps the staff of its place."""
    one(request, staff_id)
    at = keeper(request)
    areas = staffing.seen_areas(person(request), at)
    rows = Post.objects.within(areas).filter(pk=post_id, staff=staff_id)
    row = rows.select_related("staff", "place__parent", "agency", "facility").first()
    if row is None:
        raise Http404
    if not in_own(request, row.area, at):
        raise PermissionDenied
    return row


def post_add(request: HttpRequest, staff_id: int) -> HttpResponse:
    """This function will give a person one more post."""
    row, at = one(request, staff_id), keeper(request)
    if not rules.can_keep(person(request), row, at):
        raise PermissionDenied
    return _form(request, row, None)


def post_change(request: HttpRequest, staff_id: int, post_id: int) -> HttpResponse:
    """This function will set a post right, in its own place."""
    post = _post(request, staff_id, post_id)
    return _form(request, post.staff, post)


def _form(request: HttpRequest, row: Staff, post: Post | None) -> HttpResponse:
    user, at = person(request), clock.now()
    form, picker, place = post_form(request, at, post)
    context: dict[str, Any] = {"row": row, "post": post, "post_form": form, "picker": picker}
    if request.method == "POST" and form.is_valid():
        try:
            given = form.given(needed(place))
            if post is None:
                actions.add_post(staff=row, given=given, by=user, at=at)
            else:
                actions.change_post(post=post, given=given, by=user, at=at)
            messages.success(request, _("Đã lưu công việc của {name}.").format(name=row.full_name))
            return redirect("console:staffer", row.pk)
        except DomainError as error:
            context["fault"] = str(error)
    status = 409 if "fault" in context else 422 if request.method == "POST" else 200
    return page(request, "console/post_form.html", "staff", context, status=status)


@require_POST
def post_end(request: HttpRequest, staff_id: int, post_id: int) -> HttpResponse:
    """This function will end a post with a day."""
    post, form = _post(request, staff_id, post_id), LastDayForm(request.POST)
    if not form.is_valid():
        return show(request, post.staff, fault=_("Hãy điền đủ và đúng các ô."), end_form=form)
    try:
        actions.end_post(post=post, last_day=form.cleaned_data["last"], by=person(request), at=clock.now())
    except DomainError as error:
        return show(request, post.staff, fault=str(error))
    messages.success(request, _("Đã ghi ngày thôi việc."))
    return redirect("console:staffer", staff_id)


@require_POST
def post_hand_over(request: HttpRequest, staff_id: int, post_id: int) -> HttpResponse:
    """This function will end a post and give the same work to another person."""
    post, form = _post(request, staff_id, post_id), SuccessorForm(request.POST, prefix="move")
    if not form.is_valid():
        return show(request, post.staff, fault=_("Hãy điền đủ và đúng các ô."), move_form=form)
    told = form.cleaned_data
    try:
        to = _successor(request, told["other"], request.POST.get("chosen", ""))
        actions.hand_over_post(post=post, to=to, last_day=told["last"], by=person(request), at=clock.now())
    except Several as unclear:
        more = {"move_choices": unclear.choices, "moving": post_id}
        return show(request, post.staff, fault=str(unclear), move_form=form, **more)
    except DomainError as error:
        return show(request, post.staff, fault=str(error), move_form=form)
    messages.success(request, _("Đã bàn giao cho {name}.").format(name=to.full_name))
    return redirect("console:staffer", staff_id)


class Several(people.Unclear):
    """A name means several people; `choices` are (id, words) of each."""

    def __init__(self, message: object, choices: list[tuple[str, str]]) -> None:
        """This function will keep the sentence and the choices."""
        super().__init__(message)
        self.choices = choices


def _successor(request: HttpRequest, text: str, chosen: str) -> Staff:
    at = clock.now()
    areas = rules.areas_with(person(request), rules.KEEPS_STAFF, at)
    found = queries.staff_named(areas, text, day=clock.local(at).date())
    named = [row for row in found if str(row.pk) == chosen] or found
    if len(named) == 1:
        return named[0]
    if not named:
        told = _("Không có ai như vậy trong danh sách nhân sự của bạn. Hãy thêm người đó trước.")
        raise people.Unclear(told)
    choices = [(str(row.pk), _described(row)) for row in named]
    raise Several(_("Có nhiều người như vậy. Hãy chọn một người."), choices)


def _described(row: Staff) -> str:
    post = row.posts.select_related("place__parent").order_by("-valid_from").first()
    return f"{row.full_name} · {post.place.label}" if post else row.full_name


@require_POST
def erase(request: HttpRequest, staff_id: int) -> HttpResponse:
    """This function will erase how to reach a person who left."""
    row, at = one(request, staff_id), keeper(request)
    try:
        actions.erase_contacts(staff=row, by=person(request), at=at)
    except DomainError as error:
        return show(request, row, fault=str(error))
    messages.success(request, _("Đã xóa cách liên hệ của {name}.").format(name=row.full_name))
    return redirect("console:staffer", row.pk)


@require_POST
def remove(request: HttpRequest, staff_id: int) -> HttpResponse:
    """This function will take somebody out of the register who was entered by mistake."""
    row, at = one(request, staff_id), keeper(request)
    if not request.POST.get("sure"):
        return show(request, row, fault=_("Hãy đánh dấu xác nhận trước khi xóa."))
    try:
        actions.remove_staff(staff=row, by=person(request), at=at)
    except DomainError as error:
        return show(request, row, fault=str(error))
    messages.success(request, _("Đã xóa {name} khỏi danh sách.").format(name=row.full_name))
    return redirect("console:staff")


@require_POST
def training_add(request: HttpRequest, staff_id: int) -> HttpResponse:
    """This function will write down a course."""
    row, form = _trained(request, staff_id), TrainingForm(request.POST)
    if not form.is_valid():
        return show(request, row, fault=_("Hãy điền đủ và đúng các ô."), training_form=form)
    try:
        actions.add_training(staff=row, given=form.given(), by=person(request), at=clock.now())
    except DomainError as error:
        return show(request, row, fault=str(error), training_form=form)
    messages.success(request, _("Đã ghi khóa học."))
    return redirect("console:staffer", row.pk)


@require_POST
def training_remove(request: HttpRequest, staff_id: int, training_id: int) -> HttpResponse:
    """This function will take out a course that was written down by mistake."""
    row = _trained(request, staff_id)
    taken = row.trainings.filter(pk=training_id).first()
    if taken is None:
        raise Http404
    actions.remove_training(training=taken, by=person(request), at=clock.now())
    messages.success(request, _("Đã bỏ khóa học."))
    return redirect("console:staffer", row.pk)


def _trained(request: HttpRequest, staff_id: int) -> Staff:
    row = one(request, staff_id)
    if not rules.can_train(person(request), row, clock.now()):
        raise PermissionDenied
    return row
