"""The form that points site A at another provider: what it refuses, and what is kept of what it takes."""

import json

import pytest

from lab import chosen_provider, runs
from lab.chosen_provider import choice_for
from lab.misbehaving.answers import JWKS
from lab.servers import SITE_A
from relying_party.metadata import WELL_KNOWN
from relying_party.rp_initiated_logout import state_for
from tests.relying_party.provider import Provider

pytestmark = pytest.mark.django_db

ADDRESS, BACK = "/provider/", "/provider/back/"
SECRET = "the-secret-of-site-a-there"


@pytest.fixture(autouse=True)
def nothing_is_left():
    yield
    chosen_provider.forget(SITE_A)
    runs.is_asked_to_start_anew(SITE_A.name)


@pytest.fixture
def elsewhere():
    """A provider with metadata of its own."""
    provider = Provider("", "site-a-there")
    provider.issuer = f"http://{provider.address}"
    say(provider)
    yield provider
    provider.close()


def say(provider, **changes):
    said = {
        "issuer": provider.issuer,
        "authorization_endpoint": f"{provider.issuer}/authorize",
        "token_endpoint": f"{provider.issuer}/token",
        "userinfo_endpoint": f"{provider.issuer}/userinfo",
        "jwks_uri": f"{provider.issuer}{JWKS}",
        "end_session_endpoint": f"{provider.issuer}/logout",
        "response_types_supported": ["code"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "backchannel_logout_supported": True,
        **changes,
    }
    provider.answers[WELL_KNOWN] = (200, json.dumps(said), "application/json")


@pytest.fixture
def send(client, elsewhere):
    """The answer to the form; what is not named is right."""

    def send(**changes):
        form = {"issuer": elsewhere.issuer, "client_id": "site-a-there", "client_secret": SECRET, **changes}
        return client.post(ADDRESS, form)

    return send


def test_the_page_says_what_to_register_there(client):
    page = client.get(ADDRESS).content.decode()
    for path in ("/oidc/callback/", "/signed-out/", "/oidc/backchannel-logout/"):
        assert f"<code>{SITE_A.origin}{path}</code>" in page
    assert "Site A signs in at Identity." in page


def test_a_provider_that_fits_is_kept_and_the_site_starts_again(send, elsewhere):
    answer = send()
    assert (answer.status_code, answer["Location"]) == (302, ADDRESS)
    kept = choice_for(SITE_A).settings
    assert kept["OIDC_OP_ISSUER"] == elsewhere.issuer
    assert kept["OIDC_OP_TOKEN_ENDPOINT"] == f"{elsewhere.issuer}/token"
    assert (kept["OIDC_RP_CLIENT_ID"], kept["OIDC_RP_CLIENT_SECRET"]) == ("site-a-there", SECRET)
    assert runs.is_asked_to_start_anew(SITE_A.name)


def test_the_address_of_the_metadata_names_its_issuer_too(send, elsewhere):
    send(issuer=elsewhere.issuer + WELL_KNOWN)
    assert choice_for(SITE_A).settings["OIDC_OP_ISSUER"] == elsewhere.issuer


def test_until_it_has_started_the_page_asks_again_by_itself(send, client):
    send()
    answer = client.get(ADDRESS)
    assert answer["Refresh"] == "4"
    assert "Site A starts again, with the provider that you chose." in answer.content.decode()


def test_then_the_page_names_the_provider_by_its_host_and_never_shows_the_secret(send, client, elsewhere, settings):
    say(elsewhere, backchannel_logout_supported=False)
    send()
    for name, value in choice_for(SITE_A).settings.items():
        setattr(settings, name, value)
    answer = client.get(ADDRESS)
    page = answer.content.decode()
    assert f"Site A signs in at the provider {elsewhere.address}." in page
    assert "It does not say that it sends logout tokens" in page
    assert SECRET not in page
    assert "Refresh" not in answer
    front = client.get("/").content.decode()
    assert f"Sign in at the provider {elsewhere.address}</a>" in front
    assert "Back to the lab’s Identity" in front
    assert "at Identity" not in front


def test_a_client_without_a_secret_is_a_public_one(send, elsewhere):
    send(client_secret="")
    assert choice_for(SITE_A).settings["OIDC_RP_CLIENT_SECRET"] is None
    assert choice_for(SITE_A).notes == ()
    say(elsewhere, token_endpoint_auth_methods_supported=["client_secret_post"])
    send(client_secret="")
    assert choice_for(SITE_A).notes == ("It does not say that it knows clients without a secret.",)


def test_whoever_was_signed_in_here_is_no_more(send, client, django_user_model):
    client.force_login(django_user_model.objects.create(username="oidc:1"))
    send()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("issuer", "said"),
    [
        ("", "Issuer: This field is required."),
        ("op.example", "is no address of http or https."),
        ("ftp://127.0.0.1/", "is no address of http or https."),
        ("https://", "is no address of http or https."),
        ("http://[::1", "is no address of http or https."),
        ("http://127.0.0.1:x/", "is no address of http or https."),
        ("http://op.example", "is not https: everybody on the way can read what goes there."),
        ("http://10.0.0.1:9000", "is not https"),
        ("http://localhost.op.example", "is not https"),
        ("https://op.example/?tenant=1", "no query and no fragment"),
        ("https://op.example/#x", "no query and no fragment"),
        ("https://alice@op.example/", "names a user, which an address here may not."),
        ("https://op.example; script-src-elem *", "has characters that an address cannot have (RFC 3986)."),
        ("https://öp.example", "has characters that an address cannot have"),
        ("http://127.0.0.1:9/", "unreachable"),
        ("https://" + "x" * 500, "at most 500 characters"),
        ("http://127.0.0.1:9/\0", "Null characters are not allowed."),
    ],
)
def test_an_issuer_of_another_kind_is_refused_in_words(send, issuer, said):
    answer = send(issuer=issuer)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert_nothing_was_changed(answer)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"issuer": "http://127.0.0.1:9"}, "It calls itself otherwise"),
        ({"issuer": None}, "It calls itself otherwise"),
        ({"token_endpoint": None}, "It has no token_endpoint."),
        ({"jwks_uri": "http://[::1"}, "jwks_uri is no address of http or https."),
        ({"jwks_uri": "http://op.example/keys"}, "jwks_uri is not https"),
        ({"authorization_endpoint": "http://op.example/authorize"}, "authorization_endpoint is not https"),
        ({"end_session_endpoint": "javascript:alert(1)"}, "end_session_endpoint is no address of http or https."),
        ({"userinfo_endpoint": "http://[::1"}, "userinfo_endpoint is no address of http or https."),
        ({"token_endpoint": "https://me:secret@op.example/token"}, "token_endpoint names a user"),
        ({"authorization_endpoint": "https://op.example; script-src-elem *"}, "authorization_endpoint has characters"),
        ({"authorization_endpoint": "https://op.example *"}, "authorization_endpoint has characters"),
        ({"authorization_endpoint": "https://\ud800.example/"}, "authorization_endpoint has characters"),
        ({"end_session_endpoint": "https://op.example/\u202e"}, "end_session_endpoint has characters"),
        ({"authorization_endpoint": "https://op.example/#x"}, "authorization_endpoint has a fragment (RFC 6749, 3.1)."),
        ({"authorization_endpoint": f"https://{'x' * 3000}.example/"}, "authorization_endpoint has more than 2000"),
        ({"issuer": "\ud800\u202e"}, "It calls itself otherwise"),
        ({"token_endpoint_auth_methods_supported": ["\ud800\u202e"]}, "A client proves itself by"),
        ({"response_types_supported": ["id_token"]}, "It does not say that it knows response_type=code"),
        ({"id_token_signing_alg_values_supported": ["HS256"]}, "It signs by no algorithm that is known here."),
    ],
)
def test_a_provider_that_does_not_fit_is_refused_in_the_words_of_the_command(send, elsewhere, changes, said):
    say(elsewhere, **changes)
    answer = send()
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert_nothing_was_changed(answer)


