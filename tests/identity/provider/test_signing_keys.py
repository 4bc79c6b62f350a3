"""The keys that sign ID Tokens, and changing them while Identity runs."""

import json
import threading
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import jwt
import pytest
from allauth.core.internal import jwkkit
from allauth.idp.oidc.adapter import get_adapter
from django.conf import settings
from django.core.management import call_command

from identity.provider import signing_keys as keys
from lab.state import secret_path
from session_inspector import private_file
from tests.identity.provider.protocol import code_for, redeem


@pytest.fixture(autouse=True)
def one_key():
    """Each test begins with a single key."""
    private_file.replace(secret_path(keys.FILE), keys.as_text([keys.new_key()]))


def kid_of_a_new_id_token(client):
    return jwt.get_unverified_header(redeem(client, code_for(client)).json()["id_token"])["kid"]


def published(client):
    return [key["kid"] for key in client.get("/.well-known/jwks.json").json()["keys"]]


def let_time_pass(**time):
    """Move what the file says into the past."""
    ago = timedelta(**time)
    moved = [
        replace(
            key,
            issued_at=key.issued_at - ago,
            not_before=key.not_before and key.not_before - ago,
            expires_at=key.expires_at and key.expires_at - ago,
        )
        for key in keys.signing_keys()
    ]
    private_file.replace(secret_path(keys.FILE), keys.as_text(moved))


def test_no_setting_holds_a_key():
    assert not hasattr(settings, "IDP_OIDC_PRIVATE_KEY")
    assert not hasattr(settings, "IDP_OIDC_PRIVATE_KEYS")


def test_a_key_is_made_where_there_is_none():
    secret_path(keys.FILE).unlink()
    (key,) = keys.signing_keys()
    assert key.expires_at is None
    assert keys.signing_keys() == [key]


def test_a_published_key_says_what_it_is_for_and_keeps_its_private_part(client, db):
    (key,) = client.get("/.well-known/jwks.json").json()["keys"]
    assert (key["kty"], key["use"], key["alg"]) == ("RSA", "sig", "RS256")
    assert "key_ops" not in key  # RFC 7517, 4.3: not beside use
    assert not {"d", "p", "q"} & set(key)


def max_age_of_keys(client):
    return int(client.get("/.well-known/jwks.json")["Cache-Control"].split(",")[0].removeprefix("max-age="))


def test_a_new_key_is_published_before_it_signs_for_as_long_as_a_cache_keeps_the_keys(signed_in):
    old = kid_of_a_new_id_token(signed_in)
    cached = max_age_of_keys(signed_in)
    keys.rotate()
    new = published(signed_in)[1]
    let_time_pass(seconds=cached)
    assert kid_of_a_new_id_token(signed_in) == old
    let_time_pass(minutes=1)
    assert kid_of_a_new_id_token(signed_in) == new
    assert published(signed_in) == [old, new]


def test_a_key_that_waits_is_left_out_by_one_that_signs_at_once(signed_in):
    keys.rotate()
    keys.rotate(is_urgent=True)
    new = kid_of_a_new_id_token(signed_in)
    assert published(signed_in)[2] == new
    let_time_pass(minutes=6)
    assert kid_of_a_new_id_token(signed_in) == new


def test_keys_that_were_kept_before_keys_could_wait_sign_on(signed_in):
    kid = kid_of_a_new_id_token(signed_in)
    path = secret_path(keys.FILE)
    before = [{name: one[name] for name in ("pem", "issued_at", "expires_at")} for one in json.loads(path.read_text())]
    private_file.replace(path, json.dumps(before))
    assert kid_of_a_new_id_token(signed_in) == kid


def test_after_a_rotation_the_new_key_signs_and_the_old_one_is_still_published(signed_in):
    old = kid_of_a_new_id_token(signed_in)
    keys.rotate(is_urgent=True)
    new = kid_of_a_new_id_token(signed_in)
    assert new != old
    assert published(signed_in) == [old, new]


def test_the_old_key_goes_when_no_id_token_of_its_lives(signed_in):
    old = kid_of_a_new_id_token(signed_in)
    keys.rotate(is_urgent=True)
    let_time_pass(minutes=5)  # as long as an ID Token lives
    assert old in published(signed_in)
    let_time_pass(minutes=2)
    assert published(signed_in) == [kid_of_a_new_id_token(signed_in)]


def test_a_cached_jwks_does_not_outlive_the_old_key(signed_in):
    assert max_age_of_keys(signed_in) == 300
    keys.rotate(is_urgent=True)
    let_time_pass(minutes=4)
    assert 60 < max_age_of_keys(signed_in) <= 120


def test_a_rotation_drops_keys_whose_last_session_is_over_and_prolongs_none(signed_in):
    keys.rotate()
    keys.rotate()
    first, second, _ = keys.signing_keys()
    assert first.expires_at <= second.expires_at
    let_time_pass(minutes=13)
    keys.rotate()
    assert [key.expires_at for key in keys.signing_keys()[:2]] == [
        key.expires_at - timedelta(minutes=13) for key in (first, second)
    ]
    assert len(published(signed_in)) == 2
    let_time_pass(days=31)
    keys.rotate()
    assert len(keys.signing_keys()) == 2


def test_two_rotations_at_the_same_time_lose_no_key():
    together = threading.Barrier(4)

    def rotate():
        together.wait()
        keys.rotate()

    threads = [threading.Thread(target=rotate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({key.pem for key in keys.signing_keys()}) == 5
    assert [key.expires_at is None for key in keys.signing_keys()] == [False] * 4 + [True]


@pytest.mark.parametrize("is_urgent", [False, True])
def test_the_command_says_which_key_signs_and_which_is_still_published(is_urgent):
    (before,) = keys.signing_keys()
    output = StringIO()
    call_command("rotate_signing_key", stdout=output, now=is_urgent)
    old, new = keys.signing_keys()
    assert old.pem == before.pem
    until = f"{keys.key_id(old)} until {old.expires_at:%H:%M:%S} UTC"
    start = "now on" if is_urgent else f"{new.not_before:%H:%M:%S} UTC on"
    assert output.getvalue() == f"{keys.key_id(new)} signs from {start}. Still published: {until}.\n"


def test_a_key_is_read_and_parsed_once_a_process():
    adapter = get_adapter()
    assert adapter.get_signing_key() is adapter.get_signing_key()
    pem = adapter.get_signing_key().pem
    assert jwkkit.load_jwk_from_pem(pem)[1] is jwkkit.load_jwk_from_pem(pem)[1]


@pytest.mark.parametrize("text", ["", "[]", '[{"pem": "cut'])
def test_a_file_that_cannot_be_used_leaves_the_keys_from_before_and_a_line_in_the_log(signed_in, caplog, text):
    before = kid_of_a_new_id_token(signed_in)
    private_file.replace(secret_path(keys.FILE), text)
    assert kid_of_a_new_id_token(signed_in) == before
    (said,) = [record.getMessage() for record in caplog.records if record.name == keys.__name__]
    assert said.startswith(f"The keys from before still sign. The secret {secret_path(keys.FILE)} ")
    private_file.replace(secret_path(keys.FILE), keys.as_text([keys.new_key()]))
    assert kid_of_a_new_id_token(signed_in) != before
