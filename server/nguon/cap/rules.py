"""Pure answers about a message: its hazard, how pressing it is, whether it is real."""

import unicodedata
from datetime import datetime, timedelta

from nguon.adapters.cap.model import Info, Kind, Message, Scope, Status
from nguon.cap.models import Received
from nguon.cap.states import (
    CATEGORIES,
    ENDINGS,
    MAY,
    WORDS,
    Hazard,
    Nature,
    State,
    Verdict,
    Weight,
    Why,
)

_NATURES = {
    Status.ACTUAL: Nature.REAL,
    Status.EXERCISE: Nature.EXERCISE,
    Status.SYSTEM: Nature.SYSTEM,
    Status.TEST: Nature.TEST,
    Status.DRAFT: Nature.DRAFT,
}


AHEAD = timedelta(minutes=5)
"""So far a sender's clock may be ahead of ours."""
OLDEST = timedelta(days=1)
"""What tells no end is over after so long (and so a replay of it)."""
NEVER = {Nature.TEST: Why.TEST, Nature.DRAFT: Why.DRAFT, Nature.SYSTEM: Why.SYSTEM}
_SAID = {Kind.ACK: Why.ACK, Kind.ERROR: Why.ERROR}


def nature(message: Message) -> Nature:
    """This function will say what may become of a message at most; only REAL ever becomes real."""
    return _NATURES[message.status]


def chosen_info(message: Message, language: str = "vi") -> Info | None:
    """This function will return what is told in a language, else in English, else what comes first."""
    for wanted in (language, "en"):
        for info in message.infos:
            if info.language.lower().split("-")[0] == wanted:
                return info
    return message.infos[0] if message.infos else None


def hazard(message: Message) -> Hazard:
    """This function will return of what a message warns, by the words of its events, then its categories."""
    for info in message.infos:
        words = f" {folded(info.event)} "
        for found, known in WORDS:
            if any(f" {word} " in words for word in known):
                return found
    for info in message.infos:
        for category in info.categories:
            if category in CATEGORIES:
                return CATEGORIES[category]
    return Hazard.EVACUATION if _asks(message, "Evacuate") else Hazard.OTHER


def weight(message: Message) -> Weight:
    """This function will return how pressing a message is: urgent where life is in danger now or soon, as CAP
    has it (severity, urgency and certainty all at their two highest)."""
    found = Weight.ORDINARY
    for info in message.infos:
        grave = info.severity in {"Extreme", "Severe"} and "AllClear" not in info.responses
        soon = info.urgency in {"Immediate", "Expected"}
        if grave and soon and info.certainty in {"Observed", "Likely"}:
            return Weight.URGENT
        if grave or (soon and info.severity == "Moderate"):
            found = Weight.PRIORITY
    return found


def expires_at(message: Message) -> datetime | None:
    """This function will return when the last of what is told expires; None when something never does."""
    times = [info.expires for info in message.infos]
    known = [at for at in times if at is not None]
    return max(known) if known and len(known) == len(times) else None


def is_expired(message: Message, at: datetime) -> bool:
    """This function will say whether all that a message tells is over; a cancel never is."""
    until = expires_at(message)
    return message.kind in {Kind.ALERT, Kind.UPDATE} and until is not None and until <= at


def is_ahead(message: Message, at: datetime) -> bool:
    """This function will say whether a message was sent later than any honest clock says."""
    return message.sent > at + AHEAD


def standing(
    message: Message, *, known: bool, made: bool, here: bool, at: datetime
) -> tuple[State, Why | str]:
    """This function will say whether anybody is to decide on a message, and why not: `known`, what it speaks
    of has come; `made`, an alert of ours was made of that; `here`, it is for a place of ours, perhaps."""
    what = nature(message)
    if what in NEVER:
        return State.NOTED, NEVER[what]
    if message.kind in _SAID:
        return State.NOTED, _SAID[message.kind]
    if message.kind == Kind.CANCEL:
        noted = Why.TAKEN_BACK if known else Why.UNSEEN
        return (State.WAITING, "") if made else (State.NOTED, noted)
    why = _why_not(message, at=at, here=here)
    return (State.NOTED, why) if why else (State.WAITING, "")


def _why_not(message: Message, *, here: bool, at: datetime) -> Why | None:
    if message.scope != Scope.PUBLIC:  # it is for some to know, and a loudspeaker tells everybody
        return Why.SCOPE
    if is_expired(message, at):
        return Why.EXPIRED
    if expires_at(message) is None and message.sent < at - OLDEST:
        return Why.OLD
    if not message.infos:
        return Why.EMPTY
    return None if here else Why.ELSEWHERE


def spoken(message: Message) -> str:
    """This function will return what a loudspeaker would say of a message: who says it, what, what to do."""
    info = chosen_info(message)
    if info is None:
        return ""
    parts = [info.sender_name, info.headline, info.description, info.instruction]
    told = [" ".join(part.split()) for part in parts if part.strip()]
    return " ".join(part if part[-1] in ".!?…" else f"{part}." for part in told)


def short(text: str, most: int) -> str:
    """This function will return the beginning of a text, whole sentences of it where it has any, in at most
    so many characters."""
    if len(text) <= most:
        return text
    cut = text[:most]
    end = max(cut.rfind(sign) for sign in ".!?…")
    return cut[: end + 1] if end > 0 else cut.rpartition(" ")[0] or cut


def may_become(row: Received, *, of_ours: bool) -> frozenset[Verdict]:
    """This function will return what may become of a message: an exercise never is real, a cancel only ends
    something, and only what speaks of an alert of ours (`of_ours`) ends one."""
    allowed = MAY[Nature(row.nature)]
    if row.kind == Kind.CANCEL:
        return allowed & (ENDINGS | {Verdict.IGNORE})
    return allowed if of_ours and row.kind == Kind.UPDATE else allowed - ENDINGS


def folded(text: str) -> str:
    """This function will return words without tone marks, in lower case, apart by one space."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    letters = "".join(one if one.isalnum() else " " for one in plain if not unicodedata.combining(one))
    return " ".join(letters.split())


def _asks(message: Message, response: str) -> bool:
    return any(response in info.responses for info in message.infos)
