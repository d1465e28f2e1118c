"""What a telephone needs to keep Nguồn on its first screen: iPhones show notices only of what is there."""

import json
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from PIL import Image


def found(name: str) -> Path:
    path = finders.find(name)
    assert isinstance(path, str), name
    return Path(path)


@pytest.mark.django_db
def test_each_page_names_it_and_every_picture_is_there(client: Client) -> None:
    answer = client.get(reverse("account_login"))
    page = answer.content.decode()
    assert '<link rel="manifest" href="/static/ui/nguon.webmanifest">' in page
    assert '<link rel="apple-touch-icon" href="/static/ui/icon-180.png">' in page
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    manifest = client.get("/static/ui/nguon.webmanifest")
    manifest.close()
    assert manifest["Content-Type"] == "application/manifest+json"
    said = json.loads(found("ui/nguon.webmanifest").read_text(encoding="utf-8"))
    assert (said["display"], said["scope"], said["start_url"]) == ("standalone", "/", "/")
    for icon in [*said["icons"], {"src": "icon-180.png", "sizes": "180x180"}]:
        with Image.open(found(f"ui/{icon['src']}")) as picture:
            assert icon["sizes"] == f"{picture.width}x{picture.height}"
