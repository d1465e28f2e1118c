"""One pole: its place, its boxes one after the other, pictures, and the label with its QR code."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.adapters.apart.pictures import PictureFault, drawn_anew
from nguon.audio.actions import keep_file
from nguon.audio.queries import file_path
from nguon.console import live, picking
from nguon.console.labelling import drawn
from nguon.console.views.base import areas_of, number, page, person, reads_of
from nguon.console.views.devices import kept_areas
from nguon.console.views.health import chosen_area
from nguon.deliveries.models import Receipt
from nguon.devices import actions
from nguon.devices import queries as fleet
from nguon.devices.models import Photo, Registered
from nguon.devices.rules import can_keep_devices
from nguon.kernel import clock
from nguon.kernel.errors import DomainError

A_SHEET = 12
RECEIPTS = 30
LARGEST = 10 * 1024 * 1024


@require_GET
def pole(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """This function will show one pole and what happened there, whichever box hung on it."""
    row = _seen(request, line_id)
    keeps = can_keep_devices(person(request), row.area, clock.now())
    boxes = list(fleet.fittings_of(row))
    hung = [one.device_id for one in boxes if one.device_id]
    receipts = Receipt.objects.filter(device__in=hung).order_by("-received_at")[:RECEIPTS]
    where = f"{row.latitude:.5f}; {row.longitude:.5f}".replace(".", ",") if row.latitude is not None else ""
    facts = [
        (_("Loại thiết bị"), row.get_kind_display()),
        (_("Hạng"), row.get_device_class_display()),
        (_("Nhà sản xuất"), row.maker),
        (_("Kiểu máy"), row.model),
        (_("Số máy"), row.serial),
        (_("Số IMEI"), row.imei if keeps else ""),
        (_("Số SIM"), row.sim if keeps else ""),
        (_("Vị trí"), where),
        (_("Tầm nghe (m)"), str(row.range_m or "")),
        (_("Số hộ nghe"), "" if row.households is None else str(row.households)),
        (_("Cơ quan quản lý"), str(row.owner or "")),
    ]
    context = {
        "row": row,
        "facts": [(name, value) for name, value in facts if value],
        "boxes": boxes,
        "photos": row.photos.order_by("-taken_at"),
        "receipts": live.receipt_lines(receipts, reads_of(request)),
        "may_keep": keeps,
    }
    return page(request, "console/pole.html", "devices", context)


@require_GET
def labels(request: HttpRequest) -> HttpResponse:
    """This function will make labels to print: of one pole, or of those of the register looked for."""
    if not kept_areas(request):
        raise PermissionDenied
    words, only = request.GET.get("q", "")[:100].strip(), request.GET.get("cot", "")
    areas, chosen = chosen_area(request)
    first = max(1, number(request.GET.get("trang"), 1, most=100_000))
    if only:
        rows = [_seen(request, _uuid(only))]
    else:
        found = fleet.registered_in(areas, words)
        rows = list(found[(first - 1) * A_SHEET : first * A_SHEET + 1])
    context = {
        "labels": [(row, _address(request, row), drawn(_address(request, row))) for row in rows[:A_SHEET]],
        "page": first,
        "next_page": first + 1 if len(rows) > A_SHEET else 0,
        "carry": urlencode({"q": words, "dia-ban": chosen}),
        "q": words,
        "area": chosen,
        "only": only,
        "picker": picking.picker(person(request), "xem", clock.now(), picked=chosen, folded=True),
    }
    return page(request, "console/labels.html", "devices", context)


@require_POST
def photo_add(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """This function will draw a picture anew and put it beside its pole."""
    row = _kept(request, line_id)
    file = request.FILES.get("anh")
    try:
        if file is None or not file.size or file.size > LARGEST:
            raise PictureFault("too_large")
        drawn = drawn_anew(file.read())
        sha256 = keep_file(data=drawn.data)
        actions.add_photo(line=row, sha256=sha256, mime=drawn.mime, by=person(request), at=clock.now())
        messages.success(request, _("Đã lưu ảnh; nơi chụp và máy chụp không được giữ lại."))
    except PictureFault:
        messages.error(request, _("Ảnh không đọc được hoặc lớn quá 10 MB. Hãy chọn ảnh JPEG, PNG hoặc WebP."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("console:pole", row.pk)


@require_GET
def photo(request: HttpRequest, photo_id: UUID) -> HttpResponseBase:
    """This function will send a picture of a pole that the person may see."""
    found = _picture(request, photo_id)
    path = file_path(found.sha256)
    if not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), content_type=found.mime)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_POST
def photo_remove(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """This function will take a picture away."""
    found = _picture(request, photo_id)
    row = _kept(request, found.line_id)
    actions.remove_photo(photo=found, by=person(request), at=clock.now())
    messages.success(request, _("Đã bỏ ảnh."))
    return redirect("console:pole", row.pk)


def _seen(request: HttpRequest, line_id: UUID) -> Registered:
    row = fleet.pole(areas_of(request), line_id)
    if row is None:
        raise Http404
    return row


def _kept(request: HttpRequest, line_id: UUID) -> Registered:
    row = _seen(request, line_id)
    if not can_keep_devices(person(request), row.area, clock.now()):
        raise PermissionDenied
    return row


def _picture(request: HttpRequest, photo_id: UUID) -> Photo:
    found = fleet.photo(areas_of(request), photo_id)
    if found is None:
        raise Http404
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _address(request: HttpRequest, row: Registered) -> str:
    """What the QR code says: an address of ours that names the pole, and no secret."""
    return request.build_absolute_uri(reverse("console:pole", args=[row.pk]))
