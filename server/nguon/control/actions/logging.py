"""What loudspeakers answer when they are asked for their log."""

from datetime import datetime

from django.db import transaction

from nguon.control.models import Command, LogAnswer
from nguon.control.states import LOG_WAITS, LOGS_KEPT, MOST_LOG, CommandKind
from nguon.devices.models import Device
from nguon.journal.actions import record
from nguon_protocol.ids import order_id


@transaction.atomic
def keep_log(*, device: Device, order: str, data: bytes, at: datetime) -> bool:
    """This function will keep the last lines (UTF-8, 64 KiB at most, the rest is cut) of a loudspeaker that
    answers an order of the last half hour; False when nobody asked, or it has answered already.
    """
    asked = Command.objects.filter(kind=CommandKind.LOGS, at__gt=at - LOG_WAITS).order_by("-at")[:200]
    command = next((one for one in asked if order_id(str(one.pk), f"d/{device.pk}") == order), None)
    if command is None or LogAnswer.objects.filter(command=command, device=device).exists():
        return False
    LogAnswer.objects.filter(device=device, at__lt=at - LOGS_KEPT).delete()
    text = data[-MOST_LOG:].decode("utf-8", "replace").replace("\0", "")
    LogAnswer.objects.create(command=command, device=device, at=at, text=text)
    told = {"area": device.area, "name": device.name, "lines": text.count("\n")}
    record(fact="control.logged", subject=f"device:{device.pk}", by=None, at=at, data=told)
    return True
