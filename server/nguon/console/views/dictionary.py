"""Từ điển đọc: how words are read in one's areas, and how the areas are spoken to."""

import tempfile
from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.accounts.rules import rights
from nguon.areas.paths import covers, outermost
from nguon.audio import actions
from nguon.audio import queries as sounds
from nguon.audio.actions.dictionary_table import HEADINGS, KIND
from nguon.audio.rules import TEACHERS
from nguon.console import drafts, sheets
from nguon.console.forms import AreaMannerForm, MannerForm
from nguon.console.views.base import areas_of, page, person, place_at
from nguon.console.views.files import workbook
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations import queries as places
from nguon.organisations.models import Place

LISTED = 100
MOST_EXPORTED = 20_000


def dictionary(request: HttpRequest) -> HttpResponse:
    """This function will list the entries of one's areas and around them, and add one."""
    fault = ""
    if request.method == "POST":
        try:
            made = actions.add_pronunciation(
                word=request.POST.get("word", ""),
                reading=request.POST.get("reading", ""),
                place=_place(request),
                by=person(request),
                at=clock.now(),
            )
        except DomainError as error:
            fault = str(error)
        else:
            said = _("Từ nay “{word}” đọc là “{reading}” ở {place}.")
            messages.success(
                request, said.format(word=made.word, reading=made.reading, place=made.place.label)
            )
            return redirect("console:dictionary")
    return _page(request, fault)


@require_POST
def end(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """This function will end an entry."""
    try:
        gone = actions.end_pronunciation(entry_id=entry_id, by=person(request), at=clock.now())
    except DomainError as error:
        return _page(request, str(error))
    messages.success(request, _("Đã bỏ cách đọc của “{word}”.").format(word=gone.word))
    return redirect("console:dictionary")


@require_POST
def manner(request: HttpRequest) -> HttpResponse:
    """This function will set how new bulletins of an area are spoken."""
    form = MannerForm(request.POST)
    form.is_valid()
    data = form.cleaned_data
    try:
        made = actions.set_area_manner(
            place=_place(request),
            manner=actions.Manner(
                voice=data.get("voice") or "",
                speed=data.get("speed") or drafts.DEFAULT_SPEED,
                pause_ms=data.get("pause_ms") or 0,
                jingle=data.get("jingle") or "",
            ),
            by=person(request),
            at=clock.now(),
        )
    except DomainError as error:
        return _page(request, str(error))
    messages.success(request, _("Đã đặt cách đọc mặc định của {place}.").format(place=made.place.label))
    return redirect("console:dictionary")


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """This function will send the entries of one's areas and around them as a workbook, which can be brought
    back."""
    rows = list(sounds.dictionary(areas_of(request))[:MOST_EXPORTED])
    areas = {row.area for row in rows}
    codes = {area: next(iter(places.codes_of(area, at=clock.now()).values()), "") for area in areas}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tu-dien.xlsx"
        columns = list(zip(HEADINGS, (24, 48, 16), strict=True))
        sheets.write(path, _("Từ điển đọc"), columns, ((r.word, r.reading, codes[r.area]) for r in rows))
        return workbook(path.read_bytes(), "tu-dien-doc.xlsx")


def _homes(request: HttpRequest) -> list[str]:
    """The outermost areas in which the person may say how words are read."""
    own = rights(person(request), clock.now())
    return sorted(outermost([area for role in TEACHERS for area in own.areas_of(role)]))


def _place(request: HttpRequest) -> Place:
    found = place_at(request.POST.get("at", "")[:120])
    if found is None:
        raise PermissionDenied
    return found


def _page(request: HttpRequest, fault: str) -> HttpResponse:
    words = request.GET.get("q", "")[:100].strip()
    homes = _homes(request)
    labels = places.labels(homes)
    found = list(sounds.dictionary(areas_of(request), words)[: LISTED + 1])
    shown = drafts.blank(homes[0]) if homes else {}
    context = {
        "rows": [(row, any(covers(home, row.area) for home in homes)) for row in found[:LISTED]],
        "more": len(found) > LISTED,
        "q": words,
        "may": bool(homes),
        "homes": [(area, labels.get(area, area)) for area in homes],
        "at": request.POST.get("at", ""),
        "word": request.POST.get("word", "") if fault else "",
        "reading": request.POST.get("reading", "") if fault else "",
        "form": AreaMannerForm(initial=shown, voices=[(one.id, one.name) for one in sounds.voices()]),
        "kind": KIND,
        "fault": fault,
    }
    return page(request, "console/dictionary.html", "compose", context, status=409 if fault else 200)
