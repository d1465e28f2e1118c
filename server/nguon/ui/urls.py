from django.urls import path

from nguon.ui import views

app_name = "ui"
urlpatterns = [path("hien-thi/", views.display, name="display")]
