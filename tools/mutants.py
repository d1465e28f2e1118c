"""Small changes of the rules, each of which a test must notice: mutmut over the protocol or the signer.

    uv run --all-groups --with mutmut==3.8.1 python -m tools.mutants protocol
    uv run --all-groups --with mutmut==3.8.1 python -m tools.mutants signer --only 'nguon_signer.policy*'

Works on a copy. What survives must be explained in docs/protocol/mutants.md; a change of nothing but the
words of a message is no rule and is only counted. Exit status 0: every other one was noticed or is explained.
"""

import argparse
import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXPLAINED = ROOT / "docs" / "protocol" / "mutants.md"
NOTICED = {1, 3, -24, 24, 36, 152, 255}
"""mutmut's exit codes of a failed test and of a test that took far too long."""
ROW = re.compile(r"^\| `(?P<where>[^`]+)` \| `(?P<old>[^`]+)` \| `(?P<new>[^`]+)` \| (?P<why>.+) \|$", re.M)
MESSAGES = {"_No": 1, "Refusal": 1, "Refused": 1, "BadAssertion": 0, "ProtocolError": 0, "SignerError": 0}
"""Whose arguments from this one on are words for people."""
CONTEXT = 24
CODECS = {"encode", "decode"}
"""Whose argument names a codec: its case says nothing."""
SQL = ("SELECT ", "INSERT ", "UPDATE ")
"""How a question to the database begins, in which the case of a letter says nothing either."""
LOGS = {"debug", "info", "warning"}
WORDS_ON_ONE_LINE = r"raise (ProtocolError|SignerError|BadAssertion)\(|log\.(debug|info|warning)\("


@dataclass(frozen=True)
class Subject:
    """A package whose rules are changed, module by module, and the tests that must notice.

    `beside` are files of this repository that the tests need and no distribution carries.
    """

    package: Path
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    options: tuple[str, ...]
    children: int
    conftest: str
    beside: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """This function will give the package's name."""
        return self.package.name


STEADY = """
from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "mutants", deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile("mutants")
"""
ONE_DATABASE = """
import os
import pytest
from django.test.utils import setup_databases

@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    if "NGUON_MUTANTS_DATABASE" not in os.environ:  # made once; each mutant's process inherits it
        with django_db_blocker.unblock():
            setup_databases(verbosity=0, interactive=False)
        os.environ["NGUON_MUTANTS_DATABASE"] = "made"
"""
SUBJECTS = {
    "protocol": Subject(
        package=ROOT / "protocol" / "nguon_protocol",
        modules=(
            "acceptance", "approvals", "clocks", "content", "counters", "documents/*", "envelope", "fields",
            "keys", "player", "quiet", "strict_json", "targets",
        ),
        tests=(
            *("acceptance", "acceptance_machine", "cues", "documents", "edges", "fuzz", "live"),
            *("plan_items", "player", "small", "stolen", "strict_json", "vectors"),
        ),
        options=("-p", "no:django", "-p", "no:socket", "-p", "no:anyio"),
        children=2,
        conftest=STEADY,
    ),
    "policy": Subject(
        package=ROOT / "signer" / "nguon_signer",
        modules=("policy",),
        tests=("policy", "rules"),
        options=("-p", "no:django", "-p", "no:socket", "-p", "no:anyio"),
        children=2,
        conftest=STEADY,
    ),
    "signer": Subject(
        package=ROOT / "signer" / "nguon_signer",
        modules=(
            *("admitting", "assertions", "beacons", "building", "duty", "judging", "memory", "opened"),
            *("ordering", "passkeys", "planning", "relaying"),
        ),
        tests=(
            *("beacon", "broker", "building", "duty", "limits", "orders", "passkeys", "plan", "relaying"),
            *("duty_keys", "revoking", "rules", "store"),
        ),
        options=("-p", "tests.engines_plugin", "--allow-hosts=127.0.0.1,::1", "--allow-unix-socket"),
        children=1,  # one database
        conftest=STEADY + ONE_DATABASE,
        beside=("tests/__init__.py", "tests/engines_plugin.py"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change: the function it is in, its changed lines before and after, and whether a test noticed."""

    where: str
    old: str
    new: str
    noticed: bool
    only_words: bool

    def row(self) -> str:
        """This function will give the beginning of its row in the document."""
        cells = (self.where, self.old, self.new)
        return "| " + " | ".join(f"`{_cell(cell)}`" for cell in cells) + " | why |"


def prepare(subject: Subject, folder: Path) -> None:
    """This function will copy what a run needs into an empty folder."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(subject.package, folder / subject.name, ignore=ignored)
    for name in subject.beside:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / "conftest.py").write_text(subject.conftest, encoding="utf-8")
    if "-p no:django" in " ".join(subject.options):
        (folder / subject.name / "tests" / "conftest.py").unlink(missing_ok=True)  # it asks for a database
    options = ["--import-mode=importlib", *("-p no:cacheprovider -p no:xdist".split()), *subject.options]
    (folder / "pyproject.toml").write_text(
        "[tool.pytest.ini_options]\n"
        f"addopts = {json.dumps(options)}\n"
        'DJANGO_SETTINGS_MODULE = "config.settings"\ndjango_find_project = false\n'
        'filterwarnings = ["error", "ignore::pytest.PytestConfigWarning"]\n'
        'markers = ["slow: ", "fault: "]\n'
        "[tool.mutmut]\ntrack_dependencies = false\n"
        f"source_paths = {json.dumps([subject.name])}\n"
        f"also_copy = {json.dumps(['conftest.py', *(['tests'] if subject.beside else [])])}\n"
        f"only_mutate = {json.dumps([f'{subject.name}/{name}.py' for name in subject.modules])}\n"
        f"do_not_mutate_patterns = {json.dumps([WORDS_ON_ONE_LINE])}\n"
        "pytest_add_cli_args_test_selection = "
        f"{json.dumps([f'{subject.name}/tests/test_{name}.py' for name in subject.tests])}\n",
        encoding="utf-8",
    )


def run(folder: Path, children: int, only: Sequence[str]) -> bool:
    """This function will let mutmut try every mutant and say whether it came to its end."""
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(children), *only]
    # Words from the environment choose the language of some messages; the tests expect none.
    return subprocess.run(command, cwd=folder, check=False, env={**os.environ}).returncode == 0


def found(folder: Path, name: str) -> Iterator[Mutant]:
    """This function will read every mutant that was tried."""
    for path in sorted((folder / "mutants" / name).rglob("*.py.meta")):
        told = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        source = path.with_suffix("").read_text(encoding="utf-8")
        functions = {one.name: one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.FunctionDef)}
        for key, status in told.items():
            if status is not None:
                yield _mutant(key, functions, status in NOTICED)


