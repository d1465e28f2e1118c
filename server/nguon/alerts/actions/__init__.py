"""Writes: templates in peacetime; proposing, signing, ending an alert; what the clock asks for."""

from nguon.alerts.actions.ending import end
from nguon.alerts.actions.proposing import Wish, propose, propose_again
from nguon.alerts.actions.reviewing import review
from nguon.alerts.actions.seeding import seed_templates
from nguon.alerts.actions.settling import challenge_of, settle
from nguon.alerts.actions.signing import sign
from nguon.alerts.actions.sounding import tend
from nguon.alerts.actions.templating import (
    Words,
    add_tongue,
    approve_template,
    end_template,
    make_template,
    settle_template,
)

__all__ = [
    "Wish",
    "Words",
    "add_tongue",
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
    "settle_template",
    "sign",
    "tend",
]
