"""`manage.py sso check`: whether people could sign in by OpenID Connect; each fault in a sentence."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nguon.adapters.identity import callback_url, checking, known
from nguon.kernel import clock

_SAID = {
    "off": gettext_lazy(
        "Chưa cấu hình đăng nhập một lần. Hãy đặt NGUON_SSO_ISSUER, NGUON_SSO_CLIENT_ID và "
        "NGUON_SSO_SECRET_FILE."
    ),
    "missing": gettext_lazy("Thiếu {what}. Ba biến NGUON_SSO_* phải có đủ thì mới bật."),
    "issuer-not-https": gettext_lazy("NGUON_SSO_ISSUER phải bắt đầu bằng https: {what}."),
    "back-not-https": gettext_lazy(
        "Địa chỉ quay về không phải https: {what}. Hãy đặt NGUON_PUBLIC_URL là địa chỉ mà mọi người mở."
    ),
    "secret-unreadable": gettext_lazy("Không đọc được tệp bí mật {what}."),
    "secret-open": gettext_lazy("Người khác đọc được tệp bí mật {what}. Hãy chạy chmod 600."),
    "secret-empty": gettext_lazy("Tệp bí mật {what} trống. Hãy ghi bí mật của nơi cấp vào đó."),
    "no-answer": gettext_lazy("Nơi cấp danh tính không trả lời ở {what}. Hãy kiểm tra địa chỉ, mạng, proxy."),
    "certificate": gettext_lazy("Chứng chỉ TLS của {what} không tin được. Hãy kiểm tra chứng chỉ ở đó."),
    "not-json": gettext_lazy("{what} không trả về JSON. Hãy kiểm tra NGUON_SSO_ISSUER."),
    "another-issuer": gettext_lazy(
        "Nơi cấp tự xưng là {what}. NGUON_SSO_ISSUER phải viết giống hệt, kể cả dấu / ở cuối."
    ),
    "endpoint": gettext_lazy("Nơi cấp không nêu {what} bằng địa chỉ https. Hãy hỏi người quản trị ở đó."),
    "algorithms": gettext_lazy("Nơi cấp chỉ ký bằng {what}, không dùng được. Hãy bật RS256 hoặc ES256 ở đó."),
    "no-pkce": gettext_lazy("Nơi cấp không nhận PKCE S256. Hãy bật cho ứng dụng này ở đó."),
    "no-keys": gettext_lazy("{what} không có khóa nào đọc được. Hãy hỏi người quản trị ở đó."),
    "clocks": gettext_lazy("Đồng hồ hai bên lệch {what} giây. Hãy chỉnh giờ máy này (NTP)."),
    "client-refused": gettext_lazy(
        "Nơi cấp từ chối ứng dụng {what}. Hãy kiểm tra NGUON_SSO_CLIENT_ID và bí mật trong tệp."
    ),
    "token-odd": gettext_lazy("Địa chỉ lấy mã trả lời lạ: {what}. Hãy hỏi người quản trị ở đó."),
}


class Command(BaseCommand):
    """Ask the identity provider all that a sign-in asks it, without anybody signing in."""

    help = "Kiểm tra cấu hình đăng nhập một lần (OpenID Connect)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """This function will name the one question."""
        asked = parser.add_subparsers(dest="what", required=True).add_parser("check")
        asked.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will tell each fault; status 1 with any."""
        found = checking.faults(clock.now())
        told = [
            {"code": fault.code, "text": str(_SAID[fault.code]).format(what=fault.what)} for fault in found
        ]
        sso = known()
        if options["json"]:
            name = sso.name if sso else ""
            answer = {"ok": not told, "name": name, "redirect_uri": callback_url(), "faults": told}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(fault["text"] for fault in told) or _("Đăng nhập một lần dùng được."))
            self.stdout.write(_("Địa chỉ quay về phải khai ở nơi cấp: {url}").format(url=callback_url()))
        if told:
            sys.exit(1)
