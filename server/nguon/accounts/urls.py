"""The addresses of signing in, by allauth's names.

Sign-up, e-mail and lost passwords by e-mail do not exist here.  allauth itself links to `account_signup` and
`account_reset_password`, so these lead to a sentence; its other addresses are simply not there.
"""

from allauth.account import views as allauth
from django.urls import path

from nguon.accounts import views

urlpatterns = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("moi/<str:token>/", views.enter, name="account_enter"),
    path("signup/", views.ask_administrator, name="account_signup"),
    path("password/set/", views.ask_administrator, name="account_set_password"),
    path("password/reset/", views.ask_administrator, name="account_reset_password"),
    path("inactive/", views.inactive, name="account_inactive"),
]
