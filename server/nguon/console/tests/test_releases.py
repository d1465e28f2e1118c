"""Phần mềm loa: what its pages say and do."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from nguon.console.tests.conftest import As
from nguon.kernel import clock
from nguon.releases.models import Release
from nguon.releases.states import ReleaseState
from nguon.releases.tests.conftest import MODEL, World, bundle, world

__all__ = ["world"]


def text(client: Client, release: Release) -> str:
    return client.get(reverse("console:release", args=[release.pk])).content.decode()


def test_a_release_is_brought_begun_halted_and_withdrawn(world: World, signed_in: As) -> None:
    client, content = signed_in(world.people.binh), bundle("5.0")
    area = world.people.places.province.area
    given = {"area": area, "notes": "Sửa đồng hồ"}

    def send(envelope: str) -> str:
        files = {
            "envelope": SimpleUploadedFile("ky.json", envelope.encode()),
            "bundle": SimpleUploadedFile("b.zip", content),
        }
        return client.post(reverse("console:releases"), given | files, follow=True).content.decode()

    assert "Tệp chữ ký không phải của một bản phần mềm" in send("{}")
    assert "Chờ kiểm tra chữ ký" in send(world.signed(content))  # no signer's socket is here
    made = Release.objects.get()
    Release.objects.update(state=ReleaseState.READY)
    world.loudspeakers(1)
    act = reverse("console:release_act", args=[made.pk])
    client.post(act, {"act": "start", "soak": "5", "limit": "10"})
    page = text(client, made)
    assert "Đang cập nhật" in page
    assert "đang mở" in page
    assert "Bắt đầu cập nhật" not in page
    tuan = signed_in(world.people.tuan)
    tuan.post(act, {"act": "halt", "reason": "Chờ hỏi nhà máy"})
    page = text(tuan, made)
    assert "Chờ hỏi nhà máy" in page
    assert "Cập nhật tiếp" not in page
    client.post(act, {"act": "resume"})
    client.post(act, {"act": "withdraw", "reason": "Lỗi"})
    assert "Đã rút" in client.get(reverse("console:releases")).content.decode()
    assert client.post(act, {"act": "x"}).status_code == 404


def test_a_page_of_what_went_wrong_names_the_loudspeaker(world: World, signed_in: As) -> None:
    world.loudspeakers(1)
    made = world.release("6.0")
    at = clock.now()
    turn = made.turns.create(
        device_id=world.boxes[0].agent.reports.device,  # type: ignore[union-attr]
        wave=1, offered_at=at, state="ill", reason="hot", changed_at=at,
    )  # fmt: skip
    page = text(signed_in(world.people.tuan), made)
    assert turn.device.name in page
    assert "Máy quá nóng" in page
    assert MODEL in page
    assert signed_in(world.people.hue).get(reverse("console:release", args=[made.pk])).status_code == 404
