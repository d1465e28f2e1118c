"""The documents say what is so."""

import re
from pathlib import Path

import pytest

from tests.repository.tree import ROOT, files, project, short

README = (ROOT / "README.md").read_text(encoding="utf-8")
RUN = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")


def test_ci_runs_exactly_the_test_command_of_the_readme() -> None:
    command = re.search(r"^TEST_COMMAND='(.+)'$", RUN, re.M)
    assert command is not None
    assert f"```sh\n{command[1]}\n```" in README


def test_the_readme_begins_in_vietnamese() -> None:
    assert README.index("Hệ thống thông tin nguồn") < README.index("in English")


@pytest.mark.parametrize(
    "document",
    [path for path in files() if path.suffix == ".md"],
    ids=short,
)
def test_every_link_leads_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_decisions_are_numbered_once() -> None:
    numbers = [path.name.split("-")[0] for path in DECISIONS]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("decision", DECISIONS, ids=short)
def test_a_decision_is_short_and_has_its_parts(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60
    assert text.startswith("# ")


def test_the_distributions_carry_the_licence() -> None:
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").lstrip().startswith("Apache License")
    assert project()["project"]["license"] == "Apache-2.0"
