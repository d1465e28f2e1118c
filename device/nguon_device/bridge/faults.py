"""What may go wrong between a bridge and a box: a slug for programs, and what it is about."""

SENTENCES = {
    "address": "the address of the box is not one that can be used",
    "private": "the address of the box lies in a network that this bridge was not started for (--reach)",
    "elsewhere": "the box sends the bridge on to another address; nothing is sent there",
    "unreachable": "the box cannot be reached",
    "tls": "the certificate of the box cannot be verified",
    "slow": "the box did not answer in time",
    "status": "the box answered with an error",
    "password": "the box refuses the user name or the password",
    "rubbish": "the box answered something that cannot be read",
    "large": "the box answered more than a bridge reads",
    "other": "the box answered for another device",
    "refused": "the box refused what it was asked for",
    "silent": "the box took the order, and does not say that it plays",
    "goes-on": "the box was told to stop, and goes on playing",
    "stranger": "the box plays something that was not ordered",
    "unknown-code": "the profile has no code for this; it must be set for this maker",
    "no-listener": "the box is not listening to its stream",
    "no-timer": "the relay has no time after which it falls back by itself; it is not used",
    "sealed": "the password was sealed for another key, or for another box",
    "settings": "the settings of this box are not complete",
    "waiting": "nobody has said yet which box this bridge is to drive",
    "fault": "the adapter failed",
}
"""Each slug in one sentence, for whoever reads the output of the bridge; the console has its own."""
MOST_ABOUT = 120


class FarFault(Exception):
    """The box did not do what it was asked for. `code` is one of SENTENCES; `about` what it said."""

    def __init__(self, code: str, about: object = "") -> None:
        """Keep why, with nothing in it that could play tricks on a terminal or a page."""
        self.code = code if code in SENTENCES else "fault"
        text = str(about) if isinstance(about, str | int | BaseException) else type(about).__name__
        self.about = "".join(one for one in text[:MOST_ABOUT] if one.isprintable())
        super().__init__(f"{SENTENCES[self.code]}{f': {self.about}' if self.about else ''}")
