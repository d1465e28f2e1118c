"""`manage.py mail check`: whether notices would go out by e-mail; each fault in a sentence."""

import json
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nguon.adapters import mail

_SAID = {
    "off": gettext_lazy(
        "Chưa cấu hình máy chủ thư. Hãy đặt NGUON_MAIL_HOST; không có thì thông báo chỉ ở trên trang."
    ),
    "port": gettext_lazy("NGUON_MAIL_PORT phải là một số từ 1 đến 65535."),
    "security": gettext_lazy("NGUON_MAIL_SECURITY là “{what}”. Hãy đặt starttls, tls hoặc none."),
    "no-password": gettext_lazy("Có tên đăng nhập {what} mà thiếu NGUON_MAIL_PASSWORD_FILE."),
    "password-open": gettext_lazy("Người khác đọc được tệp mật khẩu {what}. Hãy chạy chmod 600."),
    "password-empty": gettext_lazy("Tệp mật khẩu {what} trống. Hãy ghi mật khẩu của hộp thư vào đó."),
    "password-letters": gettext_lazy(
        "Mật khẩu trong tệp {what} có chữ có dấu; máy chủ thư chỉ nhận chữ không dấu, số và ký hiệu."
    ),
    "password-unreadable": gettext_lazy("Không đọc được tệp mật khẩu {what}."),
    "name": gettext_lazy("Không tìm thấy máy chủ {what}. Hãy kiểm tra NGUON_MAIL_HOST và DNS."),
    "no-answer": gettext_lazy("Máy chủ thư không trả lời ở {what}. Hãy kiểm tra cổng, tường lửa, mạng."),
    "certificate": gettext_lazy(
        "Không lập được TLS với {what}. Hãy kiểm tra chứng chỉ ở đó và NGUON_MAIL_SECURITY."
    ),
    "lacks": gettext_lazy(
        "Máy chủ thư thiếu điều cần có: {what}. Hãy xem lại NGUON_MAIL_SECURITY và NGUON_MAIL_USER."
    ),
    "sign-in": gettext_lazy("Máy chủ thư không nhận tên và mật khẩu của {what}."),
    "sender": gettext_lazy("Máy chủ thư không nhận người gửi {what}. Hãy đặt NGUON_MAIL_FROM."),
    "recipient": gettext_lazy("Máy chủ thư không nhận người nhận {what}."),
    "odd": gettext_lazy("Máy chủ thư trả lời lạ: {what}. Hãy hỏi người quản trị ở đó."),
}


class Command(BaseCommand):
    """Ask the mail server all that a letter asks it, and with `--to` send one."""

    help = "Kiểm tra cấu hình thư điện tử (SMTP)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """This function will name the one question."""
        asked = parser.add_subparsers(dest="what", required=True).add_parser("check")
        asked.add_argument("--to", default="")
        asked.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will tell each fault; status 1 with any."""
        told = [
            {"code": fault.code, "text": str(_SAID[fault.code]).format(what=fault.what)}
            for fault in mail.faults(options["to"])
        ]
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not told, "faults": told}, ensure_ascii=False))
        elif told:
            self.stdout.write("\n".join(fault["text"] for fault in told))
        else:
            self.stdout.write(
                _("Đã gửi thư thử tới {to}.").format(to=options["to"])
                if options["to"]
                else _("Gửi thư được, từ {sender}.").format(sender=settings.DEFAULT_FROM_EMAIL)
            )
        if told:
            sys.exit(1)
