"""How far the work under way may look into the tables: told to the database before each statement.

PostgreSQL's row security (docs/adr/015) keeps every row from the web's role that this does not reach. It
stands beneath the rules in Python: where a filter is forgotten, nothing comes out.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from nguon.areas.paths import COUNTRY, lineage, outermost


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose work it is, within which areas; `entering`: somebody signs in, who is looked for by name;
    `session`: the key of the one session that is read or written. `own`: the areas of the roles alone, where
    `areas` holds what they were before too.
    """

    person: int | None = None
    areas: tuple[str, ...] = ()
    entering: bool = False
    session: str = ""
    own: tuple[str, ...] = ()

    @property
    def above(self) -> list[str]:
        """This property will give what lies around the areas: whose people write for them and decide."""
        return sorted({outer for area in self.areas for outer in lineage(area)[:-1]})

    @property
    def settings(self) -> tuple[str, str, str, str, str]:
        """This property will give what the policies read: person, areas, what is above, entering, session."""
        ranges = ",".join(f'["{area}","{area}/")' for area in self.areas)
        above = ",".join(f'"{area}"' for area in self.above)
        entering = "on" if self.entering else ""
        return str(self.person or ""), f"{{{ranges}}}", f"{{{above}}}", entering, self.session


NOTHING = Reach()
EVERYTHING = Reach(areas=(COUNTRY,))
_CURRENT: ContextVar[Reach | None] = ContextVar("nguon_reach", default=None)


def current() -> Reach | None:
    """This function will return the reach of the work under way; None: nobody has told one."""
    return _CURRENT.get()


@contextmanager
def reaching(reach: Reach) -> Iterator[None]:
    """This function will give the work inside a reach of its own; afterwards it is as it was."""
    token = _CURRENT.set(reach)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def reach_of(person: int, areas: Iterable[str]) -> Reach:
    """This function will return the reach of one person with roles in some areas."""
    return Reach(person=person, areas=tuple(outermost(areas)))


@contextmanager
def everything() -> Iterator[None]:
    """This function will let the work inside see every row, where a rule needs what the person may not see:
    whether a name is taken, what a person holds elsewhere, what moves with the map.

    Who uses it is listed in tests/repository/test_row_security.py. Without a reach it changes nothing.
    """
    outer = _CURRENT.get()
    if outer is None or outer.areas == EVERYTHING.areas:
        yield
        return
    with reaching(replace(outer, areas=EVERYTHING.areas, own=())):
        yield


@contextmanager
def with_session(key: str | None) -> Iterator[None]:
    """This function will let the work inside read and write one session too, by its secret key."""
    with reaching(replace(_CURRENT.get() or NOTHING, session=key or "")):
        yield
