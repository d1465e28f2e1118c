"""The tool that writes the pins changes the two lists and nothing else."""

import tomllib

import pytest

from tests.repository.tree import ROOT
from tools.pins import PinsFailed, members, pins_of, project_files, replace_list

TEXT = """# a comment
[tool.uv]
constraint-dependencies = [
    "b[extra]==1 ; python_full_version < '3.12'",
]
other = ["kept"] # and so is this
"""


def test_a_list_is_replaced_and_the_rest_kept() -> None:
    changed = replace_list(TEXT, "constraint-dependencies", ["a==1", "c==2"])
    assert tomllib.loads(changed)["tool"]["uv"] == {
        "constraint-dependencies": ["a==1", "c==2"],
        "other": ["kept"],
    }
    assert changed.startswith("# a comment\n")
    assert changed.endswith('other = ["kept"] # and so is this\n')
    assert replace_list(changed, "constraint-dependencies", []).count("\n") == 4


def test_a_list_that_is_not_there_is_told() -> None:
    with pytest.raises(PinsFailed, match="0 lists named absent"):
        replace_list(TEXT, "absent", [])


def test_a_marker_stays_only_where_versions_differ() -> None:
    lines = """
    av==18.1.0 ; python_full_version < '3.12' and sys_platform == 'linux'
    av==19.0.2 ; python_full_version >= '3.12' and sys_platform == 'linux'
    idna==3.20 ; sys_platform == 'linux'
    -e ./server
    """
    assert pins_of(lines) == [
        "av==18.1.0 ; python_full_version < '3.12'",
        "av==19.0.2 ; python_full_version >= '3.12'",
        "idna==3.20",
    ]


def test_the_copy_has_every_project_file_and_no_old_pin(tmp_path_factory: pytest.TempPathFactory) -> None:
    copy = tmp_path_factory.mktemp("copy")
    project_files(ROOT, copy, pinned=False)
    assert tomllib.loads((copy / "pyproject.toml").read_text())["tool"]["uv"]["constraint-dependencies"] == []
    assert all((copy / member / "pyproject.toml").exists() for member in members(ROOT))
