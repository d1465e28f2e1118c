"""Background tasks are asked for by name, so every name must lead to a task."""

import ast
import re
from importlib import import_module

from procrastinate.contrib.django import app

from tests.repository.tree import APPS, ROOT, modules, short, syntax

TASK = re.compile(r"nguon\.\w+\.tasks\.\w+")


def names_asked_for() -> dict[str, str]:
    """This function will return each task name that stands in the code, and where."""
    return {
        node.value: f"{short(path)}:{node.lineno}"
        for path in modules()
        if "tests" not in path.parts
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and TASK.fullmatch(node.value)
    }


def known() -> set[str]:
    """This function will return the names of every task of every app (and its aliases)."""
    for path in sorted(APPS.glob("*/tasks.py")):
        import_module(".".join(path.relative_to(ROOT / "server").with_suffix("").parts))
    return {name for task in app.tasks.values() for name in (task.name, *task.aliases)}


def test_every_name_leads_to_a_task() -> None:
    assert names_asked_for()
    assert {name: place for name, place in names_asked_for().items() if name not in known()} == {}


def test_a_task_is_named_after_its_place() -> None:
    ours = {task.name: task.func.__module__ for task in app.tasks.values() if "nguon" in task.func.__module__}
    assert ours
    assert {name for name, module in ours.items() if name.rpartition(".")[0] != module} == set()
