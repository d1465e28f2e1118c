"""Small changes of one module, each of which its tests must notice.

    uv run --no-sync python -m tools.mutants nguon_signer.policy signer/nguon_signer/tests/test_policy.py ...

Each mutant is one changed operator, constant or result. It lives in a forked process of its own, so that
hundreds take minutes. Exit status 0: every one was noticed, or is explained in EXPLAINED below.
"""

import argparse
import ast
import copy
import io
import os
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

OPTIONS = [
    "-c",
    os.devnull,
    "-x",
    "-q",
    "--import-mode=importlib",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:randomly",
]
COMPARE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
CALLS = {"any": "all", "all": "any"}
EXPLAINED: dict[str, str] = {}
"""Survivors that change nothing: "module:function: change" and why."""


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """This function will give (what, changed copy) for each way to change one node a little."""
    if isinstance(node, ast.Compare):
        for place, sign in enumerate(node.ops):
            new = copy.deepcopy(node)
            new.ops[place] = COMPARE[type(sign)]()
            yield f"{ast.unparse(node)} -> {ast.unparse(new)}", new
    elif isinstance(node, ast.BoolOp):
        new_bool = copy.deepcopy(node)
        new_bool.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield f"{ast.unparse(node)} -> {ast.unparse(new_bool)}", new_bool
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield f"{ast.unparse(node)} -> without not", node.operand
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        new_sum = copy.deepcopy(node)
        new_sum.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        yield f"{ast.unparse(node)} -> {ast.unparse(new_sum)}", new_sum
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
        new_call = copy.deepcopy(node)
        new_call.func = ast.Name(CALLS[node.func.id], ast.Load())
        yield f"{ast.unparse(node)} -> {CALLS[node.func.id]}", new_call
    else:
        yield from _of_values(node)


def _of_values(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool):
        yield f"{node.value} -> {node.value + 1}", ast.Constant(node.value + 1)
    elif isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield f"{ast.unparse(node)[:70]} -> return None", ast.Return(ast.Constant(None))


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self._new if node is self._old else self.generic_visit(node)


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """This function will give ("function: change", changed source) of every mutant."""
    tree = ast.parse(source)
    functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]
    for function in functions:
        for node in [found for part in function.body for found in ast.walk(part)]:
            if _is_message(node, function):
                continue
            for what, new in changes(node):
                changed = _swapped(source, function.name, node, new)
                yield f"{function.name}:{getattr(node, 'lineno', 0)}: {what}", changed


def _swapped(source: str, name: str, node: ast.AST, new: ast.AST) -> str:
    tree = ast.parse(source)
    where = (type(node), getattr(node, "lineno", 0), getattr(node, "col_offset", 0), ast.dump(node))
    for one in ast.walk(tree):
        if (type(one), getattr(one, "lineno", 0), getattr(one, "col_offset", 0), ast.dump(one)) == where:
            return ast.unparse(ast.fix_missing_locations(_Swap(one, new).visit(tree)))
    raise LookupError(name)


def _is_message(node: ast.AST, function: ast.FunctionDef) -> bool:
    """Numbers inside a sentence for people are no rule."""
    sentences = [one for one in ast.walk(function) if isinstance(one, ast.JoinedStr)]
    return any(node is inside for sentence in sentences for inside in ast.walk(sentence))


def survives(module: ModuleType, changed: str, tests: list[str]) -> bool:
    """This function will say whether all tests still pass with the module changed."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                exec(compile(changed, str(module.__file__), "exec"), module.__dict__)  # noqa: S102 - our own code
                status = int(pytest.main([*OPTIONS, *tests]) != 0)
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def main() -> int:
    """This function will try every mutant and tell who survived."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("module")
    parser.add_argument("tests", nargs="+")
    options = parser.parse_args()
    module = import_module(options.module)
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    if not survives(module, source, options.tests):
        print("The tests fail without any change.")
        return 1
    found = list(mutants(source))
    alive = [name for name, changed in found if survives(module, changed, options.tests)]
    bad = [name for name in alive if _key(options.module, name) not in EXPLAINED]
    for name in alive:
        print(("SURVIVED  " if name in bad else "explained ") + name)
    noticed, explained = len(found) - len(alive), len(alive) - len(bad)
    print(f"{len(found)} mutants: {noticed} noticed, {explained} explained, {len(bad)} not.")
    return 1 if bad else 0


def _key(module: str, name: str) -> str:
    function, _line, change = name.split(":", 2)
    return f"{module}:{function}:{change}"


if __name__ == "__main__":
    sys.exit(main())
