"""Signing in by a security key: what it is to sign, and what it said."""

import secrets

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import urlencode, urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from nguon.accounts import actions
from nguon.accounts.errors import TouchFailed
from nguon.kernel import clock
from nguon.kernel.errors import DomainError

CHALLENGE = "sign_in_challenge"


@login_not_required
@require_POST
@never_cache
def ask(request: HttpRequest) -> JsonResponse:
    """This function will send what a key is to sign to come in: 32 random bytes, good for one try."""
    if not ratelimit.consume(request, app="allauth.account", action="login"):
        return JsonResponse({"error": _("Bạn thao tác quá nhanh. Hãy chờ một lát rồi thử lại.")}, status=429)
    request.session[CHALLENGE] = urlsafe_base64_encode(secrets.token_bytes(32))
    return JsonResponse({"challenge": request.session[CHALLENGE]})


@login_not_required
@require_POST
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """This function will sign in the person whose key was touched; that the key verified the person (PIN,
    finger, face) makes it both steps, so no code is asked for.
    """
    challenge = urlsafe_base64_decode(request.session.pop(CHALLENGE, ""))
    on = get_next_redirect_url(request)
    try:
        if not challenge or not actions.is_here(request.get_host()):
            raise TouchFailed
        key = actions.key_that_signs_in(
            response=actions.read_hand(request.POST.get("hand", "")),
            challenge=challenge,
            site=actions.site(),
            at=clock.now(),
        )
    except DomainError as error:
        messages.error(request, str(error))
        answer = redirect("account_login")
        if on:
            answer["Location"] += f"?{urlencode({'next': on})}"
        return answer
    record_authentication(request, key.user, method="mfa", type="webauthn", passwordless=True)
    entered: HttpResponse = perform_login(request, Login(user=key.user, redirect_url=on))
    return entered
