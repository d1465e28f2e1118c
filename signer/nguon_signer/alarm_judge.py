"""May this alert sound? The policy on rows together with the officers' touches, for either machine."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from nguon_signer.alarm_policy import refuse_step
from nguon_signer.passkeys import Passkeys
from nguon_signer.policy import Refusal
from nguon_signer.rows import Role, Step, Target


class AlarmJudge:
    """Puts the pure policy together with one machine's own list of keys."""

    def __init__(self, passkeys: Passkeys, tz: str) -> None:
        self._passkeys = passkeys
        self._tz = tz

    def refuse(
        self, step: Step, roles: Iterable[Role], counted: int, places: Collection[Target], now: int
    ) -> Refusal | None:
        """This function will refuse a sounding that was not signed as it must be, or whose touches prove
        nothing; of repeats the touches were used up with the first one."""
        at = datetime.fromtimestamp(now, UTC)
        refusal = refuse_step(step, roles, counted, places, at, self._tz)
        return refusal or self._passkeys.refuse_alert(step.alert, now)
