"""The whole judgement of what somebody sent: a message, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from nguon.adapters.cap.faults import Fault, NotCap
from nguon.adapters.cap.model import NAMESPACE, Message
from nguon.adapters.cap.reading import tree
from nguon.adapters.cap.rules import wrongs
from nguon.adapters.cap.shaping import Shaper

_NAMES = {"c": NAMESPACE}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read; `message` may be there although there are grave faults, for showing it to people."""

    message: Message | None
    faults: tuple[Fault, ...]

    @property
    def valid(self) -> bool:
        """This property will say whether the message may be acted upon."""
        return self.message is not None and not any(fault.grave for fault in self.faults)


def read(data: bytes) -> Reading:
    """This function will judge what somebody sent as a CAP message; it never raises for what is in it."""
    try:
        return of_tree(tree(data))
    except NotCap as reason:
        return Reading(None, reason.faults)


def of_tree(root: etree._Element) -> Reading:
    """This function will judge a tree that its schema allows."""
    shaper = Shaper()
    message = shaper.message(root)
    asked = [Fault(one.code, _line(root, one.path), one.about, one.grave) for one in wrongs(message)]
    return Reading(message, tuple(sorted({*shaper.faults, *asked}, key=_place)))


def _place(fault: Fault) -> tuple[bool, int, str, str]:
    return not fault.grave, fault.line, fault.code, fault.about


def _line(root: etree._Element, path: str) -> int:
    """The line of an element, or of the nearest one around it that is there."""
    steps: Sequence[str] = path.split("/")
    while steps:
        found = root.xpath("/".join(f"c:{step}" for step in steps), namespaces=_NAMES)
        if found:
            return int(found[0].sourceline or 0)
        steps = steps[:-1]
    return int(root.sourceline or 0)
