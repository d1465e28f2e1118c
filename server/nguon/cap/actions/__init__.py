"""Writes: who may send, what came, what was decided."""

from nguon.cap.actions.deciding import decide, prepare
from nguon.cap.actions.polling import poll, poll_due
from nguon.cap.actions.publishing import draw, publish
from nguon.cap.actions.receiving import Outcome, admit, expire, forget, receive
from nguon.cap.actions.senders import (
    NewSender,
    add_sender,
    authorise,
    end_authorisation,
    end_sender,
    sender_of_token,
)

__all__ = [
    "NewSender",
    "Outcome",
    "add_sender",
    "admit",
    "authorise",
    "decide",
    "draw",
    "end_authorisation",
    "end_sender",
    "expire",
    "forget",
    "poll",
    "poll_due",
    "prepare",
    "publish",
    "receive",
    "sender_of_token",
]
