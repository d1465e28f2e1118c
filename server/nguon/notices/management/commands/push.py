"""`manage.py push check`: whether browsers would be told at once; each fault in a sentence."""

import json
import sys
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nguon.accounts.models import User
from nguon.adapters.push import PushUnavailable, payload, public_key
from nguon.notices import queries
from nguon.notices.actions import push_to

_SAID = {
    "off": gettext_lazy("Chưa bật báo qua trình duyệt. Hãy đặt NGUON_PUSH=1 rồi khởi động lại."),
    "address": gettext_lazy(
        "Địa chỉ {what} không phải https: trình duyệt không cho báo. Hãy đặt NGUON_PUBLIC_URL và chứng chỉ."
    ),
    "key": gettext_lazy("Không đọc được khóa báo trong {what}. Hãy khôi phục khóa ấy từ bản sao lưu."),
    "nobody": gettext_lazy("{what} chưa bật báo trong trình duyệt nào, hoặc không có người ấy."),
    "away": gettext_lazy("Không gọi được dịch vụ báo: {what}. Hãy mở đường https ra ngoài (cổng 443)."),
    "refused": gettext_lazy("Dịch vụ báo không nhận của {what}: hãy bật lại báo trong trình duyệt ấy."),
}


class Command(BaseCommand):
    """Look at what web push needs, and with `--to` show a word of trial in a person's browsers."""

    help = "Kiểm tra báo qua trình duyệt (web push)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """This function will name the one question."""
        asked = parser.add_subparsers(dest="what", required=True).add_parser("check")
        asked.add_argument("--to", default="")
        asked.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will tell each fault; status 1 with any."""
        found = faults() or (tried(options["to"]) if options["to"] else [])
        told = [{"code": code, "text": str(_SAID[code]).format(what=what)} for code, what in found]
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not told, "faults": told}, ensure_ascii=False))
        elif told:
            self.stdout.write("\n".join(fault["text"] for fault in told))
        elif options["to"]:
            self.stdout.write(_("Đã báo thử tới {to}.").format(to=options["to"]))
        else:
            self.stdout.write(_("Báo qua trình duyệt được."))
        if told:
            sys.exit(1)


def faults() -> list[tuple[str, str]]:
    """This function will return what is not as it must be, as slugs with what they are about."""
    if not queries.push_is_on():
        return [("off", "")]
    found = []
    site = urlsplit(settings.NGUON_PUBLIC_URL)
    if site.scheme != "https" and site.hostname not in {"localhost", "127.0.0.1"}:
        found.append(("address", settings.NGUON_PUBLIC_URL))
    try:
        public_key(settings.NGUON_DATA / "push")
    except (OSError, ValueError):
        found.append(("key", str(settings.NGUON_DATA / "push")))
    return found


def tried(name: str) -> list[tuple[str, str]]:
    """This function will show a word of trial in every browser of a person, and return what went wrong."""
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None or not queries.browsers_of([user.pk]).exists():
        return [("nobody", name)]
    data = payload(title="Nguồn", body=_("Máy này nhận được báo của Nguồn."), tag="try")
    try:
        shown = push_to(user_id=user.pk, data=data, seconds=60, topic=uuid4())
    except PushUnavailable as error:
        return [("away", str(error))]
    return [] if shown else [("refused", name)]
