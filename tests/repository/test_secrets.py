"""Nothing secret, and nothing of one machine, is in the tree."""

import re

import pytest

from tests.repository.tree import ROOT, files, short, text

HERE = "tests/repository/test_secrets.py"
SECRETS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{20}"),
    "a NATS seed": re.compile(r"\bS[UAOCNX][A-Z2-7]{56}\b"),
    "a cloud key": re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b"),
    "a token": re.compile(r"\beyJ[A-Za-z0-9_-]{30,}\.eyJ[A-Za-z0-9_-]{30,}\."),
    "a Django key": re.compile(r"django-insecure-\S{20}"),
    "a password in an address": re.compile(r"\b[a-z]+://[\w.-]+:[^\s@/{}$<>\"'*]{12,}@"),
}
MACHINES = {
    "a folder of one machine": re.compile(r"(?<![\w.~-])/(work|root|home/\w+|opt/(wheels|pypi))/"),
    "the address of a mirror": re.compile(
        r"pypi\.org/simple|files\.pythonhosted\.org|pkg\.dev|index-url", re.I
    ),
    "a name of the workplace": re.compile(r"egress|\bsandboxing\b|/tmp/contract|\bshared/(design|domain)"),
}


@pytest.mark.parametrize("what", SECRETS)
def test_no_secret_is_in_the_tree(what: str) -> None:
    assert places(SECRETS[what]) == []


@pytest.mark.parametrize("what", MACHINES)
def test_nothing_of_one_machine_is_in_the_tree(what: str) -> None:
    assert places(MACHINES[what]) == []


def places(pattern: re.Pattern[str]) -> list[str]:
    """This function will return file:line of each find."""
    return [
        f"{short(path)}:{number}: {line.strip()[:100]}"
        for path in files()
        if short(path) != HERE and (content := text(path)) is not None
        for number, line in enumerate(content.splitlines(), 1)
        if pattern.search(line)
    ]


def test_a_planted_seed_is_found() -> None:
    assert SECRETS["a NATS seed"].search("seed = 'SU" + "A" * 56 + "'")
    assert SECRETS["a password in an address"].search("postgresql://nguon:" + "x" * 16 + "@127.0.0.1/nguon")


def test_a_planted_machine_path_is_found() -> None:
    assert MACHINES["a folder of one machine"].search("open('/ro" + "ot/x')")
    assert not MACHINES["a folder of one machine"].search(str(ROOT.name) + "/framework/x")


def test_what_is_made_here_is_ignored() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert {"uv.lock", "/data/", ".venv/"} <= set(ignored)
