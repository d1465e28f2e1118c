"""Chuyển lệnh đã ký: what officers signed on their own machines goes through, and what became of it."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nguon.accounts.rules import areas_of
from nguon.accounts.states import Role
from nguon.console.forms_relay import OrderFileForm
from nguon.console.relayed import lines
from nguon.console.views.base import page, person
from nguon.deliveries import actions
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon_signer.client import SignerClient


def _duty_areas(request: HttpRequest) -> list[str]:
    own = areas_of(person(request), Role.DUTY, clock.now())
    if not own:
        raise PermissionDenied
    return own


@require_http_methods(["GET", "POST"])
def relay(request: HttpRequest) -> HttpResponse:
    """This function will take a signed file, and show those of the last day."""
    areas = _duty_areas(request)
    form = OrderFileForm(request.POST or None, request.FILES or None)
    fault = ""
    if request.method == "POST" and form.is_valid():
        signer = SignerClient(settings.NGUON_SIGNER_SOCKET)
        text = form.cleaned_data["file"].read().decode("utf-8", "replace")
        try:
            actions.relay(text=text, signer=signer, by=person(request), at=clock.now())
        except DomainError as error:
            fault = str(error)
        else:
            messages.success(request, _("Chữ ký đúng. Lệnh đang được gửi tới loa; kết quả hiện ở dưới."))
            return redirect("console:relay")
    context = {"form": form, "fault": fault, "lines": lines(areas, clock.now())}
    wrong = fault or request.method == "POST"
    return page(request, "console/relay.html", "duty", context, status=422 if wrong else 200)


@require_POST
def end(request: HttpRequest, sha256: str, action: str) -> HttpResponse:
    """This function will send the cancel or the correction that an alert was signed with."""
    _duty_areas(request)
    try:
        actions.end_alert(sha256=sha256, action=action, by=person(request), at=clock.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Đang gửi tới loa; kết quả hiện ở dưới."))
    return redirect("console:relay")
