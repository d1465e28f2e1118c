"""The rows that tests begin with are put back as they were made (tests/kept_rows.py)."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import connection, transaction

from nguon.accounts.states import Role
from nguon.accounts.tests.cast import people, person
from nguon.journal.queries import verify


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rows() -> dict[str, int]:
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.managed]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in tables))  # noqa: S608
        return dict(cursor.fetchall())


@pytest.mark.django_db
def test_what_is_put_back_is_whole_and_can_be_worked_with() -> None:
    with taken_back():
        people.__wrapped__()  # type: ignore[attr-defined]
        made = rows()
    for _time in range(2):
        with taken_back():
            cast = people()
            assert rows() == made
            assert cast.lan.assignments.count() == 2
            assert cast.places.villages
            person("mai", "Đỗ Thị Mai", (Role.WRITER, cast.places.commune))
            assert (verify().bad, verify().rows) == (None, made["journal_entry"] + 1)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
