"""What every test of the four distributions shares: how many processes it is worth to start."""

import os
from pathlib import Path

import pytest

WORKERS_AT_MOST = 4


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """This function will return 0 (no extra process) for a single file, else one worker a core, at most 4."""
    wanted = [argument.split("::")[0] for argument in config.args]
    if config.args_source is pytest.Config.ArgsSource.ARGS and all(Path(path).is_file() for path in wanted):
        return 0
    return max(2, min(WORKERS_AT_MOST, len(os.sched_getaffinity(0))))