@pytest.mark.parametrize("text", ["", "[]", "<html>", '"' + "x" * 300_000 + '"', "[" * 100_000])
def test_what_is_no_metadata_is_said_to_be_none(send, elsewhere, text):
    elsewhere.answers[WELL_KNOWN] = (200, text, "application/json")
    answer = send()
    assert answer.status_code == 400
    assert_nothing_was_changed(answer)


def test_a_client_id_is_needed_and_without_one_nobody_is_asked(send, elsewhere):
    answer = send(client_id="")
    assert "Client ID: This field is required." in answer.content.decode()
    assert_nothing_was_changed(answer)
    assert elsewhere.seen == []


def assert_nothing_was_changed(answer):
    assert "Nothing was changed." in answer.content.decode()
    assert SECRET not in answer.content.decode()
    assert choice_for(SITE_A) is None
    assert not runs.is_asked_to_start_anew(SITE_A.name)


def test_one_click_leads_back_to_identity(send, client):
    send()
    assert client.post(BACK)["Location"] == ADDRESS
    assert choice_for(SITE_A) is None
    assert runs.is_asked_to_start_anew(SITE_A.name)
    assert "Site A signs in at Identity." in client.get(ADDRESS).content.decode()
    assert client.get(BACK).status_code == 405


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "other sites are not told"),
        ({"state": state_for(("s", ""), reached=True)}, "has not told this server whether it ended your session there"),
        (
            {"state": state_for(("s", ""), reached=False)},
            "If you have a session there, it was not ended. Sign out there then.",
        ),
    ],
)
def test_the_page_after_signing_out_says_of_another_provider_what_this_server_knows(client, settings, query, said):
    settings.OIDC_OP_ISSUER = "https://op.example"
    page = client.get("/signed-out/", query).content.decode()
    assert said in page
    assert "As before. This server tells none of them." in page
    assert "Sign in at the provider op.example</a></p>" in page
    assert "Identity" not in page.partition("<main")[2]


