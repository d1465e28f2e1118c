"""Writes: templates in peacetime; proposing, signing, ending an alert; what the clock asks for."""

from nguon.alerts.actions.ending import end
from nguon.alerts.actions.proposing import Wish, challenge_of, propose, propose_again, settle
from nguon.alerts.actions.reviewing import review
from nguon.alerts.actions.seeding import seed_templates
from nguon.alerts.actions.signing import sign
from nguon.alerts.actions.sounding import tend
from nguon.alerts.actions.templating import Words, approve_template, end_template, make_template

__all__ = [
    "Wish",
    "Words",
    "approve_template",
    "challenge_of",
    "end",
    "end_template",
    "make_template",
    "propose",
    "propose_again",
    "review",
    "seed_templates",
    "settle",
    "sign",
    "tend",
]
