"""The addresses of signing in, by allauth's names.

Sign-up, e-mail and lost passwords by e-mail do not exist here.  allauth itself links to `account_signup` and
`account_reset_password`, so these lead to a sentence; its other addresses are simply not there.
"""

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path
from django.views.generic import RedirectView

from nguon.accounts.views import entering, single, touch
from nguon.adapters import identity

urlpatterns = [
    path("login/", entering.SignIn.as_view(), name="account_login"),
    path("khoa/", touch.sign_in, name="account_touch"),
    path("khoa/hoi/", touch.ask, name="account_touch_ask"),
    path("danh-tinh/", single.leave, name="account_identity"),
    path("danh-tinh/ve/", single.back, name=identity.CALLBACK),
    path("logout/", allauth.logout, name="account_logout"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("moi/<str:token>/", entering.enter, name="account_enter"),
    path("signup/", entering.ask_administrator, name="account_signup"),
    path("hai-buoc/", RedirectView.as_view(url="/bao-mat/"), name="mfa_index"),
    path("hai-buoc/ma/", mfa.authenticate, name="mfa_authenticate"),
    path("hai-buoc/xac-nhan/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("hai-buoc/bat/", totp.activate_totp, name="mfa_activate_totp"),
    path("hai-buoc/tat/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("hai-buoc/du-phong/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("hai-buoc/du-phong/moi/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("password/set/", entering.ask_administrator, name="account_set_password"),
    path("password/reset/", entering.ask_administrator, name="account_reset_password"),
    path("inactive/", entering.inactive, name="account_inactive"),
]
