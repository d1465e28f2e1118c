"""`demo_bulletin`: the demo's bulletin down the whole line, one JSON line a step."""

import json
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from nguon.accounts.queries import user_named
from nguon.bulletins.models import Bulletin
from nguon.console import saying
from nguon.console.saying import Stage
from nguon.deliveries import queries
from nguon.deliveries.states import DeliveryState
from nguon.devices.models import Device
from nguon.devices.states import DeviceClass
from nguon.kernel.clock import local, now
from nguon.kernel.errors import DomainError
from nguon.organisations.queries import by_code
from nguon.organisations.states import DEMO_COMMUNE_CODES

TEXT = (
    "Đây là bản tin thử của hệ thống thông tin nguồn, lúc {time} ngày {date}. "
    "Kính mời bà con nghe thử loa. Xin cảm ơn."
)


class Command(BaseCommand):
    """Write as lan, approve as minh, and watch the loudspeakers prove it."""

    help = "Phát một bản tin thử từ đầu đến cuối."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """This function will name the options."""
        parser.add_argument("--json-lines", action="store_true")
        parser.add_argument("--seconds", type=float, default=90)

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will end with status 1 unless every loudspeaker played the whole."""
        try:
            bulletin = self._say(options["seconds"])
        except DomainError as error:
            raise CommandError(str(error)) from error
        tally = queries.tally(queries.of_bulletin(bulletin))
        if not tally.total or tally.played != tally.total:
            raise CommandError(_why(bulletin, tally))

    def _say(self, seconds: float) -> Bulletin:
        at = now()
        targets = tuple(demo_targets(at))
        text = TEXT.format(time=f"{local(at):%H:%M}", date=f"{local(at):%d/%m/%Y}")
        words = saying.Words(title=_("Bản tin thử"), text=text, targets=targets)
        revision = saying.write(words, user_named("lan"))
        self._tell(Stage("write", _("Lan đã soạn, đã có giọng đọc, đã gửi duyệt"), 1, 1))
        saying.approve(revision, user_named("minh"))
        self._tell(Stage("approve", _("Minh đã duyệt"), 1, 1))
        for stage in saying.watch(revision.bulletin, seconds):
            self._tell(stage)
        return revision.bulletin

    def _tell(self, stage: Stage) -> None:
        self.stdout.write(json.dumps(stage.__dict__, ensure_ascii=False))
        self.stdout.flush()


def demo_targets(at: datetime) -> list[str]:
    """This function will return where the demo's own loudspeakers are: its communes, or, once a box of
    another maker has joined there, the villages of the others. That box starts last, and nobody waits for it.
    """
    communes = [by_code(code, at=at).area for code in DEMO_COMMUNE_CODES]
    there = Device.objects.filter(area__within=communes, revoked_at__isnull=True)
    if not there.filter(device_class=DeviceClass.L).exists():
        return communes
    own = there.exclude(device_class=DeviceClass.L).values_list("area", flat=True)
    return sorted(set(own)) or communes


def _why(bulletin: Bulletin, tally: queries.Tally) -> str:
    """Say in one line how many played, and what is known of each of the others."""
    rest = [d for d in saying.deliveries_of(bulletin) if d.state != DeliveryState.PLAYED]
    told = _("Mới phát {done}/{total} cụm loa.").format(done=tally.played, total=tally.total)
    return " ".join([told, *(line.strip() + ";" for line in saying.as_lines(rest))]).removesuffix(";")
