"""An alert that goes before everything, and the drill that sounds like none.

An alert is born with its end: whoever signs it signs in the same gesture its cancel and its correction, and
the alert names both by their hashes. So the second person is never needed again to take a false alert back
(Hawaii 2018: 38 minutes), and a device can fetch the correction's sound before anybody needs it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from nguon_protocol.documents.common import MAX_DURATION_MS, Document, Item, parse_body
from nguon_protocol.errors import ProtocolError
from nguon_protocol.fields import Fields

LIFETIME_S = 900
END_LIFETIME_S = 24 * 3600
MAX_SOUNDS = 8
MAX_REPEAT = 10
SIREN = "siren"
DRILL = "drill"
_ACTIONS = {
    "urgent": frozenset({"play", "cancel", "correct"}),
    "drill": frozenset({"play", "test", "cancel"}),
}
_SOUND = re.compile(r"[a-z0-9-]{1,40}")
_ENDING = frozenset({"cancel", "correct"})
_ONLY_PLAYED = ("sounds", "item", "dur_ms", "repeat")
_BORN_WITH = ("cancel", "correction")


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent(Document):
    """One step of an alert: `play` it, `cancel` the alert `of`, or `correct` it with other words.

    `sounds` name what is stored on the device already ("siren", phrases) and come before `item`; the whole
    is heard `repeat` times in at most `dur_ms`. An alert is renewed under the same `id` with a higher v.
    """

    TYPE: ClassVar[str] = "urgent"
    epoch: int
    v: int
    id: str
    target: str
    action: str
    of: str | None = None
    sounds: tuple[str, ...] = ()
    item: Item | None = None
    dur_ms: int | None = None
    repeat: int = 1
    cancel: str | None = None
    correction: str | None = None

    def fields(self) -> dict[str, Any]:
        """Give the document's own fields."""
        found: dict[str, Any] = {
            "epoch": self.epoch,
            "v": self.v,
            "id": self.id,
            "target": self.target,
            "action": self.action,
        }
        if self.action != "cancel":
            found |= {"sounds": list(self.sounds), "dur_ms": self.dur_ms, "repeat": self.repeat}
        if self.item is not None:
            found["item"] = self.item.to_json()
        found |= {
            name: getattr(self, name) for name in ("of", *_BORN_WITH) if getattr(self, name) is not None
        }
        return found

    @classmethod
    def parse(cls, body: bytes) -> "Urgent":
        """Read it; an alert without its cancel and correction is refused, and so is a field out of place."""
        fields, issued, expires = parse_body(body, cls.TYPE)
        action = fields.one_of("action", _ACTIONS[cls.TYPE])
        _check_names(fields, action, born=cls.TYPE == "urgent" and action == "play")
        heard = action != "cancel"
        found = cls(
            issued=issued,
            expires=expires,
            epoch=fields.integer("epoch"),
            v=fields.integer("v"),
            id=fields.uuid("id"),
            target=fields.target(),
            action=action,
            of=fields.uuid("of") if action in _ENDING else None,
            sounds=_sounds(fields) if heard else (),
            item=Item.parse(fields.object("item")) if fields.has("item") else None,
            dur_ms=fields.integer("dur_ms", 1, MAX_DURATION_MS) if heard else None,
            repeat=fields.integer("repeat", 1, MAX_REPEAT) if heard else 1,
            cancel=fields.sha256("cancel") if fields.has("cancel") else None,
            correction=fields.sha256("correction") if fields.has("correction") else None,
        )
        found.check()
        return found

    def check(self) -> None:
        """Refuse (ProtocolError) what has the right form and still may not be."""
        if self.action != "cancel" and not self.sounds and self.item is None:
            raise ProtocolError("nothing is to be heard")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill(Urgent):
    """An exercise: begins with the stored phrase "this is a drill", has no siren, is held to policy.

    To `test` is an exercise that nobody hears: everything is done as for a drill, down to the loudspeaker's
    output, at volume 0 and behind whatever else sounds, so it may be done at any hour.
    """

    TYPE: ClassVar[str] = "drill"

    def check(self) -> None:
        """Refuse what could be taken for an alert."""
        Urgent.check(self)
        if self.action != "cancel" and (self.sounds[:1] != (DRILL,) or SIREN in self.sounds):
            raise ProtocolError("a drill begins with its phrase and has no siren")


def born(alert: Urgent, ending: Sequence[Urgent]) -> tuple[Urgent, ...]:
    """Give the alert with its cancel and correction, to be signed in one gesture; ProtocolError if apart.

    `ending` is (cancel, correction), both `of` the alert, to the same target and numbered after it.
    """
    if [one.action for one in ending] != ["cancel", "correct"]:
        raise ProtocolError("an alert has a cancel and a correction")
    for one in ending:
        if (one.of, one.target, one.epoch) != (alert.id, alert.target, alert.epoch) or one.v <= alert.v:
            raise ProtocolError(f"the {one.action} is not this alert's")
    cancel, correction = ending
    return replace(alert, cancel=cancel.sha256, correction=correction.sha256), cancel, correction


def _check_names(fields: Fields, action: str, *, born: bool) -> None:
    if fields.has("of") != (action in _ENDING) or any(fields.has(name) != born for name in _BORN_WITH):
        raise ProtocolError(f"to {action}, these are the wrong fields")
    if action == "cancel" and any(fields.has(name) for name in _ONLY_PLAYED):
        raise ProtocolError("a cancel has no sound")


def _sounds(fields: Fields) -> tuple[str, ...]:
    found = fields.items("sounds", MAX_SOUNDS)
    if not all(isinstance(one, str) and _SOUND.fullmatch(one) for one in found):
        raise ProtocolError("sounds are names of stored sounds")
    return tuple(found)
