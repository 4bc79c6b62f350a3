"""What can be amiss with the secrets of the servers, and between them and Identity."""

import sqlite3
from contextlib import closing

import pytest

from tests.lab.doctor.examined import found_by

EACH = ["site_a.client_secret", "site_b.client_secret", "site_a.secret_key", "identity.secret_key"]
CHECK = "secrets and keys"


def secret_of(lab, name):
    return lab.state / "var" / "secrets" / name


def whats(check, lab):
    return [finding["what"] for finding in found_by(check, lab)]


@pytest.mark.parametrize("name", EACH)
def test_an_empty_secret_is_found(started_before, name):
    path = secret_of(started_before, name)
    path.write_text("")
    (finding,) = found_by(CHECK, started_before)
    assert finding["what"] == f"The secret {path} is empty."
    assert finding["mend"] == f"rm -r {path} && LAB_STATE={started_before.state / 'var'} make run"


@pytest.mark.parametrize("change", [lambda text: text[:63], lambda text: text + "\n", lambda text: "x" * 64])
def test_a_secret_that_is_cut_or_changed_is_found(started_before, change):
    path = secret_of(started_before, "site_a.client_secret")
    path.write_text(change(path.read_text()))
    assert whats(CHECK, started_before) == [f"The secret {path} was cut or changed: it is not 64 digits from 0 to f."]


@pytest.mark.parametrize("name", [*EACH, "identity.signing_keys.json"])
def test_a_secret_that_is_gone_is_found_where_its_server_was_started_before(started_before, name):
    secret_of(started_before, name).unlink()
    assert whats(CHECK, started_before) == [f"The secret {secret_of(started_before, name)} is gone."]
    for database in (started_before.state / "var").glob("*.sqlite3"):
        database.unlink()
    assert found_by(CHECK, started_before) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_secret_that_is_open_to_others_is_found(started_before, mode):
    path = secret_of(started_before, "site_b.secret_key")
    path.chmod(mode)
    (finding,) = found_by(CHECK, started_before)
    assert (finding["what"], finding["mend"]) == (f"Others may read or write {path}.", f"chmod 600 {path}")


@pytest.mark.parametrize("text", ["", "[", "{}", "[{}]", '[{"pem": "cut"}]', '[{"pem": 1}]', "1", "[]", '["a"]'])
def test_a_signing_key_that_cannot_be_used_is_found(started_before, text):
    path = secret_of(started_before, "identity.signing_keys.json")
    path.write_text(text)
    (what,) = whats(CHECK, started_before)
    assert what.startswith(f"The secret {path} ")


def test_a_client_secret_other_than_at_identity_is_found(started_before):
    secret_of(started_before, "site_a.client_secret").write_text("a" * 64)
    assert found_by(CHECK, started_before) == []
    (finding,) = found_by("clients at Identity", started_before)
    assert finding["what"] == "The secret of site A is not the one that Identity has registered."
    assert finding["mend"].endswith("make run")


def test_without_a_cut_secret_the_next_start_makes_one_and_registers_it(started_before):
    path = secret_of(started_before, "site_a.client_secret")
    path.write_text(path.read_text()[:20])
    assert [*found_by(CHECK, started_before), *found_by("clients at Identity", started_before)]
    path.unlink()
    started_before.start("identity")
    assert [*found_by(CHECK, started_before), *found_by("clients at Identity", started_before)] == []


def test_a_client_that_identity_does_not_know_is_found(started_before):
    with closing(sqlite3.connect(started_before.state / "var" / "identity.sqlite3")) as database, database:
        database.execute("DELETE FROM allauth_idp_oidc_client WHERE id = 'site-b'")
    assert whats("clients at Identity", started_before) == ["Identity has no client site-b."]


def test_a_client_that_may_omit_pkce_is_called_what_it_is(started_before):
    with closing(sqlite3.connect(started_before.state / "var" / "identity.sqlite3")) as database, database:
        database.execute("INSERT INTO identity_registration VALUES ('site-b', 'website', 1), ('site-a', 'website', 0)")
    (finding,) = found_by("clients at Identity", started_before)
    assert finding["what"] == "Identity lets the client site-b omit PKCE."
    assert finding["mend"] == ".venv/bin/python identity/manage.py clients change --pkce site-b"


def test_a_damaged_database_of_identity_is_left_to_the_check_of_databases(started_before):
    (started_before.state / "var" / "identity.sqlite3").write_bytes(b"no database" * 1000)
    assert found_by("clients at Identity", started_before) == []
