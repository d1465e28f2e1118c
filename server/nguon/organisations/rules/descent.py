"""What becomes of land: from the arrows of one day to how much of each old place lies in each new one.

A *stint* is a place while its land stays as it is; a change of land ends the stints of its origins and begins
those of its successors.  A descent joins two stints with two shares: of the origin (forward) and of the
successor (back).  Forward shares of one stint over the places of any later day add up to 1, and so do back
shares over any earlier day: that is why restated totals are conserved.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

_DIGITS = 12  # of a share: 0.3 + 0.7 must be 1


@dataclass(frozen=True, slots=True)
class Link:
    """One arrow of land on one day; a share that is not known is None."""

    origin: int
    successor: int
    share: float | None = None
    back_share: float | None = None
    doubtful: bool = False
    assumed: bool = False
    back_assumed: bool = False


@dataclass(frozen=True, slots=True)
class Descent:
    """Of the stint `origin_from..origin_to`, `share` lies in the other, and makes `back_share` of it."""

    origin: int
    origin_from: date
    origin_to: date
    successor: int
    successor_from: date
    successor_to: date | None
    share: float
    back_share: float
    assumed: bool
    back_assumed: bool


def with_shares(links: Sequence[Link]) -> list[Link]:
    """This function will fill the unknown shares of the arrows of one day, and mark them as assumed.

    Unknown parts of an origin get equal shares of what the known ones leave (a doubtful one nothing while
    there are others).  Unknown back shares follow the forward ones, as if the origins were equally large.
    One arrow alone is the whole, which assumes nothing.
    """
    forward = [link for group in _by(links, "origin").values() for link in _forward(group)]
    both = [link for group in _by(forward, "successor").values() for link in _back(group)]
    return sorted(both, key=lambda link: (link.origin, link.successor))


def _by(links: Iterable[Link], end: str) -> dict[int, list[Link]]:
    groups: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        groups[getattr(link, end)].append(link)
    return groups


def _forward(group: list[Link]) -> list[Link]:
    if len(group) == 1:
        return [replace(group[0], share=1.0)]
    left = max(0.0, 1.0 - sum(link.share for link in group if link.share is not None))
    unknown = [link for link in group if link.share is None]
    sharing = [link for link in unknown if not link.doubtful] or unknown
    return [
        link
        if link.share is not None
        else replace(link, share=left / len(sharing) if link in sharing else 0.0, assumed=True)
        for link in group
    ]


def _back(group: list[Link]) -> list[Link]:
    if len(group) == 1:
        return [replace(group[0], back_share=1.0)]
    left = max(0.0, 1.0 - sum(link.back_share for link in group if link.back_share is not None))
    unknown = [link for link in group if link.back_share is None]
    total = sum(link.share or 0.0 for link in unknown)
    return [
        link
        if link.back_share is not None
        else replace(
            link,
            back_share=left * ((link.share or 0.0) / total if total else 1 / len(unknown)),
            back_assumed=True,
        )
        for link in group
    ]


def compose(
    day: date, links: Sequence[Link], before: Iterable[Descent], since: Mapping[int, date]
) -> tuple[list[Descent], list[Descent]]:
    """This function will return (what of `before` ends with the day before `day`, what is new).

    `links` are the arrows of `day` with their shares.  `before` are the open descents that lead to their
    origins.  `since` gives the first day of the stint of an origin that nothing leads to.
    """
    origins = {link.origin for link in links}
    leading: dict[int, list[Descent]] = defaultdict(list)
    for descent in before:
        if descent.successor in origins and descent.successor_to is None:
            leading[descent.successor].append(descent)
    eve = day - timedelta(days=1)
    ended = [replace(row, successor_to=eve) for rows in leading.values() for row in rows]
    made: dict[tuple[int, date, int], Descent] = {}
    for link in links:
        rows = leading.get(link.origin, [])
        start = rows[0].successor_from if rows else since[link.origin]
        itself = Descent(link.origin, start, eve, link.origin, start, None, 1.0, 1.0, False, False)
        for row in (itself, *rows):
            _add(made, _joined(row, link, day))
    return ended, list(made.values())


def _joined(row: Descent, link: Link, day: date) -> Descent:
    return Descent(
        row.origin,
        row.origin_from,
        row.origin_to,
        link.successor,
        day,
        None,
        row.share * (link.share or 0.0),
        row.back_share * (link.back_share or 0.0),
        row.assumed or link.assumed,
        row.back_assumed or link.back_assumed,
    )


def _add(made: dict[tuple[int, date, int], Descent], new: Descent) -> None:
    """Land may come to the same place by two ways: the shares add up."""
    key = new.origin, new.origin_from, new.successor
    there = made.get(key)
    share, back = round(new.share, _DIGITS), round(new.back_share, _DIGITS)
    if there is not None:
        share, back = round(there.share + share, _DIGITS), round(there.back_share + back, _DIGITS)
        new = replace(
            new,
            assumed=there.assumed or new.assumed,
            back_assumed=there.back_assumed or new.back_assumed,
        )
    made[key] = replace(new, share=share, back_share=back)
