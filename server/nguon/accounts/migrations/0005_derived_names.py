"""What a search reads and the order of lists, for people who were there before."""

from typing import Any, ClassVar

from django.db import migrations

from nguon.kernel.text import fold, sort_key


def derive(apps: Any, _editor: Any) -> None:
    people = apps.get_model("accounts", "User")
    for person in people.objects.only("full_name", "username").iterator():
        given = person.full_name.rsplit(" ", 1)[-1]
        people.objects.filter(pk=person.pk).update(
            search=f" {fold(person.full_name)} | {fold(person.username)} "[:260],
            sort_key=sort_key(given) + b"\x00\x00" + sort_key(person.full_name),
        )


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("accounts", "0004_people")]
    operations = [migrations.RunPython(derive, migrations.RunPython.noop)]
