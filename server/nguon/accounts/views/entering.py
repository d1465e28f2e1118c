"""The sign-in page; coming in by an invitation; and what allauth would offer and we do not, told in a
sentence.
"""

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from nguon.accounts import actions
from nguon.accounts.errors import AnotherSignedIn, LinkUnknown, WeakPassword
from nguon.accounts.models import User
from nguon.adapters import identity
from nguon.kernel import clock


class SignIn(LoginView):  # type: ignore[misc]  # allauth has no types
    """The sign-in page: user name and password, and the other ways that this installation has."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """This function will add whether keys may be touched at this address, and the identity provider."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        here = actions.is_here(self.request.get_host())
        return found | {"site": actions.site() if here else None, "identity": identity.known()}


@login_not_required
def ask_administrator(request: HttpRequest) -> HttpResponse:
    """This function will tell people who look for sign-up or a lost password whom to ask."""
    messages.info(request, _("Tài khoản và mật khẩu do người quản trị cấp. Hãy hỏi người quản trị của bạn."))
    return redirect(settings.LOGIN_URL)


@login_not_required
def inactive(request: HttpRequest) -> HttpResponse:
    """This function will tell people whose account has ended so, at the sign-in page."""
    messages.error(request, _("Tài khoản này đã ngừng hoạt động. Hãy hỏi người quản trị của bạn."))
    return redirect(settings.LOGIN_URL)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """This function will let the person of an invitation choose a password, once."""
    at, status = clock.now(), 200
    context: dict[str, object] = {"token": token, "identity": identity.known()}
    try:
        context["invitation"] = invitation = actions.invited_by(token, at)
        nobody_else(request, invitation.user)
        if request.method == "POST":
            actions.accept(token=token, password=request.POST.get("password", ""), at=at)
            messages.success(request, _("Đã đặt mật khẩu. Hãy đăng nhập."))
            return redirect(settings.LOGIN_URL)
    except WeakPassword as error:
        context["fault"], status = str(error), 409
    except AnotherSignedIn as error:
        context, status = {"fault": str(error), "another": True}, 409
    except LinkUnknown as error:
        context, status = {"fault": str(error)}, 404
    return render(request, "account/enter.html", context, status=status)


def nobody_else(request: HttpRequest, invited: User) -> None:
    """This function will raise AnotherSignedIn at an administrator who tries a link, or a person with a
    colleague's: they would take the account.
    """
    if request.user.is_authenticated and request.user.pk != invited.pk:
        raise AnotherSignedIn(name=invited, other=request.user)
