"""The addresses of CAP."""

from django.urls import path

from nguon.cap import api, views

app_name = "cap"
urlpatterns = [
    path("cap/v1/alerts", api.alerts, name="alerts"),
    path("canh-bao/", views.page, name="page"),
    path("canh-bao/cap.atom", views.feed, name="feed"),
    path("canh-bao/cap.pem", views.certificate, name="certificate"),
    path("canh-bao/<slug:language>/", views.page, name="page_in"),
    path("canh-bao/<uuid:alert_id>/<slug:part>.xml", views.message, name="message"),
]
