"""Single sign-on: to the operator's identity provider, and back."""

from allauth.account.utils import get_next_redirect_url
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from nguon.accounts import actions
from nguon.accounts.errors import AnotherSignedIn, LinkUnknown
from nguon.accounts.views.entering import nobody_else
from nguon.adapters import identity
from nguon.kernel import clock


@login_not_required
@require_POST
@never_cache
def leave(request: HttpRequest) -> HttpResponse:
    """This function will send the browser to the identity provider: by a page of its own, as the policy of
    content lets no form lead away from here.
    """
    known = identity.known()
    if known is None:
        raise Http404
    kept = {}
    if token := request.POST.get("invitation", ""):
        try:
            found = actions.invited_by(token, clock.now())
            nobody_else(request, found.user)
        except (AnotherSignedIn, LinkUnknown) as error:
            return render(request, "account/enter.html", {"fault": str(error)}, status=404)
        kept = {"invitation": str(found.pk)}
    if not ratelimit.consume(request, app="allauth.account", action="login"):
        messages.error(request, _("Bạn thao tác quá nhanh. Hãy chờ một lát rồi thử lại."))
        return redirect(settings.LOGIN_URL)
    try:
        url = identity.address_to_sign_in(request, then=get_next_redirect_url(request), **kept)
    except identity.Unusable as error:
        return _unusable(request, known, error)
    return render(request, "account/leaving.html", {"url": url, "name": known.name})


@login_not_required
@require_GET
@never_cache
def back(request: HttpRequest) -> HttpResponse:
    """This function will take a person who comes back from the identity provider."""
    known = identity.known()
    if known is None:
        raise Http404
    try:
        return identity.come_back(request)
    except identity.Unusable as error:
        return _unusable(request, known, error)


def _unusable(request: HttpRequest, known: identity.Known, error: Exception) -> HttpResponse:
    identity.tell_log(error)
    told = _("{name} chưa trả lời được. Hãy thử lại sau ít phút, hoặc đăng nhập bằng cách khác.")
    messages.error(request, told.format(name=known.name))
    return redirect(settings.LOGIN_URL)
