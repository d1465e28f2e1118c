"""Writes: drafting, submitting, deciding, withdrawing."""

from nguon.bulletins.actions.attaching import Kept, attach, attach_kept, detach
from nguon.bulletins.actions.campaigning import CampaignFields, add_campaign, seed_campaigns
from nguon.bulletins.actions.copying import copy, correct
from nguon.bulletins.actions.deciding import Hand, approve, reopen, send_back, take_back, withdraw
from nguon.bulletins.actions.drafting import DraftFields, hand_over_drafts, save_draft, start
from nguon.bulletins.actions.following import approved_at, follow_approved, follow_open, open_at
from nguon.bulletins.actions.hearing import hear
from nguon.bulletins.actions.reviewing import add_rule, end_rule, tell_deadlines
from nguon.bulletins.actions.submitting import NotReady, problems, submit
from nguon.bulletins.actions.templating import begin_from, end_template, follow_rhythm, keep_template
from nguon.bulletins.actions.translating import drop_version, save_version

__all__ = [
    "CampaignFields",
    "DraftFields",
    "Hand",
    "Kept",
    "NotReady",
    "add_campaign",
    "add_rule",
    "approve",
    "approved_at",
    "attach",
    "attach_kept",
    "begin_from",
    "copy",
    "correct",
    "detach",
    "drop_version",
    "end_rule",
    "end_template",
    "follow_approved",
    "follow_open",
    "follow_rhythm",
    "hand_over_drafts",
    "hear",
    "keep_template",
    "open_at",
    "problems",
    "reopen",
    "save_draft",
    "save_version",
    "seed_campaigns",
    "send_back",
    "start",
    "submit",
    "take_back",
    "tell_deadlines",
    "withdraw",
]
