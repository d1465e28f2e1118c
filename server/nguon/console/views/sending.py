"""A file or a recording on its way here, piece by piece: the page asks, the server says what it has."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from nguon.accounts.rules import rights
from nguon.accounts.states import Role
from nguon.audio import actions
from nguon.bulletins.errors import NotAWriter
from nguon.console.views.base import number, person
from nguon.kernel import clock
from nguon.kernel.errors import DomainError

MOST_MS = 4 * 3600 * 1000
MOST_BYTES = 1 << 40
RECORDERS = (Role.WRITER, Role.DUTY, Role.APPROVER)
"""Who writes bulletins, and who signs alerts, which may be in the own voice."""

Answer = Callable[..., JsonResponse]


def told_in_words(view: Answer) -> Answer:
    """This decorator will answer an expected failure with its sentence, for the page to show."""

    @require_POST
    @wraps(view)
    def answer(request: HttpRequest, **names: UUID) -> JsonResponse:
        try:
            own = rights(person(request), clock.now())
            if not any(own.areas_of(role) for role in RECORDERS):
                raise NotAWriter
            return view(request, **names)
        except DomainError as error:
            return JsonResponse({"code": error.code, "text": str(error)}, status=409)

    return answer


@told_in_words
def begin(request: HttpRequest) -> JsonResponse:
    """This function will make room for a file, and say under which name its pieces come."""
    filename = request.POST.get("name") or _("Ghi âm")
    row = actions.begin_upload(filename=filename[:255], by=person(request), at=clock.now())
    return JsonResponse({"id": str(row.pk), "received": 0}, status=201)


@told_in_words
def piece(request: HttpRequest, upload_id: UUID) -> JsonResponse:
    """This function will take the bytes from ?at= on (none is a question), and say how many are there."""
    received = actions.add_piece(
        upload_id=upload_id,
        offset=number(request.GET.get("at"), most=MOST_BYTES),
        data=request.body,
        by=person(request),
        at=clock.now(),
    )
    return JsonResponse({"id": str(upload_id), "received": received})


@told_in_words
def close(request: HttpRequest, upload_id: UUID) -> JsonResponse:
    """This function will take a file that is there whole, with the part of it that is wanted."""
    row = actions.close_upload(
        upload_id=upload_id,
        size=number(request.POST.get("size"), most=MOST_BYTES),
        wish=_wish(request),
        by=person(request),
        at=clock.now(),
    )
    return JsonResponse({"id": str(row.pk), "received": row.size})


@told_in_words
def drop(request: HttpRequest, upload_id: UUID) -> JsonResponse:
    """This function will forget what has arrived of a file."""
    actions.drop_upload(upload_id=upload_id, by=person(request), at=clock.now())
    return JsonResponse({"id": str(upload_id), "received": 0})


@told_in_words
def cut(request: HttpRequest, upload_id: UUID) -> JsonResponse:
    """This function will have another part made of a file that was sent."""
    row = actions.cut_again(upload_id=upload_id, wish=_wish(request), by=person(request), at=clock.now())
    return JsonResponse({"id": str(row.pk), "received": row.size})


def _wish(request: HttpRequest) -> actions.Wish:
    given = request.POST

    def mark(name: str) -> int | None:
        return number(given[name], most=MOST_MS) if given.get(name) else None

    return actions.Wish(bool(given.get("trim")), mark("from"), mark("to"))
