"""Every fact of the journal has words, so that nobody reads a slug."""

import ast

from nguon.console.facts import known
from tests.repository.tree import modules, short, syntax


def facts_written() -> dict[str, str]:
    """This function will return each fact that an action names, and where."""
    return {
        word.value.value: f"{short(path)}:{node.lineno}"
        for path in modules()
        if "tests" not in path.parts
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record"
        for word in node.keywords
        if word.arg == "fact" and isinstance(word.value, ast.Constant) and isinstance(word.value.value, str)
    }


def test_every_fact_has_words() -> None:
    assert len(facts_written()) > 20
    assert {fact: place for fact, place in facts_written().items() if fact not in known()} == {}
