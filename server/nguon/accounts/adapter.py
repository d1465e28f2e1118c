"""How allauth behaves here: accounts are given out, not taken; nothing needs e-mail."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nguon.accounts.models import User
from nguon.kernel import clock
from nguon.kernel.text import clean

# allauth has no Vietnamese of its own.  None: the page itself shows that it worked.
_MESSAGES: dict[str, Any] = {
    "account/messages/logged_in.txt": None,
    "account/messages/logged_out.txt": None,
    "account/messages/password_changed.txt": _("Đã đổi mật khẩu."),
    "account/messages/password_set.txt": _("Đã đặt mật khẩu."),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by user name and password.  An administrator makes the accounts."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("Tài khoản này đã ngừng hoạt động. Hãy hỏi người quản trị của bạn."),
        "enter_current_password": _("Hãy nhập mật khẩu đang dùng."),
        "incorrect_password": _("Mật khẩu đang dùng không đúng. Hãy nhập lại."),
        "invalid_login": _("Không đăng nhập được. Hãy thử lại."),
        "rate_limited": _("Bạn thao tác quá nhanh. Hãy chờ một lát rồi thử lại."),
        "same_as_current": _("Mật khẩu mới phải khác mật khẩu cũ."),
        "too_many_login_attempts": _("Sai mật khẩu quá nhiều lần. Hãy chờ năm phút rồi thử lại."),
        "username_password_mismatch": _("Tên đăng nhập hoặc mật khẩu không đúng. Hãy nhập lại."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """This function will refuse: nobody makes an account for themselves."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """This function will sign in, and keep in the session from where, for the list of sessions."""
        super().login(request, user)
        request.session["from"] = {
            "ip": self.get_client_ip(request),
            "agent": clean(request.headers.get("user-agent", ""))[:200],
            "at": clock.now().isoformat(),
        }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """This function will send nothing: a lost password is renewed by an administrator."""

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """This function will show our own sentence for what allauth did, or nothing."""
        text = message or _MESSAGES.get(message_template or "")
        if text:
            messages.add_message(request, level, text, extra_tags=extra_tags)
