"""What of this app follows when areas move or agencies are succeeded: the posts."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from nguon.journal.actions import Actor, record
from nguon.kernel.clock import local
from nguon.organisations.actions import Item, Moves, place_of, register_follower, register_heir
from nguon.organisations.models import Agency, Facility
from nguon.staff.models import Post


class Posts:
    """Posts held now or later.  Where somebody worked until yesterday stays as it was."""

    kind = "post"
    label = _("Công việc của nhân sự")

    def _rows(self, areas: Collection[str], at: datetime) -> QuerySet[Post]:
        return Post.objects.not_over(local(at).date()).filter(area__in=list(areas))

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the posts at exactly these areas."""
        return self._rows(areas, at).count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name the people who work at one area."""
        rows = self._rows([area], at).select_related("staff").order_by("kind", "pk")
        return [Item(f"post:{row.pk}", f"{row.get_kind_display()}: {row.staff}") for row in rows]

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will end the posts yesterday and begin them today where they belong now."""
        moved = 0
        for row in self._rows(moves.touched, at).select_for_update().order_by("pk"):
            new = moves.of(row.area, f"post:{row.pk}")
            if new != row.area:
                self._move(row, new, by, at)
                moved += 1
        return moved

    def _move(self, row: Post, new: str, by: Actor | None, at: datetime) -> None:
        today, old, was = local(at).date(), row.area, row.pk
        made = Post(
            staff_id=row.staff_id,
            kind=row.kind,
            title=row.title,
            place_id=place_of(new),
            area=new,
            agency_id=row.agency_id,
            facility_id=row.facility_id,
            valid_from=max(row.valid_from, today),
            valid_to=row.valid_to,
            before_id=row.pk if row.valid_from < today else row.before_id,
        )
        if row.valid_from < today:
            Post.objects.filter(pk=row.pk).update(valid_to=today - timedelta(days=1))
        else:
            row.delete()
        # In a merge a person may come to do one kind of work twice at one place: the days become one period.
        same = Post.objects.filter(staff=made.staff_id, kind=made.kind, place=made.place_id)
        twin = same.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=made.valid_from))
        if made.valid_to is not None:
            twin = twin.filter(valid_from__lte=made.valid_to)
        for other in twin:
            made.valid_from = min(made.valid_from, other.valid_from)
            open_end = made.valid_to is None or other.valid_to is None
            made.valid_to = None if open_end else max(made.valid_to, other.valid_to)  # type: ignore[type-var]
        twin.delete()
        made.save()
        data = {"post": made.pk, "was": was, "kind": made.kind, "from": old, "area": new}
        record(fact="post.followed", subject=f"staff:{made.staff_id}", by=by, at=at, data=data)


class Offices:
    """Posts held for an agency or at a facility: whoever took over has the people."""

    kind = "post"

    def _rows(self, body: Agency | Facility) -> QuerySet[Post]:
        held = Post.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=body.valid_to or body.valid_from)
        )
        return held.filter(agency=body) if isinstance(body, Agency) else held.filter(facility=body)

    def count(self, body: Agency | Facility) -> int:
        """This function will count the posts without an end."""
        return self._rows(body).filter(valid_to__isnull=True).count()

    def hand_over(self, origin: Agency | Facility, successor: Agency | Facility) -> None:
        """This function will have the posts that go on hang on the successor."""
        going_on = self._rows(origin)
        if isinstance(successor, Agency):
            going_on.update(agency=successor)
        else:
            going_on.update(facility=successor)


def register() -> None:
    """This function will have the posts follow."""
    register_follower(Posts())
    register_heir(Offices())
