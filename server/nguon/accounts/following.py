"""What of this app follows when areas move: roles. Keys are counted: the signed words
for them name areas."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from nguon.accounts.models import PasskeyGrant, RoleAssignment
from nguon.journal.actions import Actor, record
from nguon.kernel.clock import local
from nguon.organisations.actions import Item, Moves, place_of, register_follower


class Roles:
    """Assignments in force now or later.  What they were until yesterday stays as it was."""

    kind = "role"
    label = _("Vai trò của người dùng")

    def _rows(self, areas: Collection[str], at: datetime) -> QuerySet[RoleAssignment]:
        today = local(at).date()
        return RoleAssignment.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=today), area__in=list(areas)
        )

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the assignments at exactly these areas."""
        return self._rows(areas, at).count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name the people with a role at one area."""
        rows = self._rows([area], at).select_related("user").order_by("role", "pk")
        return [Item(f"role:{row.pk}", f"{row.get_role_display()}: {row.user}") for row in rows]

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will end the assignments yesterday and begin them today where they belong now."""
        moved = 0
        for row in self._rows(moves.touched, at).select_for_update().order_by("pk"):
            new = moves.of(row.area, f"role:{row.pk}")
            if new != row.area:
                self._move(row, new, by, at)
                moved += 1
        return moved

    def _move(self, row: RoleAssignment, new: str, by: Actor | None, at: datetime) -> None:
        today, old, was = local(at).date(), row.area, row.pk
        yesterday = today - timedelta(days=1)
        since, until = max(row.valid_from, today), row.valid_to
        ended = yesterday if row.valid_from < today else None  # None: it never began
        if ended:
            RoleAssignment.objects.filter(pk=row.pk).update(valid_to=ended)
        else:
            row.delete()
        # In a merge a person may come to have one role twice at one place: the days become one period.
        # Delegated days stay apart from them, for they are another's.
        same = RoleAssignment.objects.filter(
            user=row.user_id, role=row.role, place=place_of(new), on_behalf_of=row.on_behalf_of_id
        )
        twin = same.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=since))
        if until is not None:
            twin = twin.filter(valid_from__lte=until)
        for other in twin:  # read once; what it found is deleted below
            since = min(since, other.valid_from)
            until = None if until is None or other.valid_to is None else max(until, other.valid_to)
        joined = sorted(other.pk for other in twin)
        twin.delete()
        made = RoleAssignment.objects.create(
            user_id=row.user_id,
            role=row.role,
            place_id=place_of(new),
            area=new,
            valid_from=since,
            valid_to=until,
            on_behalf_of_id=row.on_behalf_of_id,
        )
        data = {
            "assignment": made.pk,
            "user": made.user_id,
            "role": made.role,
            "area": new,
            "valid_from": since,
            "valid_to": until,
            "was": was,
            "from": old,
            "areas": [old, new],
            "ended": ended,
            "joined": joined,
        }
        if made.on_behalf_of_id:
            data["on_behalf_of"] = made.on_behalf_of_id
        record(fact="role.followed", subject=f"user:{row.user_id}", by=by, at=at, data=data)


class Keys:
    """Administrators' words for security keys: nobody but the administrator can say them for another area."""

    kind = "key"
    label = _("Khóa bảo mật phải được xác nhận lại")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the words for keys in use at exactly these areas."""
        return PasskeyGrant.objects.filter(area__in=list(areas), passkey__revoked_at__isnull=True).count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name none: there is nothing to choose."""
        return []

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will leave the words as they were signed."""
        return 0


def register() -> None:
    """This function will have the roles follow."""
    register_follower(Roles())
    register_follower(Keys())
