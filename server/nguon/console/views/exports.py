"""Lists as Excel or CSV files: asked for, watched while they are made, taken away."""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_POST

from nguon.console import exports, staffing, supplying
from nguon.console.views.base import page, person
from nguon.console.views.devices import kept_areas
from nguon.console.views.journal import readers_areas
from nguon.kernel import clock

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
}


@dataclass(frozen=True)
class Shown:
    """How a kind of list is named: the section of its page, its file, its title."""

    section: str
    file: str
    title: object
    page: str = ""  # where it was asked for, if that has another name than the kind


SHOWN = {
    "devices": Shown("devices", "thiet-bi", _lazy("Danh sách thiết bị")),
    "register": Shown("devices", "so-loa", _lazy("Sổ loa")),
    "labels": Shown("devices", "nhan-qr", _lazy("Nhãn QR")),
    "health": Shown("devices", "tinh-trang", _lazy("Tình trạng thiết bị")),
    "fleet_history": Shown("devices", "lich-su-thiet-bi", _lazy("Lịch sử kết nối")),
    "village_history": Shown("devices", "lich-su-tung-thon", _lazy("Lịch sử kết nối"), "fleet_history"),
    "tickets": Shown("devices", "phieu-su-co", _lazy("Phiếu sự cố")),
    "journal": Shown("home", "nhat-ky", _lazy("Nhật ký")),
    "staff": Shown("staff", "nhan-su", _lazy("Nhân sự")),
    "bulletins": Shown("bulletins", "ban-tin", _lazy("Kho bản tin")),
    "supply": Shown("supply", "tinh-hinh-su-dung", _lazy("Tình hình sử dụng")),
    "stations": Shown("stations", "tiep-song", _lazy("Tiếp sóng")),
    "production": Shown("production", "ke-hoach-bien-tap", _lazy("Kế hoạch biên tập")),
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
    if kind in {"register", "labels"} and not kept_areas(request):
        raise PermissionDenied
    if kind == "supply" and not supplying.found(person(request), request.POST.get("ban", ""), clock.now()):
        raise PermissionDenied
    given = {name: text[:120] for name, text in request.POST.items() if isinstance(text, str)}
    given.pop("csrfmiddlewaretoken", None)
    given["goc"] = request.build_absolute_uri("/").rstrip("/")  # what labels point to
    return redirect("console:export", exports.start(person(request), kind, given))


@require_GET
def progress(request: HttpRequest, key: UUID) -> HttpResponse:
    """This function will tell how far a file is, and lead to it when it is made."""
    found = exports.read(person(request).pk, key)
    if found is None:
        raise Http404
    shown = SHOWN[found.kind]
    context = {
        "export": found,
        "key": key,
        "title": shown.title,
        "back": f"console:{shown.page or found.kind}",
    }
    return page(request, "console/export.html", shown.section, context)


@require_GET
def download(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """This function will send the finished file; only to who asked for it."""
    found = exports.read(person(request).pk, key)
    if found is None or found.state != "done":
        raise Http404
    day = clock.local(clock.now()).strftime("%Y-%m-%d")
    name = f"{SHOWN[found.kind].file}-{day}.{found.suffix}"
    file = exports.file_of(person(request).pk, key, found.suffix).open("rb")
    response = FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[found.suffix])
    response["Cache-Control"] = "no-store"
    return response
