"""Names that come out the same however often a thing is signed again, so that nothing plays twice."""

from uuid import UUID, uuid5

NAMESPACE = UUID("6c6f612d-6c73-5031-8a10-6e67756f6e31")


def item_id(revision_id: UUID | str, instant: int) -> str:
    """Name the playing of one revision at one instant (epoch seconds UTC; 0 for play-now)."""
    return str(uuid5(NAMESPACE, f"{revision_id}|{instant}"))


def placed_id(revision_id: UUID | str, area: str, instant: int) -> str:
    """Name the playing of one revision at one instant (epoch seconds UTC) in the programme of one commune
    (its area), or in one of its turns (the target of those loudspeakers): each commune puts it there, and
    takes it away again, by itself."""
    return str(uuid5(NAMESPACE, f"{revision_id}|{instant}|{area}"))


def order_id(item: str, target: str) -> str:
    """Name the play-now order of an item to a target; the same two always give the same order."""
    return str(uuid5(NAMESPACE, f"{item}|{target}"))
