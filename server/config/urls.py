"""Every address of the server."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("nguon.accounts.urls")),
    path("lsp/v1/", include("nguon.gateway.urls")),
    path("", include("nguon.cap.urls")),
    path("", include("nguon.ui.urls")),
    path("", include("nguon.console.urls")),
]

handler500 = "nguon.ui.views.server_error"
