"""Loudspeakers of a simulator, whose keys anybody can work out from a seed, join a demo and nothing else."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from nguon.devices.models import Device
from nguon_signer.client import SignerClient


def test_a_real_installation_takes_no_simulated_loudspeaker(
    tmp_path: Path, settings: Settings, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.NGUON_MODE = "province"
    monkeypatch.setattr(SignerClient, "call", lambda *a, **k: pytest.fail("the signer was asked"))
    boxes = tmp_path / "boxes.jsonl"
    boxes.write_text('{"serial": "sim-1-00000", "alg": "ed25519", "pub": "' + "ab" * 32 + '"}\n')
    with pytest.raises(CommandError, match="demo"):
        call_command("enrol_simulated", str(boxes), area="vn.24", out=tmp_path / "enrolled.jsonl")
    assert not Device.objects.exists()
    assert not (tmp_path / "enrolled.jsonl").exists()
