"""The column that holds an area, and the one way to ask what lies within areas."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, Value
from django.db.models.lookups import Lookup
from django.db.models.sql.compiler import SQLCompiler

from nguon.areas.paths import COUNTRY, bounds, outermost

if TYPE_CHECKING:
    _Text = models.CharField[str, str]
    _Lookup = Lookup[Any]
else:
    _Text, _Lookup = models.CharField, Lookup


class AreaField(_Text):
    """The path of a place. It is compared byte by byte whatever the database's language, so that one plain
    index answers what lies within an area, and so that the comparison is leakproof: PostgreSQL uses the
    index beneath row security too (docs/adr/015).
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        """This function will make a column of at most 120 bytes."""
        options.setdefault("max_length", 120)
        options.setdefault("db_collation", "C")
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        """This function will have migrations see plain text."""
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options


def label(column: str, number: int) -> Func:
    """This function will give one label of an area, the country's first; "" where the area is wider. To cut
    takes the database a third of the time of a pattern."""
    return Func(F(column), Value("."), Value(number), function="split_part", output_field=models.TextField())


@AreaField.register_lookup
class Within(_Lookup):
    """`area__within=areas` keeps the rows of these areas and of all that lies inside them.

    No areas keep no row. The whole country keeps every row.
    """

    lookup_name = "within"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Collection[str]) -> None:
        """This function will drop what another of the areas holds."""
        if isinstance(rhs, str):
            raise TypeError("areas are given as a collection")
        super().__init__(lhs, tuple(outermost(list(rhs))))

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """This function will write one range for each area."""
        if not self.rhs:
            raise EmptyResultSet
        if COUNTRY in self.rhs:
            raise FullResultSet
        column, given = self.process_lhs(compiler, connection)
        # The collation stands on the value, so the answer is right even where a column has another one.
        one = f'({column} >= %s COLLATE "C" AND {column} < %s COLLATE "C")'
        values = (part for area in self.rhs for bound in bounds(area) for part in (*given, bound))
        return f"({' OR '.join([one] * len(self.rhs))})", tuple(values)
