"""Keeping what the sources of places contradict each other about: nothing of it is dropped silently."""

from collections.abc import Iterable

from nguon.organisations.actions.sources import Oddity
from nguon.organisations.models import SourceOddity

_CODE, _TEXT = 200, 400


def keep_oddities(*, system: str, source: str, found: Iterable[Oddity]) -> None:
    """This function will make the kept oddities of one list those that were found now; a second run of the
    same list writes nothing."""
    wanted = {(row.kind, row.code[:_CODE], row.text[:_TEXT]) for row in found}
    rows = SourceOddity.objects.filter(system=system).values_list("pk", "source", "kind", "code", "text")
    known = {tuple(told): (pk, said) for pk, said, *told in rows}
    stale = [pk for told, (pk, said) in known.items() if told not in wanted or said != source]
    SourceOddity.objects.filter(pk__in=stale).delete()
    SourceOddity.objects.bulk_create(
        SourceOddity(system=system, source=source, kind=kind, code=code, text=text)
        for kind, code, text in sorted(wanted)
        if known.get((kind, code, text), (0, ""))[1] != source
    )
