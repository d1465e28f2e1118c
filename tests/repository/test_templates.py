"""No template lies around unused."""

import re
from functools import cache
from importlib import import_module
from pathlib import Path

import allauth
import django
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.template.defaultfilters import register as builtin

from tests.repository.tree import APPS, ROOT, files, modules, short

LIBRARIES = [Path(str(allauth.__file__)).parent, Path(str(django.__file__)).parent]
# Django asks for these by itself.
FAULTS = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}


def templates() -> dict[str, Path]:
    """This function will return every template by the name that a page asks for."""
    found = [path for path in files() if "templates" in path.relative_to(ROOT).parts and APPS in path.parents]
    return {path.as_posix().split("/templates/", 1)[1]: path for path in found}


@cache
def named() -> set[str]:
    """This function will return whatever stands in quotation marks anywhere and may be a template's name."""
    sources = [*modules(), *templates().values()]
    quoted = re.compile(r"[\"']([\w./-]+)(?:#\w+)?(?=[\"'])")
    return {name for path in sources for name in quoted.findall(path.read_text(encoding="utf-8"))}


def replaces_a_library_template(name: str) -> bool:
    """This function will tell whether a library has a page of this name, so that ours takes its place."""
    return any(
        path.as_posix().endswith(f"/templates/{name}")
        for base in LIBRARIES
        for path in base.rglob(Path(name).name)
    )


def used(name: str) -> bool:
    return name in FAULTS or name in named()


def test_every_template_is_used() -> None:
    unused = [name for name in templates() if not used(name) and not replaces_a_library_template(name)]
    assert not [short(templates()[name]) for name in unused]


def test_there_are_templates_to_judge() -> None:
    assert templates()


def test_a_page_that_asks_for_a_touch_brings_what_asks_the_key() -> None:
    """The page of alerts once did not: in a real installation nobody could have signed one."""
    asking = {
        name: path.read_text(encoding="utf-8")
        for name, path in templates().items()
        if "data-touch=" in path.read_text(encoding="utf-8") and "/parts/" not in name
    }
    assert len(asking) >= 5
    assert [name for name, text in asking.items() if "ui/keys.js" not in text] == []


def test_no_filter_of_ours_hides_one_of_djangos() -> None:
    """`|length` once meant a duration on some pages: every count of a list there was wrong, silently."""
    backend = engines["django"]
    assert isinstance(backend, DjangoTemplates)
    libraries = backend.engine.libraries.values()
    ours = [import_module(path).register for path in libraries if path.startswith("nguon.")]
    assert ours
    assert not {name for one in ours for name in one.filters} & {*builtin.filters}
