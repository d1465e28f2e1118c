"""What allauth would offer and we do not, told in a sentence."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _


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
