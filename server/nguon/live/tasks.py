"""Background work of live sessions."""

import uuid

from django.db import connections
from procrastinate.contrib.django import app

from nguon.kernel import clock
from nguon.live import actions


@app.task(name="nguon.live.tasks.record", queue="sound")
def record(session_id: str) -> None:
    """This task will keep what was said in one session."""
    try:
        actions.keep_recording(session_id=uuid.UUID(session_id), at=clock.now())
    finally:
        connections.close_all()
