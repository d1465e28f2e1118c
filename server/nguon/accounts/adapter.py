"""How allauth behaves here: accounts are given out, not taken; nothing needs e-mail."""

import base64
import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from nguon.accounts import actions
from nguon.accounts.models import User
from nguon.accounts.queries import areas_of_work
from nguon.accounts.rules import has_left
from nguon.adapters import identity
from nguon.journal.actions import record
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.kernel.text import clean

# allauth has no Vietnamese of its own.  None: the page itself shows that it worked.
_MESSAGES: dict[str, Any] = {
    "account/messages/logged_in.txt": None,
    "account/messages/logged_out.txt": None,
    "account/messages/password_changed.txt": _("Đã đổi mật khẩu."),
    "account/messages/password_set.txt": _("Đã đặt mật khẩu."),
    "mfa/messages/totp_activated.txt": _("Đã bật xác thực hai bước."),
    "mfa/messages/totp_deactivated.txt": _("Đã tắt xác thực hai bước."),
    "mfa/messages/recovery_codes_generated.txt": _("Đã tạo mã dự phòng mới; mã cũ không dùng được nữa."),
}


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second step of signing in: a code of an app, or one of ten recovery codes."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_generate_recovery_codes": _("Hãy bật xác thực hai bước trước."),
        "incorrect_code": _("Mã không đúng. Hãy nhập mã đang hiện trong ứng dụng, hoặc một mã dự phòng."),
    }

    def encrypt(self, text: str) -> str:
        """This function will keep a secret so that the database alone does not tell it."""
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """This function will read a secret back."""
        return _vault().decrypt(encrypted_text.encode()).decode()


class IdentityAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on: whoever the identity provider names comes into an account that is there, or nowhere."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """This function will return the provider that the operator configured; none is read from a table."""
        return [app for app in identity.apps() if provider in {None, app.provider, app.provider_id}]

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        """This function will copy nothing: names come from the administrator, not from elsewhere."""
        return sociallogin.user

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """This function will refuse: nobody makes an account for themselves."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """This function will link who comes by an invitation or a verified address, and refuse strangers."""
        whose = {"provider": sociallogin.account.provider, "subject": sociallogin.account.uid}
        invitation = sociallogin.state.get("invitation")
        try:
            if invitation:
                sociallogin.user = actions.enter_by_identity(
                    invitation_id=UUID(invitation), at=clock.now(), **whose
                )
            elif not sociallogin.is_existing:
                sociallogin.user = actions.link_by_email(
                    email=sociallogin.verified_email, at=clock.now(), **whose
                )
        except DomainError as error:
            raise _back_to_the_door(request, str(error)) from error

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """This function will tell in a sentence what went wrong, and the log why."""
        if error == AuthError.CANCELLED:
            told = _("Bạn đã dừng việc đăng nhập bằng {name}.")
        elif exception is None:
            told = _("Lần đăng nhập bằng {name} này đã quá hạn hoặc bị từ chối. Hãy thử lại.")
        else:
            identity.tell_log(exception)
            told = _(
                "Không đăng nhập được bằng {name}. Hãy thử lại; vẫn vậy thì báo người vận hành hệ thống."
            )
        raise _back_to_the_door(request, str(told).format(name=provider.name))


def _back_to_the_door(request: HttpRequest, told: str) -> ImmediateHttpResponse:
    messages.error(request, told)
    return ImmediateHttpResponse(redirect(settings.LOGIN_URL))


def _vault() -> Fernet:
    digest = hashlib.sha256(f"second step {settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by user name and password.  An administrator makes the accounts."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("Tài khoản này đã ngừng hoạt động. Hãy hỏi người quản trị của bạn."),
        "enter_current_password": _("Hãy nhập mật khẩu đang dùng."),
        "incorrect_password": _("Mật khẩu đang dùng không đúng. Hãy nhập lại."),
        "invalid_login": _("Không đăng nhập được. Hãy thử lại."),
        "rate_limited": _("Bạn thao tác quá nhanh. Hãy chờ một lát rồi thử lại."),
        "same_as_current": _("Mật khẩu mới phải khác mật khẩu cũ."),
        "too_many_login_attempts": _("Sai mật khẩu quá nhiều lần. Hãy thử lại từ {time}."),
        "username_password_mismatch": _("Tên đăng nhập hoặc mật khẩu không đúng. Hãy nhập lại."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """This function will refuse: nobody makes an account for themselves."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """This function will refuse a name with too many wrong passwords, and tell until when."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            key = self._get_login_attempts_cache_key(request, **credentials)
            told = str(self.error_messages["too_many_login_attempts"]).format(time=_free_again(request, key))
            raise ValidationError(told, code=error.code) from error

    def pre_login(self, request: HttpRequest, user: User, **rest: Any) -> HttpResponse | None:
        """This function will keep out, however they sign in, who is locked and whose work here is over."""
        if user.is_active and has_left(user, clock.now()):
            clear_login(request)
            messages.error(
                request, _("Mọi vai trò của bạn ở đây đã kết thúc. Hãy hỏi người quản trị của bạn.")
            )
            return redirect(settings.LOGIN_URL)
        refused: HttpResponse | None = super().pre_login(request, user, **rest)
        return refused

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

    def send_notification_mail(self, template_prefix: str, user: User, *_rest: Any, **_more: Any) -> None:
        """This function will tell the journal what a mail would have told the person."""
        subject, what = f"user:{user.pk}", template_prefix.rpartition("/")[2]
        fact = "user.second_step" if template_prefix.startswith("mfa/") else "user.password_set"
        if fact == "user.password_set" and what not in {"password_changed", "password_set"}:
            return
        at = clock.now()
        data: dict[str, Any] = {"what": what} if fact == "user.second_step" else {}
        data["areas"] = areas_of_work(user, at)
        with transaction.atomic():
            record(fact=fact, subject=subject, by=user, at=at, data=data)

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


def _free_again(request: HttpRequest, key: str) -> str:
    """The minute from which a name may be tried again: when the oldest failure is old enough."""
    ends = [0.0]
    for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
        where = ratelimit.get_cache_key(
            request, app="allauth.account", action="login_failed", rate=rate, key=key
        )
        failures = cache.get(where, [])
        if len(failures) >= rate.amount:
            ends.append(failures[-1] + rate.duration)
    until = max(clock.from_epoch(int(max(ends))), clock.now()) + timedelta(minutes=1)
    return f"{clock.local(until):%H:%M}"
