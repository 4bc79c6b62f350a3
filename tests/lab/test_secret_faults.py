"""A secret that cannot be used is one line that names the file and the remedy, at every start and command."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from lab.secret_faults import fault_of_secret
from tests.processes import PROJECTS


def private(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(scope="module")
def rsa_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def keys_file(tmp_path):
    def write(pem, expires_at=None):
        path = tmp_path / "identity.signing_keys.json"
        path.write_text(json.dumps([{"pem": pem, "issued_at": None, "expires_at": expires_at}]))
        return path

    return write


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a1" * 32, ""),
        ("", "is empty"),
        ("a1" * 31, "was cut or changed: it is not 64 digits from 0 to f"),
        ("a1" * 32 + "\n", "was cut or changed: it is not 64 digits from 0 to f"),
        ("A1" * 32, "was cut or changed: it is not 64 digits from 0 to f"),
        ("\x00" * 64, "was cut or changed: it is not 64 digits from 0 to f"),
    ],
)
def test_a_random_secret_is_64_digits_and_nothing_else(tmp_path, text, fault):
    (tmp_path / "site_a.client_secret").write_text(text)
    assert fault_of_secret(tmp_path / "site_a.client_secret") == fault


def test_a_folder_and_bytes_that_are_no_text_are_no_secret(tmp_path):
    (tmp_path / "site_a.client_secret").mkdir()
    (tmp_path / "site_a.secret_key").write_bytes(b"\xff" * 64)
    assert fault_of_secret(tmp_path / "site_a.client_secret") == "is a folder"
    assert fault_of_secret(tmp_path / "site_a.secret_key").startswith("was cut or changed")


def test_a_signing_key_is_a_private_rsa_key_that_is_long_enough_and_active(keys_file, rsa_key):
    later = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    assert fault_of_secret(keys_file(private(rsa_key))) == ""
    assert fault_of_secret(keys_file(private(rsa_key), later)) == ""
    earlier = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    assert fault_of_secret(keys_file(private(rsa_key), earlier)) == "has no key that signs now"
    short = private(rsa.generate_private_key(public_exponent=65537, key_size=1024))
    of_another_kind = private(ec.generate_private_key(ec.SECP256R1()))
    for pem in (short, of_another_kind):
        assert fault_of_secret(keys_file(pem)) == "has a key that is no RSA key of 2048 bits or more"
    public = rsa_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for pem in (public, private(rsa_key)[:-100], 1):
        assert "no list of keys that can be read" in fault_of_secret(keys_file(pem))


@pytest.mark.parametrize("text", ["[]", "{}", "1", '[{"pem": "x"}]'])
def test_a_file_without_keys_is_refused(tmp_path, text):
    (tmp_path / "keys.json").write_text(text)
    assert fault_of_secret(tmp_path / "keys.json")


def emptied(path):
    path.write_text("")


def cut(path):
    path.write_text(path.read_text()[:-1])


def with_a_newline(path):
    path.write_text(path.read_text() + "\n")


def turned_into_a_folder(path):
    path.unlink(missing_ok=True)
    path.mkdir()


@pytest.mark.parametrize(
    ("file", "spoilt", "server", "command"),
    [
        ("secrets/identity.secret_key", emptied, "identity", "check"),
        ("secrets/site_a.client_secret", cut, "site_a", "showmigrations"),
        ("secrets/site_b.secret_key", with_a_newline, "site_b", "runserver"),
        ("secrets/inspector.secret_key", turned_into_a_folder, "inspector", "runserver"),
        ("secrets/site_b.client_secret", cut, "identity", "runserver"),
        ("secrets/identity.signing_keys.json", cut, "identity", "runserver"),
        ("secrets/identity.signing_keys.json", emptied, "identity", "rotate_signing_key"),
        ("secrets/identity.signing_keys.json", turned_into_a_folder, "identity", "deliver_logout_tokens"),
        ("journal.fingerprint_key", emptied, "site_a", "check"),
        ("journal.fingerprint_key", cut, "inspector", "runserver"),
    ],
)
def test_a_command_ends_with_one_line_that_names_the_file_and_the_remedy(started_before, file, spoilt, server, command):
    state = started_before.state / "var"
    (state / "journal.fingerprint_key").write_text("a1" * 32)  # the state that tests begin with may be without
    spoilt(state / file)
    for log in started_before.state.glob("*.log"):
        log.unlink()
    assert started_before.run(f"python {PROJECTS[server]}/manage.py {command}").wait(timeout=60) == 1
    (line,) = started_before.output.splitlines()[1:]
    assert line.startswith(f"The secret {state / file} ")
    assert f" Delete it, then LAB_STATE={state} make run: that makes another one. " in line
