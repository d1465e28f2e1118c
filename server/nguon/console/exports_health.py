"""Tình trạng and Phiếu sự cố as files."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from nguon.accounts.models import User
from nguon.accounts.rules import rights
from nguon.areas.paths import is_commune_or_narrower
from nguon.console import health as shapes
from nguon.devices import queries as fleet
from nguon.devices.models import Device
from nguon.health import queries
from nguon.health.models import AreaHour, Ticket
from nguon.health.states import TO_MEND, VILLAGE_DAYS, TicketState
from nguon.kernel.clock import local
from nguon.organisations import queries as places
from nguon.organisations.models import Place
from nguon.organisations.rules import covers

KINDS = ("health", "tickets", "fleet_history", "village_history")
OVERDUE, ALL = "qua-han", "tat-ca"
CHUNK = 500
Columns = list[tuple[str, int]]


def rows(user: User, kind: str, given: Mapping[str, str], at: datetime) -> QuerySet[Any]:
    """This function will return what its person may see, of the area that was shown."""
    own, wanted = rights(user, at).areas, given.get("dia-ban", "")
    areas = [wanted] if wanted and any(covers(area, wanted) for area in own) else own
    if kind == "health":
        return fleet.listed(areas)
    if kind == "village_history":  # of a commune at most: its words of a week are read
        narrow = [area for area in areas if area == wanted and is_commune_or_narrower(area)]
        return Place.objects.filter(area__in=narrow)
    if kind == "fleet_history":
        return queries.looks(areas).order_by("-hour", "area")
    show = given.get("xem", "")
    overdue = local(at).date() if show == OVERDUE else None
    found = queries.tickets(areas, open_only=show != ALL, overdue_on=overdue)
    return found.annotate(cost=Sum("entries__cost"))


def shape(kind: str, found: QuerySet[Any], at: datetime) -> tuple[str, Columns, Iterator[list[Any]]]:
    """This function will return the title, the columns with their widths, and the cells."""
    if kind in {"fleet_history", "village_history"}:
        columns = [
            (_("Giờ"), 20), (_("Nơi"), 44), (_("Cụm loa"), 12), (_("Kết nối, ít nhất"), 18),
            (_("Mất kết nối, nhiều nhất"), 24), (_("Đang phát, nhiều nhất"), 22),
            (_("Có cảnh báo, nhiều nhất"), 24),
        ]  # fmt: skip
        looked = _looks(found) if kind == "fleet_history" else _villages(found, at)
        return _("Lịch sử kết nối"), columns, looked
    if kind == "tickets":
        columns = [
            (_("Hỏng gì"), 40), (_("Cụm loa"), 30), (_("Nơi đặt"), 40), (_("Trạng thái"), 16),
            (_("Người lập"), 24), (_("Lập lúc"), 20), (_("Người sửa"), 24), (_("Hạn xong"), 14),
            (_("Xong lúc"), 20), (_("Đã làm gì"), 60), (_("Thành tiền (đồng)"), 18), (_("Đang bảo trì"), 14),
        ]  # fmt: skip
        return _("Phiếu sự cố"), columns, _tickets(found, at)
    columns = [
        (_("Cụm loa"), 34), (_("Nơi đặt"), 44), (_("Kết nối"), 16), (_("Lần cuối thấy"), 20),
        (_("Điện"), 24), (_("Sóng (dBm)"), 12), (_("Nhiệt độ (°C)"), 14), (_("Bộ nhớ đã dùng (%)"), 18),
        (_("Tiếng"), 40), (_("Âm lượng"), 10), (_("Phần mềm"), 14), (_("Cảnh báo"), 50),
    ]  # fmt: skip
    return _("Tình trạng thiết bị"), columns, _health(found, at)


def _looks(found: QuerySet[AreaHour]) -> Iterator[list[Any]]:
    labels: dict[str, str] = {}
    for row in found.iterator(CHUNK):
        if row.area not in labels:
            labels |= {row.area: row.area, **places.labels([row.area])}
        yield [
            row.hour, labels.get(row.area, row.area), row.total, row.online, row.total - row.online,
            row.playing, row.wrong,
        ]  # fmt: skip


def _villages(found: QuerySet[Place], at: datetime) -> Iterator[list[Any]]:
    for place in found:
        inside = places.labels([row.area for row in places.children(place.area, at=at)])
        labels = {place.area: place.label, **inside}
        for row in queries.village_hours(place.area, at - timedelta(days=VILLAGE_DAYS), at):
            yield [
                row["hour"], labels.get(row["area"], row["area"]), row["total"], row["online"],
                row["total"] - row["online"], row["playing"], row["wrong"],
            ]  # fmt: skip


def _tickets(found: QuerySet[Ticket], at: datetime) -> Iterator[list[Any]]:
    # Boxes under announced work are few; a file asks for them once.
    mended = set(Device.objects.filter(queries.mended(at)).values_list("pk", flat=True))
    for row in found.iterator(CHUNK):
        yield [
            row.title, row.device.name, row.device.place.label, str(TicketState(row.state).label),
            str(row.opened_by), row.opened_at, str(row.assignee or ""), f"{row.due_date:%d/%m/%Y}",
            row.closed_at, row.done, getattr(row, "cost", None) or 0,
            _("có") if row.state in TO_MEND and row.device_id in mended else "",
        ]  # fmt: skip


def _health(found: QuerySet[Device], at: datetime) -> Iterator[list[Any]]:
    waiting: list[Device] = []
    for device in found.iterator(CHUNK):
        waiting.append(device)
        if len(waiting) == CHUNK:
            yield from _told(waiting, at)
            waiting = []
    yield from _told(waiting, at)


def _told(devices: list[Device], at: datetime) -> Iterator[list[Any]]:
    states = queries.states_of([device.pk for device in devices])
    for device, line in zip(devices, shapes.lines(devices, at), strict=True):
        state = states.get(device.pk)
        yield [
            line.name, line.place, _("Trực tuyến") if line.online else _("Mất kết nối"), line.last_seen_at,
            line.power, state.signal if state else None, state.temp if state else None,
            state.disk if state else None, line.sound, state.volume if state else None, device.agent,
            ", ".join(line.wrong),
        ]  # fmt: skip
