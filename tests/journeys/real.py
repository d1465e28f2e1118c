"""A real installation (not a demo): `nguon init`, its people, one loudspeaker, `nguon up`."""

import subprocess
import sys
import time
from pathlib import Path

from config.engines.process import free_port
from tests.journeys.installation import Installation

PASSWORD = "Mot-mat-khau-dai-9"
ADMINISTRATOR, WRITER, APPROVER, PLACE = "an", "binh", "chi", "07444"

PEOPLE = f"""
from nguon.accounts.actions import assign_role, create_user, set_password
from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.kernel.clock import now
from nguon.organisations.actions import import_villages
from nguon.organisations.queries import by_code
place = by_code("{PLACE}", at=now())
for name, full, role in (("{WRITER}", "Lê Bình", Role.WRITER), ("{APPROVER}", "Trần Chi", Role.APPROVER)):
    made = create_user(username=name, full_name=full, by=None, at=now())
    set_password(user=made.user, by=None, at=now(), password="{PASSWORD}")
    assign_role(user=made.user, role=role, place=place, by=None, at=now())
assign_role(user=made.user, role=Role.DUTY, place=place, by=None, at=now())
"""
ENROL = """
import json, pathlib, time
from nguon.accounts.models import User
from nguon.accounts.actions import assign_role
from nguon.accounts.states import Role
from nguon.devices.actions import enrol
from nguon.devices.errors import ClaimUnknown
from nguon.kernel.clock import now
from nguon.organisations.queries import by_code
place = by_code("{place}", at=now())
officer = User.objects.get(username="an")
assign_role(user=officer, role=Role.OPERATOR, place=place, by=None, at=now())
for _ in range(600):  # the claim reaches the server after it is shown; another one may be shown then
    try:
        code = json.loads(pathlib.Path({claim!r}).read_text())["code"]
        enrol(code=code, name="Loa thật", place=place, by=officer, at=now())
        break
    except ClaimUnknown:
        time.sleep(0.1)
else:
    raise SystemExit("the claim never came")
"""
WRITE = """
from nguon.accounts.queries import user_named
from nguon.console import saying
from nguon.organisations.queries import by_code
from nguon.kernel.clock import now
area = by_code("{place}", at=now()).area
words = saying.Words(title="{title}", text="Mời bà con họp thôn.", targets=(area,))
print(saying.write(words, user_named("{writer}")).pk)
"""


class RealInstallation(Installation):
    """One installation made by `nguon init`; people touch their keys at localhost."""

    def __init__(self, folder: Path) -> None:
        """This function will make it; quiet hours are left out so that the test may run at night too."""
        self.port = free_port(None)
        super().__init__(folder, "--port", str(self.port))
        self._speaker: subprocess.Popen[bytes] | None = None
        self.data.mkdir()
        store = str(self.data / "signer")
        self._must([sys.executable, "-m", "nguon_signer", "init", "--store", store, "--no-quiet-hours"])
        words = ["--role", "province", "--area", "24", "--admin", ADMINISTRATOR, "--name", "Nguyễn An"]
        self._must(self.command("init", *words, "--data", str(self.data)))

    @property
    def environment(self) -> dict[str, str]:
        """This function will add the first administrator's password."""
        return super().environment | {"NGUON_ADMIN_PASSWORD": PASSWORD}

    @property
    def url(self) -> str:
        """This function will return the address at which keys work."""
        return f"http://localhost:{self.port}"

    @property
    def passwords(self) -> dict[str, str]:
        """This function will return everybody's password."""
        return dict.fromkeys((ADMINISTRATOR, WRITER, APPROVER), PASSWORD)

    def _must(self, command: list[str]) -> str:
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def add_people(self) -> None:
        """This function will add the writer and the approver of one commune."""
        self.shell(PEOPLE)

    def add_loudspeaker(self, folder: Path) -> Path:
        """This function will start one loudspeaker and enrol it; returns where it writes what it plays."""
        wav = folder / "wav"
        options = ["--data", str(folder), "--server", f"http://127.0.0.1:{self.port}", "--poll", "2"]
        folder.mkdir(exist_ok=True)
        with (folder / "loa.log").open("wb") as log:
            self._speaker = subprocess.Popen(
                [sys.executable, "-m", "nguon_device", "run", *options, "--sink", f"wav:{wav}"],
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        claim, until = folder / "claim.json", time.monotonic() + 240
        while not claim.exists():
            assert time.monotonic() < until, "the loudspeaker shows no claim code"
            time.sleep(0.1)
        self.shell(ENROL.format(place=PLACE, claim=str(claim)))
        return wav

    def write(self, title: str) -> str:
        """This function will write and submit a bulletin to be played at once; returns its revision."""
        return self.shell(WRITE.format(place=PLACE, title=title, writer=WRITER)).strip()

    def stop(self, seconds: float = 180) -> int:
        """This function will stop the loudspeaker too."""
        if self._speaker:
            self._speaker.kill()
            self._speaker.wait(60)
        return super().stop(seconds)
