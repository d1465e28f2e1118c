"""A signed release and its bundle come in; the signer judges them."""

import io
import re
import zipfile
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction

from nguon.accounts.models import User
from nguon.deliveries.models import Document
from nguon.journal.actions import Actor, record
from nguon.kernel.clock import from_epoch
from nguon.releases import errors, store
from nguon.releases.models import Release
from nguon.releases.rules import can_release
from nguon.releases.states import ReleaseState
from nguon_protocol import envelope as envelopes
from nguon_protocol.documents import Release as Signed
from nguon_protocol.errors import ProtocolError
from nguon_signer.client import SignerRefused, SignerUnavailable

_INIT = "nguon_device/__init__.py"
_VERSION = re.compile(rb'^__version__ = "([0-9A-Za-z.+-]{1,40})"', re.M)
_MOST_INIT = 64 * 1024


class Signer(Protocol):
    """Whoever judges: the client of the signer's socket."""

    def call(self, op: str, **fields: Any) -> dict[str, Any]: ...


@transaction.atomic
def add(*, area: str, envelope: str, bundle: bytes, notes: str, by: User, at: datetime) -> Release:
    """This function will keep a release that maintainers signed, with its bundle; nothing is offered yet.

    Raises NotYours, NotARelease, OtherBundle, BadVersion or Known.
    """
    if not can_release(by, area, at):
        raise errors.NotYours
    signed, sha256 = _read(envelope)
    if len(bundle) != signed.size or store.keep(bundle) != signed.sha256_of_bundle:
        raise errors.OtherBundle
    if Release.objects.filter(area=area, document=sha256).exists():
        raise errors.Known
    Document.objects.get_or_create(
        sha256=sha256,
        defaults={
            "type": "release",
            "target": signed.model,
            "epoch": signed.epoch,
            "v": signed.v,
            "issued_at": from_epoch(signed.issued),
            "expires_at": from_epoch(signed.expires),
            "envelope": envelope,
        },
    )
    made = Release.objects.create(
        area=area,
        model=signed.model,
        number=signed.v,
        version=version_of(bundle),
        document=sha256,
        bundle=signed.sha256_of_bundle,
        size=signed.size,
        notes=notes.strip()[:4000],
        by=by,
        at=at,
    )
    tell("added", made, by, at)
    return made


def admit(*, release: Release, signer: Signer, at: datetime) -> Release:
    """This function will have the signer judge a release; one that is away is asked again by the clock."""
    try:
        signer.call("release", document=release.document)
    except SignerUnavailable:
        return release
    except SignerRefused as refusal:
        return _judged(release, ReleaseState.REFUSED, f"{refusal.reason}: {refusal}"[:300], at)
    return _judged(release, ReleaseState.READY, "", at)


@transaction.atomic
def _judged(release: Release, state: ReleaseState, reason: str, at: datetime) -> Release:
    row = Release.objects.select_for_update().get(pk=release.pk)
    if row.state == ReleaseState.WAITING:
        row.state, row.reason = state, reason
        row.save(update_fields=["state", "reason"])
        tell("admitted" if state == ReleaseState.READY else "refused", row, None, at)
    return row


def tell(what: str, release: Release, by: Actor | None, at: datetime, **more: Any) -> None:
    """This function will write a fact of a release into the journal."""
    data = {
        "area": release.area,
        "model": release.model,
        "version": release.version,
        "reason": release.reason,
        **more,
    }
    record(fact=f"release.{what}", subject=f"release:{release.pk}", by=by, at=at, data=data)


def version_of(bundle: bytes) -> str:
    """This function will read which version a loudspeaker that runs this bundle will tell; BadVersion."""
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive, archive.open(_INIT) as file:
            found = _VERSION.search(file.read(_MOST_INIT))
    except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise errors.BadVersion from error
    if found is None:
        raise errors.BadVersion
    return found[1].decode()


def _read(envelope: str) -> tuple[Signed, str]:
    try:
        parsed = envelopes.parse(envelope)
        if parsed.payload_type != envelopes.payload_type("release"):
            raise ProtocolError("another type")
        return Signed.parse(parsed.payload), parsed.sha256
    except ProtocolError as error:
        raise errors.NotARelease from error
