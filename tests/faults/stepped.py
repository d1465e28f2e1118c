"""`python -m tests.faults.stepped SECONDS run ...`: the agent on a machine whose own clock is wrong by that
much. The agent itself knows no such switch: its timer is replaced here, in a program of the tests."""

import sys
import time

from nguon_device import cli, runtime


class WrongTimer(runtime.MachineTimer):
    """The clocks of a machine of which somebody has moved the hands."""

    off_s = 0.0

    def wall(self) -> float:
        """This function will return wrong epoch seconds."""
        return time.time() + self.off_s

    def era(self) -> str:
        """This function will say that the wrong clock has a battery, so that the agent has reason to trust
        it.
        """
        return "battery"


if __name__ == "__main__":
    WrongTimer.off_s = float(sys.argv[1])
    runtime.MachineTimer = WrongTimer  # type: ignore[misc]
    sys.exit(cli.main(sys.argv[2:]))
