"""What everybody may see without signing in: the public page, the feed, each message, the certificate."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from nguon.cap.models import Page, Published
from nguon.cap.states import Part
from nguon_signer.client import SignerClient, SignerRefused, SignerUnavailable

FRESH = "public, max-age=15"
FOR_EVER = "public, max-age=86400, immutable"


@login_not_required
@require_GET
def page(request: HttpRequest, language: str = "vi") -> HttpResponse:
    """This function will give the public page as it was drawn beforehand."""
    if language not in {"vi", "en"}:
        raise Http404
    return _drawn(language, "text/html; charset=utf-8")


@login_not_required
@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """This function will give the feed of the alerts that are on, and of the ends of a day."""
    return _drawn("atom", "application/atom+xml; charset=utf-8")


@login_not_required
@require_GET
def message(request: HttpRequest, alert_id: UUID, part: str) -> HttpResponse:
    """This function will give one signed message, word for word for ever."""
    row = Published.objects.filter(alert=alert_id, part=part).first() if part in Part.values else None
    if row is None:
        raise Http404
    headers = {"Cache-Control": FOR_EVER, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(bytes(row.xml), content_type="application/cap+xml", headers=headers)


@login_not_required
@require_GET
def certificate(request: HttpRequest) -> HttpResponse:
    """This function will give the certificate that others pin."""
    try:
        found = SignerClient(settings.NGUON_SIGNER_SOCKET, timeout=5).call("cap_certificate")
    except (SignerRefused, SignerUnavailable):
        return HttpResponse(status=503, headers={"Retry-After": "60"})
    headers = {"Cache-Control": FRESH, "Content-Disposition": 'attachment; filename="cap.pem"'}
    return HttpResponse(found["certificate"], content_type="application/x-pem-file", headers=headers)


def _drawn(name: str, kind: str) -> HttpResponse:
    row = Page.objects.filter(name=name).first()
    if row is None:  # within the first minute of an installation
        return HttpResponse(status=503, headers={"Retry-After": "60"})
    return HttpResponse(row.body, content_type=kind, headers={"Cache-Control": FRESH})
