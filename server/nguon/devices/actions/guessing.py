"""Claim codes that a person types: one who guesses must wait, and the journal says so."""

from datetime import datetime

from django.core.cache import cache

from nguon.accounts.models import User
from nguon.devices import errors
from nguon.devices.actions.joining import waiting_claim
from nguon.devices.models import Claim
from nguon.devices.states import CODES_WAIT_S, WRONG_CODES
from nguon.journal.actions import record
from nguon.organisations.models import Place


def look_for_claim(*, code: str, place: Place, by: User, at: datetime) -> Claim:
    """This function will return the claim of a code that a person typed for a box at a place.

    Raises CodesTooMany after ten wrong ones in ten minutes, right or not, or as waiting_claim does.
    """
    key = f"claim-codes:{by.pk}"
    wrong = cache.get(key, 0)
    if wrong >= WRONG_CODES:
        raise errors.CodesTooMany(most=WRONG_CODES)
    try:
        return waiting_claim(code=code, at=at)
    except errors.ClaimUnknown:
        cache.set(key, wrong + 1, CODES_WAIT_S)
        if wrong + 1 == WRONG_CODES:
            data = {"area": place.area, "count": WRONG_CODES}
            record(fact="device.codes_guessed", subject=f"user:{by.pk}", by=by, at=at, data=data)
        raise
