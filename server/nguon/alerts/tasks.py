"""Background work of alerts: messages to people near loudspeakers that stay silent."""

from uuid import UUID

from django.db import connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from nguon.adapters.push import PushUnavailable
from nguon.adapters.sms import SmsUnavailable
from nguon.alerts.actions import reaching
from nguon.kernel import clock

AGAIN = RetryStrategy(max_attempts=6, wait=10, retry_exceptions={SmsUnavailable, PushUnavailable})


@app.task(name="nguon.alerts.tasks.text", queue="texts", retry=AGAIN)
def text(message_id: str) -> None:
    """This task will send one message, and try six times while the gateway or service is away."""
    try:
        reaching.text(message_id=UUID(message_id), gateway=reaching.gateway(), at=clock.now())
    finally:
        connections.close_all()
