"""Lists as Excel files: asked for, watched while they are made, taken away."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.console import exports, staffing, supplying
from nguon.console.views.base import page, person
from nguon.console.views.devices import kept_areas
from nguon.console.views.journal import readers_areas
from nguon.kernel import clock

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SECTIONS = {
    "devices": "devices",
    "register": "devices",
    "journal": "home",
    "staff": "staff",
    "bulletins": "bulletins",
    "supply": "supply",
    "stations": "stations",
    "production": "production",
}
NAMES = {
    "devices": "thiet-bi",
    "register": "so-loa",
    "journal": "nhat-ky",
    "staff": "nhan-su",
    "bulletins": "ban-tin",
    "supply": "tinh-hinh-su-dung",
    "stations": "tiep-song",
    "production": "ke-hoach-bien-tap",
}


@require_POST
def start(request: HttpRequest, kind: str) -> HttpResponse:
    """This function will ask for the list that the form's fields describe, and lead to its progress."""
    if kind not in exports.KINDS:
        raise Http404
    if kind == "journal":
        readers_areas(request)
    if kind == "staff" and not staffing.seen_areas(person(request), clock.now()):
        raise PermissionDenied
    if kind == "register" and not kept_areas(request):
        raise PermissionDenied
    if kind == "supply" and not supplying.found(person(request), request.POST.get("ban", ""), clock.now()):
        raise PermissionDenied
    given = {name: text[:120] for name, text in request.POST.items() if isinstance(text, str)}
    given.pop("csrfmiddlewaretoken", None)
    return redirect("console:export", exports.start(person(request), kind, given))


@require_GET
def progress(request: HttpRequest, key: UUID) -> HttpResponse:
    """This function will tell how far a file is, and lead to it when it is made."""
    found = exports.read(person(request).pk, key)
    if found is None:
        raise Http404
    titles = {
        "devices": _("Danh sách thiết bị"),
        "journal": _("Nhật ký"),
        "register": _("Sổ loa"),
        "staff": _("Nhân sự"),
        "bulletins": _("Kho bản tin"),
        "supply": _("Tình hình sử dụng"),
        "stations": _("Tiếp sóng"),
        "production": _("Kế hoạch biên tập"),
    }
    context = {"export": found, "key": key, "title": titles[found.kind], "back": f"console:{found.kind}"}
    return page(request, "console/export.html", SECTIONS[found.kind], context)


@require_GET
def download(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """This function will send the finished file; only to who asked for it."""
    found = exports.read(person(request).pk, key)
    if found is None or found.state != "done":
        raise Http404
    day = clock.local(clock.now()).strftime("%Y-%m-%d")
    name = f"{NAMES[found.kind]}-{day}.xlsx"
    file = exports.file_of(person(request).pk, key).open("rb")
    response = FileResponse(file, as_attachment=True, filename=name, content_type=EXCEL)
    response["Cache-Control"] = "no-store"
    return response
