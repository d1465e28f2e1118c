"""The addresses of LSP-1 over HTTP; below /lsp/v1/."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from nguon.gateway import views


class Sha256(StringConverter):
    """A SHA-256 in hex."""

    regex = "[0-9a-f]{64}"


register_converter(Sha256, "sha256")

app_name = "gateway"
urlpatterns = [
    path("claims", views.claims, name="claims"),
    path("claims/<uuid:claim_id>", views.claim, name="claim"),
    path("beacon", views.beacon, name="beacon"),
    path("documents/<sha256:sha256>", views.document, name="document"),
    path("roots/<int:v>", views.root, name="root"),
    path("state", views.state, name="state"),
    path("receipts", views.receipts, name="receipts"),
    path("health", views.health, name="health"),
    path("foreign", views.foreign, name="foreign"),
    path("logs/<uuid:order>", views.logs, name="logs"),
    path("live/<uuid:session_id>", views.live, name="live"),
    path("media/<sha256:sha256>", views.media, name="media"),
]