@pytest.mark.parametrize("endpoint", ["https://op.example/logout", None])
def test_whoever_is_signed_in_can_sign_out_there_only_where_the_provider_says_how(
    client, settings, django_user_model, endpoint
):
    settings.OIDC_OP_ISSUER, settings.OIDC_OP_END_SESSION_ENDPOINT = "https://op.example", endpoint
    client.force_login(django_user_model.objects.create(username="oidc:1"))
    page = client.get("/").content.decode()
    assert ("Sign out here and at the provider op.example" in page) is bool(endpoint)
    assert ("Your browser is sent there." in page) is bool(endpoint)


@pytest.mark.parametrize("address", [ADDRESS, BACK])
def test_a_form_of_another_page_changes_nothing(new_client, address):
    browser = new_client(enforce_csrf_checks=True)
    assert browser.post(address, {"issuer": "https://op.example", "client_id": "x"}).status_code == 403


@pytest.mark.parametrize(("name", "value"), [("IS_CLASS", True), ("PROXIES", 1)])
def test_in_a_class_and_behind_proxies_there_is_no_such_page(monkeypatch, client, name, value):
    monkeypatch.setattr(chosen_provider, name, value)
    assert client.get(ADDRESS).status_code == client.post(BACK).status_code == 403
    assert "Another provider" not in client.get("/").content.decode()


def test_in_a_scenario_there_is_no_such_page(client, settings):
    settings.RUN = runs.Run(1, "lost_update", "slow")
    assert client.get(ADDRESS).status_code == 403


def test_neither_journal_nor_log_has_the_secret(recording, send, caplog, client):
    from session_inspector.journal.queries import entries

    send()
    client.get(ADDRESS)
    kept = [entry for entry in entries("1 = 1 ORDER BY id") if entry.is_exchange]
    assert [entry.exchange.path for entry in kept] == [ADDRESS, ADDRESS]
    assert SECRET not in str(kept) + caplog.text
