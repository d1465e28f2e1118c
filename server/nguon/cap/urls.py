"""The addresses of CAP, below /cap/."""

from django.urls import path

from nguon.cap import api

app_name = "cap"
urlpatterns = [path("v1/alerts", api.alerts, name="alerts")]
