from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from nguon.ui import views

app_name = "ui"
urlpatterns = [
    path("hien-thi/", views.display, name="display"),
    path("ngon-ngu/", login_not_required(set_language), name="language"),
]
