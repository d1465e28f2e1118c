"""A full disk or a database that is away is one clear sentence, and nothing was half done."""

import errno
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.contrib.auth.decorators import login_not_required
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from nguon.ui import outage

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

LATER = datetime(2030, 1, 1, tzinfo=UTC)
FAULT = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '%s'; END $$"  # by the real engine


@login_not_required
def breaks(request: HttpRequest, code: str) -> HttpResponse:
    with transaction.atomic(), connection.cursor() as cursor:
        Session.objects.create(
            session_key="half", session_data="x", expire_date=datetime(2030, 1, 1, tzinfo=UTC)
        )
        cursor.execute(FAULT % code)
    return HttpResponse()


@login_not_required
def writes(request: HttpRequest) -> HttpResponse:
    raise OSError(errno.ENOSPC, "No space left on device")


urlpatterns = [
    path("breaks/<code>/", breaks),
    path("writes/", writes),
    path("", include("nguon.ui.urls")),
]
handler500 = "nguon.ui.views.server_error"


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def said(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_full_database_is_one_sentence_and_nothing_half_done(visitor: Client) -> None:
    answer = visitor.get("/breaks/53100/")
    assert answer.status_code == 503
    assert str(outage.FULL.title) in said(answer)
    assert "dọn đĩa rồi làm lại" in said(answer)
    assert not Session.objects.filter(session_key="half").exists()


def test_a_full_folder_is_the_same_sentence(visitor: Client) -> None:
    assert str(outage.FULL.sentence) in said(visitor.get("/writes/"))


def test_a_database_that_shuts_down_is_another_sentence(visitor: Client) -> None:
    assert str(outage.AWAY.sentence) in said(visitor.get("/breaks/57P01/"))


def test_a_piece_of_a_page_gets_the_bare_sentence(visitor: Client) -> None:
    answer = visitor.get("/breaks/53100/", headers={"HX-Request": "true"})
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert said(answer) == f"{outage.FULL.title}. {outage.FULL.sentence}"


def test_a_fault_of_ours_stays_a_fault_of_ours(visitor: Client) -> None:
    answer = visitor.get("/breaks/22012/")
    assert answer.status_code == 500
    assert "Máy chủ gặp lỗi" in said(answer)


def test_a_connection_lost_on_a_full_disk_is_blamed_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = OperationalError("server closed the connection unexpectedly")
    lost.__cause__ = psycopg.OperationalError(str(lost))
    assert outage.outage_of(lost) is outage.AWAY
    monkeypatch.setattr(outage, "_LEAST_ROOM", 1 << 62)
    assert outage.outage_of(lost) is outage.FULL
    assert outage.outage_of(ImproperlyConfigured()) is None
    assert outage.outage_of(None) is None
