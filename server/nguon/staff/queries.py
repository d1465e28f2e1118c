"""Questions about the staff register; the scope comes first."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, Func, OuterRef, Prefetch, QuerySet, TextField, Value

from nguon.kernel.text import fold
from nguon.staff.models import Post, PostQuerySet, Staff, Training
from nguon.staff.states import PostKind, Trained


@dataclass(frozen=True)
class Asked:
    """Whom a list is asked for: words of the name, a kind of work, an area inside the scope, training."""

    words: str = ""
    kind: str = ""
    area: str = ""
    trained: Trained = Trained.ALL
    past: bool = False


EVERYBODY = Asked()


def _posts(areas: Collection[str], day: date, asked: Asked) -> PostQuerySet:
    posts = Post.objects.within(areas)
    if asked.area:
        posts = posts.within([asked.area])
    if asked.kind in PostKind.values:
        posts = posts.filter(kind=asked.kind)
    return posts.filter(valid_to__lt=day) if asked.past else posts.not_over(day)


def staff_in(areas: Collection[str], *, day: date, asked: Asked = EVERYBODY) -> QuerySet[Staff]:
    """This function will return the people with a post in the areas on `day` or later, in the order of given
    names; with `asked.past` those whose posts there are all over.

    Every word must begin a word of the name; tone marks do not matter.
    """
    rows = Staff.objects.filter(Exists(_posts(areas, day, asked).filter(staff=OuterRef("pk"))))
    if asked.past:
        rows = rows.exclude(Exists(Post.objects.within(areas).not_over(day).filter(staff=OuterRef("pk"))))
    for word in fold(asked.words).split()[:8]:
        rows = rows.filter(search__contains=f" {word}")
    taken = Training.objects.filter(staff=OuterRef("pk"))
    this_year = taken.filter(last_day__gte=date(day.year, 1, 1), last_day__lte=date(day.year, 12, 31))
    if asked.trained == Trained.THIS_YEAR:
        rows = rows.filter(Exists(this_year))
    elif asked.trained == Trained.NOT_THIS_YEAR:
        rows = rows.exclude(Exists(this_year))
    elif asked.trained == Trained.NEVER:
        rows = rows.exclude(Exists(taken))
    return rows.order_by("sort_key", "pk")


def with_work(rows: QuerySet[Staff], areas: Collection[str]) -> QuerySet[Staff]:
    """This function will have people come with `shown_posts` in the areas and with their courses, two
    queries for a whole page.
    """
    posts = Post.objects.within(areas).select_related("place__parent", "agency", "facility")
    return rows.prefetch_related(
        Prefetch("posts", posts.order_by("valid_to", "-valid_from", "pk"), to_attr="shown_posts"),
        Prefetch("trainings", Training.objects.order_by("-last_day", "pk"), to_attr="shown_trainings"),
    )


def posts_of(staff: Staff, areas: Collection[str]) -> list[Post]:
    """This function will return a person's posts in the areas, those held now or later first."""
    rows = Post.objects.within(areas).filter(staff=staff)
    rows = rows.select_related("place__parent", "agency", "facility", "before__staff", "before__place")
    return list(rows.order_by(F("valid_to").desc(nulls_first=True), "-valid_from", "pk"))


def trainings_of(staff: Staff) -> list[Training]:
    """This function will return a person's courses, the latest first."""
    return list(staff.trainings.order_by("-last_day", "pk"))


def staff_named(areas: Collection[str], text: str, *, day: date, most: int = 12) -> list[Staff]:
    """This function will return the people in the areas whom the words may mean, whole names first."""
    if not fold(text):
        return []
    rows = list(staff_in(areas, day=day, asked=Asked(words=text))[:most])
    same = [row for row in rows if fold(row.full_name) == fold(text)]
    return same or rows


def known_by_name(areas: Collection[str] | None, names: Iterable[str]) -> QuerySet[Staff]:
    """This function will return the people of these very names in the areas (None: anywhere)."""
    rows = Staff.objects.filter(full_name__in=list(names))
    if areas is not None:
        rows = rows.filter(Exists(Post.objects.within(areas).filter(staff=OuterRef("pk"))))
    return rows


@dataclass(frozen=True)
class Counted:
    """How many people do one kind of work in one area."""

    area: str
    kind: PostKind
    people: int


def counts(areas: Collection[str], *, on: date, depth: int | None = None) -> list[Counted]:
    """This function will count the people by area and kind of work on a day, each once in each line.

    `depth` gathers areas by their first labels: 1 for the country, 2 for provinces, 3 for communes; None
    leaves every post at its own place. One query.
    """
    rows = _by_area(Post.objects.within(areas).on(on), depth).values("where", "kind")
    told = rows.annotate(people=Count("staff", distinct=True)).order_by("where", "kind")
    return [Counted(row["where"], PostKind(row["kind"]), row["people"]) for row in told]


@dataclass(frozen=True)
class TrainedShare:
    """Of the people who work in an area on a day, how many took part in a course in that year until then."""

    area: str
    people: int
    trained: int

    @property
    def share(self) -> float | None:
        """This property will give the share (0 to 1), or None where nobody works."""
        return self.trained / self.people if self.people else None


def trained_shares(areas: Collection[str], *, on: date, depth: int | None = None) -> list[TrainedShare]:
    """This function will tell by area how many of the people working there on a day were trained in the
    year of that day (tỷ lệ được tập huấn; Quyết định 135/QĐ-TTg asks for 100 %). `depth` as in `counts`.
    """
    year = Training.objects.filter(
        staff=OuterRef("staff"), last_day__gte=date(on.year, 1, 1), last_day__lte=on
    )
    held = _by_area(Post.objects.within(areas).on(on), depth)

    def by_area(rows: QuerySet[Any]) -> dict[str, int]:
        told = rows.values("where").annotate(people=Count("staff", distinct=True)).order_by("where")
        return {row["where"]: row["people"] for row in told}

    trained = by_area(held.filter(Exists(year)))
    return [TrainedShare(area, people, trained.get(area, 0)) for area, people in by_area(held).items()]


def _by_area(rows: PostQuerySet, depth: int | None) -> QuerySet[Any]:
    if depth is None:
        return rows.annotate(where=F("area"))
    first = Value(rf"^[^.]+(?:\.[^.]+){{0,{depth - 1}}}")
    return rows.annotate(where=Func(F("area"), first, function="SUBSTRING", output_field=TextField()))
