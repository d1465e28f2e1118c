"""The made-up boxes can be started by whoever wants to try a bridge: each by its command."""

import argparse
from pathlib import Path

import pytest

from nguon_device.bridge.boxes import command
from nguon_device.bridge.settings import ADAPTERS
from nguon_device.tests.bridge.boxes import LOOPBACK, settings


def made(*arguments: str) -> command.Made:
    parser = argparse.ArgumentParser()
    command.add_to(parser.add_subparsers())
    return command.make(parser.parse_args(["box", *arguments]))


@pytest.mark.parametrize("kind", ADAPTERS)
def test_each_kind_says_where_it_is_and_is_switched_off_again(kind: str) -> None:
    at = ["--at", "http://127.0.0.1:9/nghe/a.mp3"] if kind == "stream" else []
    one = made(kind, *at)
    assert "127.0.0.1:" in one.where
    assert one.now() == ""
    one.close()


def test_it_can_be_spoken_to_over_tls_and_misbehaves_as_it_is_told(tmp_path: Path) -> None:
    from nguon_device.bridge.v2.over_http import V2Http  # noqa: PLC0415

    one = made("v2-http", "--tls", str(tmp_path / "box.pem"), "--wrong", "other")
    far = V2Http(settings(one.box.url, certificate=(tmp_path / "box.pem").read_text()), LOOPBACK)
    with pytest.raises(Exception, match="another device"):
        far.look()
    one.close()


@pytest.mark.parametrize("arguments", [("stream",), ("relay", "--wrong", "html")])
def test_what_is_missing_or_not_for_it_is_said(arguments: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"needs --at|not for relay"):
        made(*arguments)
