"""What is wrong with a message: a slug, where, and about what; whoever shows it finds the sentence."""

from __future__ import annotations

from dataclasses import dataclass

UNREADABLE = frozenset(
    {"empty", "too_large", "packed", "encoding", "doctype", "too_deep", "too_many", "xml", "version"}
)
"""Nothing further was looked at."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong (`grave`), or that its sender had better do otherwise."""

    code: str
    line: int = 0
    about: str = ""
    grave: bool = True


class NotCap(Exception):
    """What was given cannot be read as a CAP message; `faults` says why."""

    def __init__(self, *faults: Fault) -> None:
        """This function will keep why."""
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = faults
