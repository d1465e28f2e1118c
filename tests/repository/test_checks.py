"""What Django itself looks at (models, addresses, templates, settings): once here, and not at each start."""

from io import StringIO

from django.core.management import call_command


def test_django_has_nothing_to_object() -> None:
    call_command("check", fail_level="WARNING", stdout=StringIO())