def _mutant(key: str, functions: dict[str, ast.FunctionDef], noticed: bool) -> Mutant:
    module, _, mangled = key.rpartition(".")
    plain = mangled.partition("__mutmut_")[0]
    before, after = functions[plain + "__mutmut_orig"], functions[mangled]
    after.name = before.name
    where = f"{module.partition('.')[2]}.{plain.removeprefix('x').strip('_ǁ').replace('ǁ', '.')}"
    old, new = changed_lines(ast.unparse(before), ast.unparse(after))
    return Mutant(where, old, new, noticed, without_words(before) == without_words(after))


def changed_lines(old: str, new: str) -> tuple[str, str]:
    """This function will give what differs of two texts, as one line each."""
    before, after = old.splitlines(), new.splitlines()
    while before and after and before[0] == after[0]:
        del before[0], after[0]
    while before and after and before[-1] == after[-1]:
        del before[-1], after[-1]
    return _window(" ".join(map(str.strip, before)), " ".join(map(str.strip, after)))


def _window(old: str, new: str) -> tuple[str, str]:
    """Cut away what is equal on both sides, but for some words that show where it is."""
    shorter = min(len(old), len(new))
    start = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    end = next((at for at in range(shorter - start) if old[-1 - at] != new[-1 - at]), shorter - start)
    first = max(0, old.rfind(" ", 0, max(0, start - CONTEXT)) + 1)
    cut = [text[first : _word_end(text, len(text) - end + CONTEXT)] for text in (old, new)]
    return cut[0] or "-", cut[1] or "-"


def _word_end(text: str, at: int) -> int:
    found = text.find(" ", at)
    return len(text) if found < 0 else found


class _Wordless(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Attribute) and node.func.attr in CODECS:
            node.args = [_small(one) for one in node.args]
        node.args = [_small(one) if _is_sql(one) else one for one in node.args]
        kept = _kept_arguments(node.func)
        if kept is not None:
            node.args, node.keywords = node.args[:kept], []
        return self.generic_visit(node)


def _small(one: ast.expr) -> ast.expr:
    if isinstance(one, ast.Constant) and isinstance(one.value, str):
        return ast.Constant(one.value.lower())
    return one


def _is_sql(one: ast.expr) -> bool:
    return isinstance(one, ast.Constant) and str(one.value).upper().startswith(SQL)


def _kept_arguments(called: ast.expr) -> int | None:
    if isinstance(called, ast.Attribute):
        return 0 if called.attr in LOGS and ast.unparse(called.value) == "log" else None
    return MESSAGES.get(called.id) if isinstance(called, ast.Name) else None


def without_words(function: ast.FunctionDef) -> str:
    """This function will give a function without the words of its messages, codecs named in small letters."""
    return ast.dump(_Wordless().visit(ast.parse(ast.unparse(function))))


def explained(text: str) -> dict[tuple[str, str, str], str]:
    """This function will read the rows of the document: {(where, old, new): why}."""
    rows = ROW.finditer(text)
    return {
        (one["where"], one["old"].replace("\\|", "|"), one["new"].replace("\\|", "|")): one["why"]
        for one in rows
    }


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("`", "'")


def report(mutants: Sequence[Mutant], known: dict[tuple[str, str, str], str]) -> int:
    """This function will print the survivors and the counts; it gives how many are not explained."""
    alive = [one for one in mutants if not one.noticed]
    rules = [one for one in alive if not one.only_words]
    bad = [one for one in rules if (one.where, one.old, one.new) not in known]
    for one in bad:
        print("SURVIVED " + one.row())
    print(
        f"{len(mutants)} mutants: {len(mutants) - len(alive)} noticed; {len(alive) - len(rules)} change only"
        f" the words of a message; {len(rules) - len(bad)} explained; {len(bad)} not."
    )
    return len(bad)


def main(arguments: Sequence[str]) -> int:
    """This function will try the mutants of one subject and tell who survived."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("subject", choices=SUBJECTS)
    parser.add_argument("--only", action="append", default=[], help="mutmut's names: nguon_signer.policy*")
    parser.add_argument("--folder", type=Path, help="a folder to work in and to keep; goes on where it ended")
    options = parser.parse_args(arguments)
    subject = SUBJECTS[options.subject]
    with tempfile.TemporaryDirectory(prefix="nguon-mutants-") as temporary:
        folder = options.folder or Path(temporary)
        if not (folder / subject.name).exists():
            folder.mkdir(parents=True, exist_ok=True)
            prepare(subject, folder)
        if not run(folder, subject.children, options.only):
            return 2
        mutants = list(found(folder, subject.name))
    return 1 if not mutants or report(mutants, explained(EXPLAINED.read_text(encoding="utf-8"))) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
