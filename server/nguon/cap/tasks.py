"""Background work of messages from outside."""

from contextlib import suppress

from django.conf import settings
from django.db import connections
from procrastinate.contrib.django import app

from nguon.cap import actions
from nguon.kernel import clock
from nguon_signer.client import SignerClient, SignerUnavailable


@app.periodic(cron="* * * * *")
@app.task(name="nguon.cap.tasks.tick", queue="cap", queueing_lock="cap")
def tick(timestamp: int) -> None:
    """This task will once a minute ask the feeds, close what nobody decided before it expired, forget
    what is old, and draw the public pages anew."""
    try:
        actions.draw(at=clock.now())
        actions.poll_due(at=clock.now())
        actions.expire(at=clock.now())
        actions.forget(at=clock.now())
    finally:
        connections.close_all()


@app.periodic(cron="* * * * * */5")
@app.task(name="nguon.cap.tasks.prepare", queue="cap", queueing_lock="cap-prepare")
def prepare(timestamp: int) -> None:
    """This task will every five seconds lay down what areas have authorised beforehand, and publish what
    was signed for loudspeakers."""
    try:
        with suppress(SignerUnavailable):  # it is asked again in five seconds
            actions.publish(signer=SignerClient(settings.NGUON_SIGNER_SOCKET), at=clock.now())
        actions.prepare(at=clock.now())
    finally:
        connections.close_all()
