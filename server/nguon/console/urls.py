"""The staff pages."""

from django.urls import include, path

from nguon.console.views import bulletins, compose, devices, duty, home, keys, places, reviews, sounds

app_name = "console"
urlpatterns = [
    path("", home.home, name="home"),
    path("nhat-ky/", home.journal, name="journal"),
    path("soan/", compose.compose, name="compose"),
    path("soan/luu/", compose.save, name="compose_save"),
    path("soan/nghe/", compose.listen, name="listen"),
    path("soan/nghe/<uuid:revision_id>/", compose.listen_state, name="listen_state"),
    path("soan/noi-phat/", places.search, name="places"),
    path("soan/noi-phat/<str:area>/", places.children, name="children"),
    path("soan/<uuid:bulletin_id>/", compose.edit, name="edit"),
    path("duyet/", reviews.reviews, name="reviews"),
    path("duyet/<uuid:revision_id>/", reviews.review, name="review"),
    path("duyet/<uuid:revision_id>/duyet/", reviews.approve, name="approve"),
    path("duyet/<uuid:revision_id>/tra-lai/", reviews.send_back, name="return"),
    path("khoa/", keys.own, name="keys"),
    path("khoa/them/", keys.add, name="keys_add"),
    path("khoa/<uuid:passkey_id>/xac-nhan/", keys.vouch, name="keys_vouch"),
    path("khoa/<uuid:passkey_id>/huy/", keys.revoke, name="keys_revoke"),
    path("truc-ban/", duty.duty, name="duty"),
    path("truc-ban/hien-tai/", duty.now, name="duty_live"),
    path("truc-ban/su-kien/", duty.events, name="duty_events"),
    path("truc-ban/dung/", duty.stop, name="stop"),
    path("truc-ban/nghe-lai/<uuid:device_id>/<str:name>", duty.recording, name="recording"),
    path("ban-tin/", bulletins.bulletins, name="bulletins"),
    path("ban-tin/<uuid:bulletin_id>/", bulletins.bulletin, name="bulletin"),
    path("ban-tin/<uuid:bulletin_id>/thu-hoi/", bulletins.withdraw, name="withdraw"),
    path("am-thanh/<uuid:revision_id>", sounds.sound, name="sound"),
    path("thiet-bi/", devices.devices, name="devices"),
    path("thiet-bi/them/", devices.enrol, name="enrol"),
    path("thiet-bi/nhom/", devices.groups, name="groups"),
    path("thiet-bi/<uuid:device_id>/", devices.device, name="device"),
    path("thiet-bi/<uuid:device_id>/thu-hoi/", devices.revoke, name="revoke"),
    path("", include("nguon.ui.urls")),
]
