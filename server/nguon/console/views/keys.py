"""Khóa của tôi: registering security keys, and an administrator's word for those of others."""

import secrets
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.accounts import actions
from nguon.accounts.errors import TouchFailed
from nguon.accounts.states import KeyRole
from nguon.console import keys
from nguon.console.views.base import page, person
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations.queries import place as place_of
from nguon_signer.client import SignerRefused, SignerUnavailable

CHALLENGE = "key_challenge"


@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """This function will show the person's keys and, to an administrator, those that wait for a word."""
    return _show(request)


@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def add(request: HttpRequest) -> HttpResponse:
    """This function will keep a new key of the person's, who must have said again who is there: a key signs
    in without a password from then on.
    """
    challenge = request.session.pop(CHALLENGE, "")
    try:
        made = actions.register_passkey(
            user=person(request),
            name=request.POST.get("name", ""),
            response=said_by(request),
            challenge=urlsafe_base64_decode(challenge),
            site=actions.site(),
            at=clock.now(),
        )
    except DomainError as error:
        return _show(request, str(error))
    messages.success(request, _("Đã đăng ký khóa “{name}”. Hãy nhờ xác nhận.").format(name=made.name))
    return redirect("console:keys")


@require_POST
def vouch(request: HttpRequest, passkey_id: str) -> HttpResponse:
    """This function will keep an administrator's word for another person's key, and tell the signer."""
    try:
        place = place_of(request.POST.get("area", ""), at=clock.now())
        given = actions.grant_passkey(
            passkey_id=passkey_id,  # type: ignore[arg-type]  # the address's converter made it a UUID
            role=_role(request),
            place=place,
            response=said_by(request),
            site=actions.site(),
            by=person(request),
            at=clock.now(),
        )
        keys.tell_signer(given.passkey_id)
    except DomainError as error:
        return _show(request, str(error))
    except SignerRefused as refused:
        return _show(request, _("Bộ ký từ chối: {reason}").format(reason=refused.message))
    except SignerUnavailable:
        return _show(request, _("Đã ghi lời xác nhận; bộ ký chưa trả lời, hãy mở lại trang sau ít phút."))
    messages.success(request, _("Đã xác nhận khóa của {name}.").format(name=given.passkey.user))
    return redirect("console:keys")


@require_POST
def revoke(request: HttpRequest, passkey_id: str) -> HttpResponse:
    """This function will end a key for ever."""
    try:
        ended = actions.revoke_passkey(
            passkey_id=passkey_id,  # type: ignore[arg-type]  # the address's converter made it a UUID
            by=person(request),
            at=clock.now(),
        )
        keys.tell_signer(ended.pk)
    except DomainError as error:
        return _show(request, str(error))
    except (SignerRefused, SignerUnavailable):
        return _show(request, _("Đã hủy khóa ở đây, nhưng bộ ký chưa biết. Hãy bấm hủy lần nữa sau ít phút."))
    messages.success(request, _("Đã hủy khóa “{name}” vĩnh viễn.").format(name=ended.name))
    return redirect("console:keys")


def said_by(request: HttpRequest) -> dict[str, Any]:
    """This function will read what the browser's security key said. Raises TouchFailed."""
    return actions.read_hand(request.POST.get("hand", ""))


def _role(request: HttpRequest) -> KeyRole:
    try:
        return KeyRole(request.POST.get("role", ""))
    except ValueError:
        raise TouchFailed from None


def _show(request: HttpRequest, fault: str = "") -> HttpResponse:
    user, at = person(request), clock.now()
    request.session[CHALLENGE] = urlsafe_base64_encode(secrets.token_bytes(32))
    context = {
        "own": keys.own(user),
        "others": keys.of_others(user, at),
        "administrator": keys.may_vouch(user, at),
        "challenge": request.session[CHALLENGE],
        "handle": urlsafe_base64_encode(str(user.pk).encode()),
        "key_ids": keys.ids_of(user),
        "site": actions.site(),
        "elsewhere": not actions.is_here(request.get_host()),
        "fault": fault,
    }
    return page(request, "console/keys.html", "keys", context, status=409 if fault else 200)
