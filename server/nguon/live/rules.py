"""Who may speak where: pure yes or no."""

from collections.abc import Collection

from nguon.organisations.rules import covers

MOST_COMMUNES = 3
"""So many communes one person reaches with one voice; the signer holds to the same."""


def communes(areas: Collection[str]) -> frozenset[str]:
    """This function will return the communes that some areas lie in."""
    return frozenset(".".join(area.split(".")[:3]) for area in areas)


def is_wider_than_a_commune(area: str) -> bool:
    """This function will say whether an area is more than one order may reach."""
    return area.count(".") < 2


def without_inner(areas: Collection[str]) -> list[str]:
    """This function will return the areas that lie in no other of them: nobody hears a voice twice."""
    return sorted(one for one in areas if not any(covers(other, one) for other in set(areas) - {one}))
