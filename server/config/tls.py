"""Certificates: those of the operator, or of an authority of our own that devices pin when they join.

An installation without a public name has no public certificate. Its own authority lies in the data folder
(tls/): a root for ten years, and a server certificate that is made anew whenever its names change or its end
is near. Source: RFC 5280; CA/Browser Forum Baseline Requirements 6.3.2 for the life of the latter.
"""

import ipaddress
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from config.errors import StartError
from config.tls_files import Tls
from config.words import tr

ROOT_LIFE = timedelta(days=3652)
SERVER_LIFE = timedelta(days=397)
RENEW_BEFORE = timedelta(days=30)
_SLACK = timedelta(hours=1)  # for clocks that are behind


def given(certificate: Path, key: Path) -> Tls:
    """This function will take the operator's own certificate and key; StartError when they do not fit."""
    try:
        first = x509.load_pem_x509_certificate(certificate.read_bytes())
        private = serialization.load_pem_private_key(key.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise StartError(tr("tls_unreadable", reason=error)) from error
    if first.public_key() != private.public_key():
        raise StartError(tr("tls_unmatched", certificate=certificate, key=key))
    return Tls(certificate.absolute(), key.absolute())


def own(folder: Path, hosts: list[str], at: datetime) -> Tls:
    """This function will return the certificate of our own authority for these hosts, making what is missing
    or near its end; `folder` is the data folder's tls/, `at` is aware."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = Tls(folder / "server.crt", folder / "server.key", folder / "ca.crt")
    if not (folder / "ca.crt").exists():
        _make_root(folder, at)
    names = sorted({*hosts, *local_names()})
    if not _still_good(found.certificate, names, at):
        _issue(folder, names, at)
    return found


def local_names() -> set[str]:
    """This function will return the names by which this machine is known to itself."""
    return {"127.0.0.1", "::1", "localhost", socket.gethostname()}


def _make_root(folder: Path, at: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Nguồn {socket.gethostname()[:40]}")])
    builder = _builder(name, name, key, at, ROOT_LIFE)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    root = builder.add_extension(usage, critical=True).sign(key, hashes.SHA256())
    _write_key(folder / "ca.key", key)
    _write(folder / "ca.crt", root.public_bytes(serialization.Encoding.PEM), 0o644)


def _issue(folder: Path, names: list[str], at: datetime) -> None:
    root = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
    signer = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise StartError(tr("tls_unreadable", reason=folder / "ca.key"))
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:60])])
    builder = _builder(subject, root.subject, key, at, SERVER_LIFE)
    builder = builder.add_extension(
        x509.SubjectAlternativeName([_name(one) for one in names]), critical=False
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    made = builder.add_extension(authority, critical=False).sign(signer, hashes.SHA256())
    _write_key(folder / "server.key", key)
    _write(folder / "server.crt", made.public_bytes(serialization.Encoding.PEM), 0o644)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, at: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _SLACK)
        .not_valid_after(at + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _still_good(path: Path, names: list[str], at: datetime) -> bool:
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
        listed = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    fresh = found.not_valid_after_utc - RENEW_BEFORE > at.astimezone(UTC)
    return fresh and set(listed) == {_name(one) for one in names}


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    plain = serialization.NoEncryption()
    _write(
        path, key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain), 0o600
    )


def _write(path: Path, data: bytes, mode: int) -> None:
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
