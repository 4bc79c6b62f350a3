"""The certificate of a lab over https (``LAB_HTTPS=1``), and the authority that has issued it, for this lab alone.

Both lie in the state folder, for a month. The authority may issue certificates for the lab's own names and for nothing
else (RFC 5280, section 4.2.1.10): whoever trusts it trusts this lab. ``docs/https.md`` says how a browser comes to
trust it. Knows nothing of Django.
"""

import os
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lab import runs
from lab.servers import ALL, DOMAIN
from lab.state import certificate_of_authority, folder, one_at_a_time
from session_inspector import private_file

LASTS = timedelta(days=30)
RENEWED_BEFORE = timedelta(days=3)  # the end: a lab is seldom started for longer
NAME = "Session lab"
LOOPBACK = ("localhost", "127.0.0.1", "::1")

AUTHORITY = certificate_of_authority()
FOLDER = AUTHORITY.parent
AUTHORITY_KEY = FOLDER / "authority.key"
CERTIFICATE = FOLDER / "servers.pem"
CERTIFICATE_KEY = FOLDER / "servers.key"


def context() -> ssl.SSLContext:
    """What a server speaks https with."""
    make_what_is_missing()
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with one_at_a_time():  # for a run that begins just now, another process may have replaced only one of them
        made.load_cert_chain(CERTIFICATE, CERTIFICATE_KEY)
    return made


def trust_authority() -> None:
    """Let this process accept the certificates of the lab when it asks one of its servers."""
    make_what_is_missing()
    trust_authority_if_made()


def trust_authority_if_made() -> None:
    """The same, for who changes nothing."""
    if AUTHORITY.exists():
        os.environ["SSL_CERT_FILE"] = str(AUTHORITY)  # OpenSSL reads it


def make_what_is_missing() -> None:
    """Both certificates, anew before they expire, and that of the servers when they have other names."""
    folder(FOLDER)
    if is_complete():
        return
    with one_at_a_time():
        if not is_good(AUTHORITY, AUTHORITY_KEY):
            CERTIFICATE.unlink(missing_ok=True)  # first: who is killed here must not leave what another has issued
            make_authority()
        if not is_complete():
            make_certificate()


def is_complete() -> bool:
    are_good = is_good(AUTHORITY, AUTHORITY_KEY) and is_good(CERTIFICATE, CERTIFICATE_KEY)
    return are_good and names_in(CERTIFICATE) == names()


def names() -> set[str]:
    """All under which a server of the lab is asked in the present run."""
    return {*LOOPBACK, *(server.usual_host for server in ALL), *runs.current().hosts.values()}


def is_good(path: Path, key_path: Path) -> bool:
    """Whether there is a certificate with its key, which lasts for some days."""
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
        key = serialization.load_pem_private_key(key_path.read_bytes(), None)
    except (OSError, ValueError):
        return False
    return found.public_key() == key.public_key() and found.not_valid_after_utc > datetime.now(UTC) + RENEWED_BEFORE


def names_in(path: Path) -> set[str]:
    found = x509.load_pem_x509_certificate(path.read_bytes())
    alternative = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in alternative}


def make_authority() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subtrees = [x509.DNSName(DOMAIN), x509.DNSName("localhost")]
    loopback = [x509.IPAddress(IPv4Network("127.0.0.1/32")), x509.IPAddress(IPv6Network("::1/128"))]
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        about(NAME, key, NAME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints([*subtrees, *loopback], None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    keep(AUTHORITY, AUTHORITY_KEY, certificate, key)


def make_certificate() -> None:
    authority = x509.load_pem_x509_certificate(AUTHORITY.read_bytes())
    authority_key = serialization.load_pem_private_key(AUTHORITY_KEY.read_bytes(), None)
    assert isinstance(authority_key, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        about(f"{NAME}: its servers", key, NAME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(map(general_name, sorted(names()))), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()),  # type: ignore[arg-type]
            critical=False,
        )
        .sign(authority_key, hashes.SHA256())
    )
    keep(CERTIFICATE, CERTIFICATE_KEY, certificate, key)


def about(subject: str, key: ec.EllipticCurvePrivateKey, issuer: str) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name_of(subject))
        .issuer_name(name_of(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # clocks differ
        .not_valid_after(now + LASTS)
    )


def name_of(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def keep(path: Path, key_path: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    """The key first: a certificate without its key is none. Readable by the owner only."""
    unencrypted = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unencrypted)
    private_file.replace(key_path, pem.decode())
    private_file.replace(path, certificate.public_bytes(serialization.Encoding.PEM).decode())
