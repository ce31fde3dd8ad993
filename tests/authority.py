"""A private certificate authority, and the certificates that it issues for tests."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_PEM = serialization.Encoding.PEM


class Authority:
    """Keeps its files in ``folder``; ``file`` is its certificate in PEM form."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        basic = x509.BasicConstraints(ca=True, path_length=None)
        made = _builder(self._name, self._name, self._key, 30).add_extension(basic, critical=True)
        self.certificate = made.sign(self._key, hashes.SHA256())
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(self.certificate.public_bytes(_PEM))
        self.latest = self.file
        """The latest server's certificate and key."""

    def server(
        self, host: str = "127.0.0.1", *, days: int = 30, self_signed: bool = False
    ) -> ssl.SSLContext:
        """The TLS of a server for ``host``, with a certificate that is valid for so many days; if
        negative, it was until then."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "server")])
        try:
            entry: x509.GeneralName = x509.IPAddress(ip_address(host))
        except ValueError:
            entry = x509.DNSName(host)
        made = _builder(name, name if self_signed else self._name, key, days)
        made = made.add_extension(x509.SubjectAlternativeName([entry]), critical=False)
        certificate = made.sign(key if self_signed else self._key, hashes.SHA256())
        file = self._folder / f"server-{certificate.serial_number}.pem"
        secret = key.private_bytes(
            _PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(certificate.public_bytes(_PEM) + secret)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(file)
        self.latest = file
        return context


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    end = datetime.now(UTC) + timedelta(days=days)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=60))
        .not_valid_after(end)
    )
