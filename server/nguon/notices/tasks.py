"""Background work of notices."""

from uuid import UUID

from django.db import connections
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from nguon.adapters.push import PushUnavailable
from nguon.bulletins.actions import tell_deadlines
from nguon.kernel import clock
from nguon.notices import actions
from nguon.stations.actions import tell_licences

ATTEMPTS = 7
# 4 s, 16 s, 64 s ... about an hour in all before the last attempt: a mail server is restarted in less.
AGAIN = RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=4, retry_exceptions={OSError, ValueError})

SOON = RetryStrategy(max_attempts=5, exponential_wait=4, retry_exceptions={PushUnavailable})


@app.periodic(cron="* * * * * */5")
@app.task(name="nguon.notices.tasks.tick", queue="notices", queueing_lock="notices", pass_context=False)
def tick(timestamp: int) -> None:
    """This task will tell people what the journal has new, every five seconds."""
    try:
        while actions.follow(at=clock.now()):
            pass
    finally:
        connections.close_all()


@app.periodic(cron="* * * * *")
@app.task(name="nguon.notices.tasks.due", queue="notices", queueing_lock="due", pass_context=False)
def due(timestamp: int) -> None:
    """This task will write what is due, once a minute: it looks at every waiting bulletin."""
    try:
        tell_deadlines(at=clock.now())
    finally:
        connections.close_all()


@app.periodic(cron="23 * * * *")
@app.task(name="nguon.notices.tasks.licences", queue="notices", queueing_lock="licences", pass_context=False)
def licences(timestamp: int) -> None:
    """This task will write down which licences are about to run out, once an hour."""
    try:
        while tell_licences(at=clock.now()):
            pass
    finally:
        connections.close_all()


@app.task(name="nguon.notices.tasks.push", queue="pushes", retry=SOON)
def push(notice_id: str, browser_id: str) -> None:
    """This task will tell one browser of one notice, and try for some minutes while its service is away."""
    try:
        actions.push(notice_id=UUID(notice_id), browser_id=UUID(browser_id), at=clock.now())
    finally:
        connections.close_all()


@app.task(name="nguon.notices.tasks.try_out", queue="pushes", retry=SOON)
def try_out(browser_id: str) -> None:
    """This task will show a word of trial in one browser."""
    try:
        actions.tried(browser_id=UUID(browser_id))
    finally:
        connections.close_all()


@app.task(name="nguon.notices.tasks.mail", queue="mail", retry=AGAIN, pass_context=True)
def mail(context: JobContext, notice_id: str) -> None:
    """This task will send one e-mail, and give up after an hour of failures."""
    try:
        actions.mail(notice_id=UUID(notice_id), at=clock.now())
    except Exception:
        if context.job.attempts >= ATTEMPTS:
            actions.give_up_mail(notice_id=UUID(notice_id))
        raise
    finally:
        connections.close_all()
