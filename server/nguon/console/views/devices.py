"""Thiết bị: loudspeakers, joining by claim code, groups."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.accounts.rules import rights
from nguon.console import live, recordings, wording
from nguon.console.presenters import SpeakerCard
from nguon.console.views.base import areas_of, page, person, reads_of
from nguon.deliveries import queries as deliveries
from nguon.deliveries.models import Receipt
from nguon.devices import actions
from nguon.devices import queries as fleet
from nguon.devices.models import Device, Registered
from nguon.devices.rules import KEEPERS, can_keep_devices
from nguon.devices.states import DeviceClass
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon_protocol.keys import PublicKey

PAGE = 60
RECEIPTS = 30
LOST = "mat-ket-noi"
REVOKED = "da-thu-hoi"


def kept_areas(request: HttpRequest) -> list[str]:
    """This function will return where the person keeps the loudspeakers."""
    own = rights(person(request), clock.now())
    return sorted({area for role in KEEPERS for area in own.areas_of(role)})


def _fleet(request: HttpRequest) -> QuerySet[Device]:
    return fleet.in_area(areas_of(request)).select_related("place__parent").order_by("area", "name")


def _line(device: Device) -> SpeakerCard:
    return SpeakerCard(
        id=device.pk,
        name=device.name,
        place=device.place.label,
        online=fleet.is_online(device, clock.now()),
        clock=wording.of_clock(device.clock_state),
        volume=device.volume,
        last_seen_at=device.last_seen_at,
        unverified=device.device_class == DeviceClass.L,
    )


@require_GET
def devices(request: HttpRequest) -> HttpResponse:
    """This function will list the loudspeakers of the person's areas, all or those looked for."""
    words, show = request.GET.get("q", "")[:100].strip(), request.GET.get("xem", "")
    rows = asked_for(request)
    shown = list(rows[: PAGE + 1])
    total, many = fleet.counted(areas_of(request))
    context = {
        "devices": [_line(row) for row in shown[:PAGE]],
        "total": total,
        "many": many,
        "q": words,
        "show": show,
        "query": urlencode({"q": words, "xem": show}),
        "filters": [("", _("Tất cả")), (LOST, _("Mất kết nối")), (REVOKED, _("Đã thu hồi"))],
        "next_page": shown[PAGE - 1].pk if len(shown) > PAGE else "",
        "may_keep": bool(kept_areas(request)),
    }
    return page(request, "console/devices.html", "devices", context)


def asked_for(request: HttpRequest) -> QuerySet[Device]:
    """This function will return the loudspeakers that an address asks for, within the person's areas."""
    show, areas = request.GET.get("xem", ""), areas_of(request)
    return fleet.listed(
        areas,
        request.GET.get("q", "")[:100],
        lost_at=clock.now() if show == LOST else None,
        revoked=show == REVOKED,
        after=_place_in_list(request),
    )


def _place_in_list(request: HttpRequest) -> Device | None:
    """The last loudspeaker of the page before; one that is not there begins anew."""
    try:
        key = UUID(request.GET.get("sau", ""))
    except ValueError:
        return None
    return Device.objects.filter(pk=key).first()


def _one(request: HttpRequest, device_id: UUID) -> Device:
    """The loudspeaker, in use or taken out of use, when the person may see it."""
    row = _fleet(request).filter(pk=device_id).first()
    row = row or fleet.revoked_in(areas_of(request)).filter(pk=device_id).first()
    if row is None:
        raise Http404
    return row


@require_GET
def device(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """This function will show one loudspeaker, its newest receipts and, in the demo, what it played."""
    row = _one(request, device_id)
    receipts, reads = Receipt.objects.filter(device=row).order_by("-n")[:RECEIPTS], reads_of(request)
    facts = [
        (_("Âm lượng"), f"{row.volume}"),
        (_("Đồng hồ"), wording.of_clock(row.clock_state).label),
        (_("Lần cuối thấy"), wording.clock(row.last_seen_at) if row.last_seen_at else ""),
        (_("Vào hệ thống"), wording.clock(row.enrolled_at)),
        (_("Nhóm"), ", ".join(group.name for group in row.groups.all() if not group.single)),
        (_("Kiểu máy"), f"{row.model} {row.serial}".strip()),
        (_("Phần mềm"), row.agent),
        *_register_facts(row, request),
        (_("Dấu khóa"), PublicKey.from_hex(row.alg, row.public_key).fingerprint),
    ]
    context = {
        "card": _line(row),
        "receipts": live.receipt_lines(receipts, reads),
        "recordings": recordings.listed(row) if live.may_read(reads, row.area) else [],
        "facts": facts,
        "device": row,
        "may_keep": can_keep_devices(person(request), row.area, clock.now()),
    }
    return page(request, "console/device.html", "devices", context)


def _register_facts(row: Device, request: HttpRequest) -> list[tuple[str, str]]:
    """What the register knows beside; the SIM's number is for those who keep the loudspeaker."""
    line = Registered.objects.filter(device=row).select_related("owner").first()
    if line is None:
        return []
    keeps = can_keep_devices(person(request), row.area, clock.now())
    where = f"{line.latitude:.5f}; {line.longitude:.5f}" if line.latitude and line.longitude else ""
    told = [
        (_("Nhà sản xuất"), line.maker),
        (_("Số SIM"), line.sim if keeps else ""),
        (_("Vị trí"), where.replace(".", ",")),
        (_("Số hộ nghe"), str(line.households or "")),
        (_("Cơ quan quản lý"), str(line.owner or "")),
    ]
    return [(name, value) for name, value in told if value]


@require_POST
def revoke(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """This function will take a loudspeaker out of use and say so on its page."""
    row = _one(request, device_id)
    try:
        actions.revoke(
            device=row,
            last_receipt=deliveries.last_receipt_number(row),
            reason=request.POST.get("reason", ""),
            by=person(request),
            at=clock.now(),
        )
        messages.success(request, _("Đã thu hồi “{name}”. Loa bị ngắt ngay.").format(name=row.name))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("console:device", row.pk)
