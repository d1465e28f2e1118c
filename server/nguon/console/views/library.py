"""Kho tư liệu: sounds and files that an area shares; shared, heard, and taken into drafts and scripts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.accounts.models import User
from nguon.accounts.rules import areas_of
from nguon.accounts.states import Role
from nguon.audio.queries import file_path, media_path
from nguon.audio.states import UNFINISHED
from nguon.bulletins import queries as bulletins
from nguon.bulletins.actions.attaching import ENDINGS
from nguon.console import planning, voices
from nguon.console.serving import sound_file
from nguon.console.views.base import page, person, place_at
from nguon.console.waves import wave_of
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.production import actions, queries
from nguon.production.errors import FileMissing

SHOWN, OFFERED = 40, 20


@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """This function will list what a person may use, the newest first, all or by words of the name."""
    return _show(request)


@require_POST
def share(request: HttpRequest) -> HttpResponse:
    """This function will put a document or a picture, a sound (recorded on the page, or a file of it), or the
    sound of a bulletin into the library of an area."""
    user, at, post = person(request), clock.now(), request.POST
    place = place_at(post.get("noi", ""))
    file, bulletin = request.FILES.get("tep"), _key(post.get("ban-tin", ""))
    if place is None:
        raise Http404
    given: dict[str, Any] = {"name": post.get("ten", "")[:300], "place": place, "by": user, "at": at}
    try:
        if bulletin is not None:
            made = actions.share_sound(bulletin_id=bulletin, **given)
        elif file is not None:
            made = actions.share_file(file=file, **given)
        elif (upload := voices.brought(request, user, at)) is not None:
            made = actions.share_upload(upload_id=upload, **given)
        else:
            raise FileMissing
    except DomainError as error:
        return _show(request, fault=str(error))
    messages.success(request, _("“{name}” đã có trong kho tư liệu.").format(name=made.name))
    return redirect("console:library")


@require_POST
def end(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    """This function will take something out of the library."""
    try:
        gone = actions.end_asset(asset_id=asset_id, by=person(request), at=clock.now())
    except DomainError as error:
        return _show(request, fault=str(error))
    messages.success(request, _("Đã bỏ “{name}” khỏi kho; nơi đã dùng vẫn giữ.").format(name=gone.name))
    return redirect("console:library")


@require_POST
def take(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    """This function will take something of the library into a draft, or beside an item's script."""
    user, at = person(request), clock.now()
    kind, _colon, text = request.POST.get("vao", "").partition(":")
    key = _key(text)
    if key is None:
        return _show(request, fault=_("Hãy chọn bản nháp hoặc mục kế hoạch để đưa vào."))
    try:
        if kind == "muc":
            actions.plan_for(asset_id=asset_id, item_id=key, by=user, at=at)
            messages.success(request, _("Đã để cạnh kịch bản; tạo bản tin là có luôn."))
            return redirect("console:production_item", key)
        draft = actions.take(asset_id=asset_id, revision_id=key, by=user, at=at)
    except DomainError as error:
        return _show(request, fault=str(error))
    messages.success(request, _("Đã đưa vào bản nháp."))
    return redirect("console:edit", draft.bulletin_id)


@require_GET
def content(request: HttpRequest, asset_id: UUID) -> HttpResponseBase:
    """This function will send a sound of the library to be heard, or a file to be saved, never run."""
    found = queries.assets(person(request), clock.now()).filter(pk=asset_id).first()
    if found is None or not (found.sound or found.sha256):
        raise Http404
    path = media_path(found.sound) if found.sound else file_path(found.sha256)
    if not path.is_file():
        raise Http404
    if found.sound:
        return sound_file(request, path, found.sound.mime)
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=found.filename, content_type=found.mime
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _show(request: HttpRequest, *, fault: str = "") -> HttpResponse:
    user, at = person(request), clock.now()
    words = request.GET.get("q", "")[:120]
    found = list(queries.assets(user, at, words)[: SHOWN + 1])
    context = {
        "rows": [
            (row, planning.plans(user, row.area, at), wave_of(row.sound, row.upload) if row.sound else None)
            for row in found[:SHOWN]
        ],
        "making": any(row.upload and row.upload.state in UNFINISHED for row in found[:SHOWN]),
        "records": bool(areas_of(user, Role.WRITER, at)),
        "more": len(found) > SHOWN,
        "q": words,
        "into": _into(user, at),
        "homes": planning.homes(user, at),
        "endings": ",".join(ENDINGS),
        "fault": fault,
    }
    return page(request, "console/library.html", "production", context, status=409 if fault else 200)


def _into(user: User, at: datetime) -> list[tuple[str, str]]:
    """Where something may be taken: the person's drafts, and the items at whose script they work."""
    drafts = bulletins.drafts_of(user).filter(submitted_at__isnull=True)[:OFFERED]
    items = queries.open_for(user, at)[:OFFERED]
    return [
        *((f"nhap:{one.pk}", _("Bản nháp: {title}").format(title=one.title or "…")) for one in drafts),
        *((f"muc:{one.pk}", _("Kế hoạch: {title}").format(title=one.title)) for one in items),
    ]


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
