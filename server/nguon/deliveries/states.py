"""What is known of a bulletin at one loudspeaker, and how that may change."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    """State of one airing at one loudspeaker (trạng thái ở từng cụm loa)."""

    WAITING = "waiting", _("Chờ gửi")
    DELIVERED = "delivered", _("Đã nhận")
    PLAYING = "playing", _("Đang phát")
    PLAYED = "played", _("Đã phát")
    PARTLY = "partly", _("Phát một phần")
    REFUSED = "refused", _("Loa từ chối")
    UNREACHABLE = "unreachable", _("Không liên lạc được")
    CANCELLED = "cancelled", _("Đã hủy")


FINAL = frozenset(
    {DeliveryState.PLAYED, DeliveryState.PARTLY, DeliveryState.REFUSED, DeliveryState.CANCELLED}
)
SETTLED = FINAL | {DeliveryState.UNREACHABLE}

_W, _D, _P = DeliveryState.WAITING, DeliveryState.DELIVERED, DeliveryState.PLAYING
_U = DeliveryState.UNREACHABLE
# Receipts may arrive late and out of step with what was assumed: a silent loudspeaker that answers after all
# leaves "unreachable"; what a loudspeaker proved is never taken back.
MOVES: dict[DeliveryState, frozenset[DeliveryState]] = {
    _W: frozenset({_D, _P, _U}) | FINAL,
    _D: frozenset({_P, _U}) | FINAL,
    _P: frozenset({_U}) | FINAL,
    _U: frozenset({_D, _P}) | FINAL,
    # A loudspeaker that was stopped may come back to the same item and end it.
    DeliveryState.PARTLY: frozenset({_P, DeliveryState.PLAYED, DeliveryState.PARTLY}),
    DeliveryState.PLAYED: frozenset(),
    DeliveryState.REFUSED: frozenset({_P, DeliveryState.PLAYED, DeliveryState.PARTLY}),
    DeliveryState.CANCELLED: frozenset({_P, DeliveryState.PLAYED, DeliveryState.PARTLY}),
}


class TaskKind(models.TextChoices):
    """What the signer is asked for."""

    PLAN = "plan", "plan"
    ORDER = "order", "order"
    STOP = "stop", "stop"
    CANCEL = "cancel", "cancel"
    URGENT = "urgent", "urgent"  # an alert that two people signed, with what ends it
    DRILL = "drill", "drill"
    LIVE = "live", "live"  # the order to listen to a person who speaks at once
    COMMAND = "command", "command"  # what operators tell loudspeakers, and the silent drill
    ADMIT = "admit", "admit"  # name in beacons what officers signed themselves


class TaskState(models.TextChoices):
    """Where a request to the signer stands."""

    PENDING = "pending", _("Chờ ký")
    SIGNING = "signing", _("Đang ký")
    DONE = "done", _("Đã ký")
    REFUSED = "refused", _("Bộ ký từ chối")
