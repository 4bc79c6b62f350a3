import stat

import pytest
from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client
from django.contrib.auth.hashers import identify_hasher
from django.core.management import CommandError, call_command

from identity.account.people import seed_people
from identity.provider.clients import seed_clients
from identity.provider.signing_keys import rotate
from lab.servers import SITE_A, SITES, client_id_of
from lab.state import STATE, secret


def test_alice_and_bob_sign_in_with_their_names_and_have_a_verified_primary_address(seeded, django_user_model):
    for name in ("alice", "bob"):
        person = django_user_model.objects.get(username=name)
        assert person.check_password(name)
        assert person.get_full_name() == name
        assert EmailAddress.objects.get_primary(person).verified


def test_seeding_again_leaves_a_changed_password_and_adds_nobody(alice, django_user_model):
    alice.set_password("changed")
    alice.save()
    seed_people()
    alice.refresh_from_db()
    assert alice.check_password("changed")
    assert django_user_model.objects.count() == 2


def test_each_site_is_a_client_with_one_exact_redirect_uri_and_no_consent_page(seeded):
    for site in SITES:
        client = Client.objects.get(pk=client_id_of(site))
        assert client.get_redirect_uris() == [f"{site.origin}/oidc/callback/"]
        assert client.skip_consent
        assert not client.allow_uri_wildcards


def test_a_client_that_was_registered_for_other_ports_is_led_to_these(seeded):
    Client.objects.filter(pk=client_id_of(SITE_A)).update(redirect_uris="http://site-a.localhost:1/oidc/callback/")
    seed_clients()
    assert Client.objects.get(pk=client_id_of(SITE_A)).get_redirect_uris() == [f"{SITE_A.origin}/oidc/callback/"]


def test_client_secrets_are_random_and_kept_without_stretching(seeded):
    secrets = {secret(f"{site.name}.client_secret") for site in SITES}
    assert len(secrets) == 2
    assert all(len(bytes.fromhex(value)) * 8 >= 128 for value in secrets)
    client = Client.objects.get(pk=client_id_of(SITE_A))
    assert identify_hasher(client.secret).algorithm == "sha256_of_random"
    assert client.check_secret(secret("site_a.client_secret"))
    assert not client.check_secret(secret("site_b.client_secret"))


def test_peoples_passwords_keep_djangos_default_hasher(alice):
    assert alice.password.startswith("pbkdf2_sha256$")


def test_every_secret_is_readable_by_its_owner_only(seeded):
    rotate()
    folder = STATE / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = sorted(path.name for path in folder.iterdir())
    assert {"identity.secret_key", "identity.signing_keys.json", "site_a.client_secret"} <= set(files)
    assert all(stat.S_IMODE((folder / name).stat().st_mode) == 0o600 for name in files)
    assert stat.S_IMODE(STATE.stat().st_mode) == 0o700  # the databases hold live session keys


def test_who_is_not_there_cannot_be_disabled(seeded):
    with pytest.raises(CommandError, match="There is no user carol"):
        call_command("disable_user", "carol")
