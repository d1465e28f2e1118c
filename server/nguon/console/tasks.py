"""Background work of the staff pages."""

from uuid import UUID

from django.db import connections
from procrastinate.contrib.django import app

from nguon.accounts.models import User
from nguon.console import exports
from nguon.kernel import clock


@app.task(name="nguon.console.tasks.export", queue="lists")
def export(user_id: int, key: str) -> None:
    """This task will make one list as an Excel file, for the person who asked."""
    try:
        exports.make(user=User.objects.get(pk=user_id, is_active=True), key=UUID(key), at=clock.now())
    finally:
        connections.close_all()
