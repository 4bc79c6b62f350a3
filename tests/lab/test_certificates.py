"""The certificates of a lab over https: for its own names only, for a month, and kept to their owner."""

import shutil
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from lab import certificates
from lab.certificates import names, names_in
from lab.servers import ALL
from lab.staging.catalogue import scenarios
from lab.state import STATE, is_running

FILES = ("AUTHORITY", "AUTHORITY_KEY", "CERTIFICATE", "CERTIFICATE_KEY")


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    folder = STATE / tmp_path.name
    monkeypatch.setattr(certificates, "FOLDER", folder)
    for name in FILES:
        monkeypatch.setattr(certificates, name, folder / getattr(certificates, name).name)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def expiry_of(path: Path) -> datetime:
    return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc


def shake_hands(name: str) -> None:
    """Connect, within this process, to a server of the lab under that name. Raises ``ssl.SSLError``."""
    client_context = ssl.create_default_context(cafile=certificates.AUTHORITY)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=name)
    server = certificates.context().wrap_bio(to_server, to_client, server_side=True)
    waiting = {client, server}
    while waiting:
        for side in (client, server):
            try:
                side.do_handshake()
                waiting.discard(side)
            except ssl.SSLWantReadError:
                pass


@pytest.mark.parametrize("name", sorted(names()))
def test_each_name_of_the_lab_is_trusted_by_who_trusts_its_authority(name):
    certificates.make_what_is_missing()
    shake_hands(name)


def test_another_name_is_trusted_by_nobody_even_if_the_authority_signs_for_it(monkeypatch):
    certificates.make_what_is_missing()
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shake_hands("bank.example")
    monkeypatch.setattr(certificates, "names", lambda: {"bank.example"})
    certificates.make_what_is_missing()
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands("bank.example")


def test_the_authority_stays_when_the_names_change(monkeypatch):
    certificates.make_what_is_missing()
    before = certificates.AUTHORITY.read_text(), certificates.CERTIFICATE.read_text()
    certificates.make_what_is_missing()
    assert (certificates.AUTHORITY.read_text(), certificates.CERTIFICATE.read_text()) == before
    monkeypatch.setattr(certificates, "names", lambda: {"localhost", "lab.localhost"})
    certificates.make_what_is_missing()
    assert certificates.AUTHORITY.read_text() == before[0]
    assert names_in(certificates.CERTIFICATE) == {"localhost", "lab.localhost"}


def test_both_are_made_anew_before_they_expire(monkeypatch):
    monkeypatch.setattr(certificates, "LASTS", certificates.RENEWED_BEFORE - timedelta(minutes=1))
    certificates.make_what_is_missing()
    assert expiry_of(certificates.AUTHORITY) < datetime.now(UTC) + certificates.RENEWED_BEFORE
    monkeypatch.setattr(certificates, "LASTS", timedelta(days=30))
    certificates.make_what_is_missing()
    for path in (certificates.AUTHORITY, certificates.CERTIFICATE):
        assert timedelta(days=29) < expiry_of(path) - datetime.now(UTC) < timedelta(days=30)
    shake_hands("localhost")


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_missing_or_damaged_is_made_anew(name):
    certificates.make_what_is_missing()
    getattr(certificates, name).write_text("damaged")
    certificates.make_what_is_missing()
    shake_hands("localhost")


def test_who_reads_key_and_certificate_lets_nobody_replace_them_meanwhile(monkeypatch):
    is_locked = []
    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", lambda *files: is_locked.append(is_running("preparing")))
    certificates.context()
    assert is_locked == [True]


def test_the_files_are_for_their_owner_only(own_folder):
    certificates.make_what_is_missing()
    assert stat.S_IMODE(own_folder.stat().st_mode) == 0o700
    assert {path.name for path in own_folder.iterdir()} == {getattr(certificates, name).name for name in FILES}
    assert {stat.S_IMODE(path.stat().st_mode) for path in own_folder.iterdir()} == {0o600}


def test_each_server_has_a_name_in_it_also_in_each_stage_of_a_scenario():
    for scenario in scenarios():
        for stage in scenario.stages:
            assert all(
                host == "localhost" or host[0].isdigit() or host.endswith(".localhost") for host in stage.hosts.values()
            )
    assert {server.usual_host for server in ALL} <= names()
