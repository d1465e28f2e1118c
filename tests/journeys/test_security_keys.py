"""A real installation: keys are registered, vouched for and touched; without a touch nothing sounds."""

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from psycopg import sql

from tests.browser import assert_accessible
from tests.journeys.people import sign_in
from tests.journeys.real import ADMINISTRATOR, APPROVER, PLACE, WRITER, RealInstallation

pytestmark = [pytest.mark.journey, pytest.mark.slow]
TITLE = "Họp thôn có khóa"


def with_key(page: Page) -> Page:
    """This function will give the browser a security key in software, which always knows its person."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    more = {"isUserVerified": True, "automaticPresenceSimulation": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": kind | more})
    return page


def register(page: Page, installation: RealInstallation) -> str:
    """This function will register the person's key and return its twelve words."""
    page.goto(f"{installation.url}/khoa/")
    assert_accessible(page)
    page.get_by_role("button", name="Đăng ký khóa").click()
    expect(page.get_by_text("Đã đăng ký khóa")).to_be_visible()
    return page.locator("[data-words]").first.inner_text()


def secrets_found(installation: RealInstallation) -> list[str]:
    """This function will look for every key of the signer in the database, the logs and the settings."""
    signer = installation.data / "signer"
    kept = {path for kind in ("*.pem", "*.nk", "*.creds") for path in signer.rglob(kind)}
    lines = {line.strip() for path in kept for line in path.read_text().splitlines()}
    keys = {line for line in lines if len(line) > 40 and "-" not in line}
    assert len(keys) >= 4 * 2 + 3
    shown = {"the database": dump(installation.running.environment["DATABASE_URL"])}
    for path in installation.data.rglob("*"):
        if path.is_file() and path not in kept and path.suffix in {".log", ".toml", ".json", ".conf", ".jwt"}:
            shown[path.name] = path.read_text(errors="replace")
    shown["the log"] = (signer / "signer.sqlite3").read_bytes().decode(errors="replace")
    assert any(name.endswith(".log") for name in shown)
    return [name for name, text in shown.items() if any(key in text for key in keys)]


def dump(url: str) -> str:
    """This function will give every row of every table as text."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchall()
        rows = [
            row
            for (table,) in tables
            for row in connection.execute(
                sql.SQL("SELECT whole::text FROM {} AS whole").format(sql.Identifier(table))
            ).fetchall()
        ]
    assert len(rows) > 3000
    return "\n".join(str(row) for row in rows)


def test_register_vouch_touch_and_play(tmp_path: Path, new_context: Callable[..., BrowserContext]) -> None:
    with RealInstallation(tmp_path) as installation:
        installation.wait_for("Ctrl-C")
        installation.add_people()
        wav = installation.add_loudspeaker(tmp_path / "loa")
        admin, approver = (with_key(new_context().new_page()) for _ in range(2))

        sign_in(admin, installation, ADMINISTRATOR)
        words = register(admin, installation)
        wrong = installation.run("trust", "--user", ADMINISTRATOR, "--words", "abandon " * 12)
        assert (wrong.returncode, "Nothing was pinned" in wrong.stderr) == (1, True)
        trusted = installation.run("trust", "--user", ADMINISTRATOR, "--words", words)
        assert trusted.returncode == 0, trusted.stderr

        sign_in(approver, installation, APPROVER)
        register(approver, installation)
        revision = installation.write(TITLE)
        said = installation.run(
            "say", "--file", "-", "--to", PLACE, "--writer", WRITER, "--approver", APPROVER, "--json"
        )
        assert json.loads(said.stdout)["error"] == "key-needed"

        admin.goto(f"{installation.url}/khoa/")
        admin.get_by_role("button", name="Xác nhận: Duyệt").click()
        expect(admin.get_by_text("Đã xác nhận khóa của Trần Chi")).to_be_visible()
        assert_accessible(admin)

        approver.goto(f"{installation.url}/duyet/{revision}/")
        assert_accessible(approver)
        approver.get_by_role("button", name="Duyệt", exact=True).click()
        expect(approver.get_by_role("main")).to_contain_text("Đã duyệt")
        expect(approver.get_by_role("main")).to_contain_text("Đã phát 1/1", timeout=90_000)
        assert len(list(wav.glob("*.wav"))) == 1
        assert secrets_found(installation) == []
