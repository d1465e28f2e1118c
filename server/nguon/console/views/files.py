"""Files that people bring: the form to fill in, the look through it, the confirmation."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.console import bringing
from nguon.console.place_forms import TableFileForm
from nguon.console.views.base import number, page, person
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations import actions, queries
from nguon.organisations.models import TableFile
from nguon.organisations.states import FileKind, FileState

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 200
AT_WORK = (FileState.WAITING, FileState.READING, FileState.BRINGING)


def files(request: HttpRequest) -> HttpResponse:
    """This function will show the person's files, and take a new one."""
    at, user, kinds = clock.now(), person(request), _kinds(request)
    choices = [(kind.slug, kind.label) for kind in kinds]
    form = TableFileForm(
        request.POST or None,
        request.FILES or None,
        kinds=choices,
        initial={"loai": request.GET.get("loai", choices[0][0])},
    )
    fault = ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            kept = actions.keep_file(
                kind=form.cleaned_data["loai"],
                name=given.name or "",
                data=given.read(),
                areas=bringing.areas_for(user, form.cleaned_data["loai"], at),
                by=user,
                at=at,
            )
            return redirect("console:file", kept.pk)
        except DomainError as error:
            fault = str(error)
    rows = [(row, _label(row)) for row in queries.files_of(user.pk)]
    context = {"form": form, "kinds": choices, "files": rows, "fault": fault}
    wrong = fault or (request.method == "POST")
    return page(request, "console/files.html", "territory", context, status=422 if wrong else 200)


@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """This function will give the workbook to fill in."""
    if kind not in {known.slug for known in _kinds(request)}:
        raise Http404
    return workbook(actions.template_of(kind), f"mau-{kind}.xlsx")


def _kinds(request: HttpRequest) -> list[actions.TableKind]:
    """What the person may bring; who may bring nothing has no business here."""
    found = bringing.kinds_for(person(request), clock.now())
    if not found:
        raise PermissionDenied
    return found


def _label(row: TableFile) -> str:
    kind = actions.table_kind(row.kind)
    return str(kind.label) if kind else row.kind


def workbook(data: bytes, name: str) -> HttpResponse:
    """This function will send a workbook to be kept."""
    return HttpResponse(
        data, content_type=EXCEL, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_GET
def file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """This function will show how far a file is, and what is wrong with which line."""
    _kinds(request)
    row = _own(request, file_id)
    report, first = row.report, number(request.GET.get("tu"), most=100_000)
    errors = report.get("errors", [])
    context = {
        "file": row,
        "label": _label(row),
        "compared": row.kind == FileKind.UNITS,
        "note_count": report.get("note_count", 0),
        "failure": report.get("failure", ""),
        "at_work": row.state in AT_WORK,
        "ready": row.state == FileState.CHECKED,
        "good": row.state in {FileState.CHECKED, FileState.DONE},
        "rows": report.get("rows"),
        "new": report.get("rows", 0) - report.get("unchanged", 0),
        "created": report.get("created", 0),
        "unchanged": report.get("unchanged", 0),
        "errors": errors[first : first + SHOWN],
        "first": first,
        "next": first + SHOWN if len(errors) > first + SHOWN else 0,
        "before": max(0, first - SHOWN),
        "error_count": report.get("error_count", 0),
        "notes": report.get("notes", [])[:SHOWN],
        "steps": [
            FileState.WAITING,
            FileState.READING,
            FileState.CHECKED,
            FileState.BRINGING,
            FileState.DONE,
        ],
        "step": _step(row),
    }
    return page(request, "console/file.html", "territory", context)


def _step(row: TableFile) -> int:
    order = [FileState.WAITING, FileState.READING, FileState.CHECKED, FileState.BRINGING, FileState.DONE]
    return order.index(FileState(row.state)) if row.state in order else len(order) - 1


def _own(request: HttpRequest, file_id: UUID) -> TableFile:
    found = queries.file_of(person(request).pk, file_id)
    if found is None:
        raise Http404
    return found


@require_POST
def take_over(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """This function will have a file taken over that was looked through without a fault."""
    user, at = person(request), clock.now()
    row = _own(request, file_id)
    areas = bringing.areas_for(user, row.kind, at)
    if not areas:
        raise PermissionDenied
    try:
        actions.take_over(file_id=row.pk, areas=areas, by=user, at=at)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Đang nhập. Trang này tự cho biết khi xong."))
    return redirect("console:file", row.pk)
