"""Writes: following the journal, reading, choosing, sending e-mail, telling browsers at once."""

from nguon.notices.actions.following import (
    choose_mail,
    follow,
    give_up_mail,
    mail,
    read,
    read_all,
    tell,
)
from nguon.notices.actions.pushing import push, push_to, service, subscribe, tried, try_out, unsubscribe

__all__ = [
    "choose_mail",
    "follow",
    "give_up_mail",
    "mail",
    "push",
    "push_to",
    "read",
    "read_all",
    "service",
    "subscribe",
    "tell",
    "tried",
    "try_out",
    "unsubscribe",
]
