"""Clients that people register themselves: on pages, and by a command."""

from io import StringIO

import pytest
from allauth.idp.oidc.models import Client
from django.core.management import CommandError, call_command

from identity.account.client_form import MAX_ADDRESSES
from identity.account.clients import MAX_CLIENTS
from identity.models import Registration
from identity.provider.client_addresses import fault_of
from tests.identity.provider.consent import send_form
from tests.identity.provider.protocol import answer_of, authorize, claims_in, redeem, refresh
from tests.page import text_of

WEBSITE, BROWSER_APP, NATIVE_APP = Registration.Kind.values
CALLBACK = "http://localhost:3000/cb"
FIELDS = {"name": "My site", "kind": WEBSITE, "redirect_uris": CALLBACK}
REGISTER, CLIENTS = "/clients/register/", "/clients/"


@pytest.fixture
def signed_in(client, alice):
    client.force_login(alice)
    return client


def register(browser, **changes):
    response = browser.post(REGISTER, {**FIELDS, **changes})
    assert response.status_code == 200, text_of(response)
    return Client.objects.get(name=changes.get("name", FIELDS["name"])), response.content.decode()


def secret_on(page):
    return page.split("Client secret</dt><dd><code>")[1].split("<")[0]


def test_a_website_that_is_registered_signs_people_in_with_the_secret_that_is_shown_once(signed_in):
    client, page = register(signed_in, may_refresh="on")
    own = {"client_id": client.pk, "redirect_uri": CALLBACK}
    asking = authorize(signed_in, scope="openid email offline_access", **own)
    assert "May My site know who you are?" in text_of(asking)
    code = answer_of(send_form(signed_in, asking, "openid email offline_access"))["code"]
    tokens = redeem(signed_in, code, client_secret=secret_on(page), **own).json()
    assert claims_in(tokens["id_token"])["aud"] == client.pk
    own = {"client_id": client.pk, "client_secret": secret_on(page)}
    assert refresh(signed_in, tokens["refresh_token"], **own).status_code == 200
    assert secret_on(page) not in signed_in.get(CLIENTS).content.decode()
    assert secret_on(page) not in str(list(Client.objects.values()))


@pytest.mark.parametrize("kind", [BROWSER_APP, NATIVE_APP])
def test_an_app_that_is_registered_has_no_secret_and_signs_people_in(signed_in, kind):
    client, page = register(signed_in, kind=kind)
    assert "It has no secret" in page
    assert "Client secret" not in page
    own = {"client_id": client.pk, "redirect_uri": CALLBACK}
    code = answer_of(send_form(signed_in, authorize(signed_in, scope="openid", **own), "openid"))["code"]
    assert redeem(signed_in, code, client_secret=None, **own).status_code == 200
    assert client.get_cors_origins() == (["http://localhost:3000"] if kind == BROWSER_APP else [])
    assert not client.check_secret("")


def test_a_client_that_may_omit_pkce_is_called_so(signed_in):
    register(signed_in)
    assert "It may omit PKCE" not in text_of(signed_in.get(CLIENTS))
    client, _ = register(signed_in, name="Old", may_omit_pkce="on")
    assert "It may omit PKCE: whoever steals a code can let another browser bring it" in text_of(signed_in.get(CLIENTS))
    own = {"client_id": client.pk, "redirect_uri": CALLBACK, "nonce": None}
    asking = authorize(signed_in, code_challenge=None, code_challenge_method=None, **own)
    assert "May Old know who you are?" in text_of(asking)


@pytest.mark.parametrize(
    ("kind", "address", "why"),
    [
        (WEBSITE, "http://site.example/cb", "its host is not this machine"),
        (WEBSITE, "http://192.168.1.5/cb", "its host is not this machine"),
        (WEBSITE, "http://localhost.evil.example/cb", "its host is not this machine"),
        (WEBSITE, "https://site.example/cb#x", "has no fragment"),
        (WEBSITE, "https://site.example/cb#", "has no fragment"),
        (WEBSITE, "https://*.site.example/cb", "letter by letter"),
        (WEBSITE, "site.example/cb", "It has no scheme"),
        (WEBSITE, "/cb", "It has no scheme"),
        (WEBSITE, "localhost:3000/cb", "Its scheme is localhost."),
        (WEBSITE, "javascript:alert(1)", "Its scheme is javascript."),
        (WEBSITE, "com.example.app:/cb", "Its scheme is com.example.app."),
        (BROWSER_APP, "com.example.app:/cb", "Its scheme is com.example.app."),
        (NATIVE_APP, "myapp:/cb", "A scheme of an app has a dot"),
        (NATIVE_APP, "http://site.example/cb", "its host is not this machine"),
        (WEBSITE, "https:///cb", "it must have a host"),
        (WEBSITE, "https://alice@site.example/cb", "it must have a host"),
        (WEBSITE, "https://site.example:/cb", "it must have a host"),
        (WEBSITE, "https://site.example:99999/cb", "It is no address"),
        (WEBSITE, "https://[::1/cb", "It is no address"),
        (WEBSITE, "https://site.example/a cb", "a space"),
        (WEBSITE, "https://site.example/ä", "a letter that an address must encode"),
        (WEBSITE, "https://site.example/" + "x" * 1000, "It is longer than 1000 characters."),
    ],
)
def test_an_address_that_is_wrong_is_told_what_is_wrong_with_it(signed_in, kind, address, why):
    response = signed_in.post(REGISTER, {**FIELDS, "kind": kind, "redirect_uris": f"{CALLBACK}\n{address}"})
    assert response.status_code == 400
    assert f"Redirect URIs: {address[:200]}: " in text_of(response)
    assert why in text_of(response)
    assert "Nothing was registered or changed." in text_of(response)
    assert not Client.objects.filter(owner__isnull=False).exists()


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        *((kind, "https://site.example/cb?x=1") for kind in Registration.Kind.values),
        *((kind, "https://site.example:8443/") for kind in Registration.Kind.values),
        *((kind, "http://127.0.0.1/cb") for kind in Registration.Kind.values),
        (WEBSITE, "http://site.localhost:8080/cb"),
        (WEBSITE, "http://127.8.8.8:8080/cb"),
        (NATIVE_APP, "http://[::1]/cb"),
        (NATIVE_APP, "com.example.app:/cb"),
    ],
)
def test_what_may_be_registered(kind, address):
    assert fault_of(address, kind) == ""


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": ""}, "Name: This field is required."),
        ({"name": "x" * 101}, "Name: Ensure this value has at most 100 characters"),
        ({"redirect_uris": ""}, "Redirect URIs: This field is required."),
        ({"redirect_uris": " \n "}, "Redirect URIs: This field is required."),
        ({"redirect_uris": "\n".join(f"{CALLBACK}{n}" for n in range(11))}, f"more than {MAX_ADDRESSES} addresses"),
        ({"kind": "x"}, "Kind: Select a valid choice."),
        ({"post_logout_redirect_uris": "http://site.example/"}, "Where to go after signing out: http://site.example/"),
        ({"backchannel_logout_uri": "http://site.example/"}, "Where to send logout tokens: http://site.example/"),
        ({"kind": NATIVE_APP, "backchannel_logout_uri": "https://site.example/"}, "Only a website has a server"),
        ({"kind": BROWSER_APP, "may_omit_pkce": "on"}, "Only a website may omit PKCE"),
    ],
)
def test_a_form_that_is_wrong_is_told_so(signed_in, changes, why):
    response = signed_in.post(REGISTER, {**FIELDS, **changes})
    assert response.status_code == 400
    assert why in text_of(response)


def test_what_somebody_writes_into_the_form_is_text(signed_in):
    page = signed_in.post(REGISTER, {**FIELDS, "redirect_uris": "<script>x</script>"}).content.decode()
    assert "<script>x" not in page


def test_a_client_is_changed_and_keeps_its_id_its_kind_and_its_secret(signed_in):
    client, page = register(signed_in, backchannel_logout_uri="http://localhost:3000/bc")
    address = f"/clients/change/{client.pk}/"
    form = signed_in.get(address).content.decode()
    assert CALLBACK in form
    assert "http://localhost:3000/bc" in form
    changes = {"name": "Mine", "kind": NATIVE_APP, "redirect_uris": "https://mine.example/cb"}
    assert signed_in.post(address, changes)["Location"] == CLIENTS
    changed = Client.objects.get(pk=client.pk)
    assert (changed.name, changed.get_redirect_uris()) == ("Mine", ["https://mine.example/cb"])
    assert changed.registration.kind == WEBSITE
    assert changed.check_secret(secret_on(page))
    assert "backchannel_logout_uri" not in changed.data["client_metadata"]


def test_a_client_is_deleted_with_all_that_it_was_given(signed_in):
    client, _ = register(signed_in)
    assert signed_in.post("/clients/delete/", {"client": client.pk})["Location"] == CLIENTS
    assert not Client.objects.filter(pk=client.pk).exists()
    assert authorize(signed_in, client_id=client.pk, redirect_uri=CALLBACK).status_code == 400


@pytest.mark.parametrize("client_id", ["of bob", "site-a", "nobody", "\0"])
def test_nobody_changes_or_deletes_what_is_not_theirs(signed_in, django_user_model, client_id):
    bob = django_user_model.objects.get(username="bob")
    Client.objects.create(id="of bob", name="Of Bob", redirect_uris=CALLBACK, secret="!", owner=bob)
    assert "Of Bob" not in text_of(signed_in.get(CLIENTS))
    if client_id != "\0":
        assert signed_in.post(f"/clients/change/{client_id}/", FIELDS).status_code == 404
    assert signed_in.post("/clients/delete/", {"client": client_id}).status_code == 404
    assert Client.objects.get(pk="of bob").name == "Of Bob"
    assert Client.objects.filter(pk="site-a").exists()


def test_one_person_registers_so_many_and_no_more(signed_in, alice):
    Client.objects.bulk_create(Client(id=f"c{n}", name=f"C{n}", secret="!", owner=alice) for n in range(MAX_CLIENTS))
    assert f"You have {MAX_CLIENTS} clients, and cannot register more." in text_of(signed_in.get(CLIENTS))
    assert signed_in.post(REGISTER, FIELDS)["Location"] == CLIENTS
    assert Client.objects.filter(owner=alice).count() == MAX_CLIENTS


@pytest.mark.parametrize("how", ["off", "by default"])
def test_where_registering_is_closed_nobody_registers_changes_or_deletes(signed_in, settings, how):
    client, _ = register(signed_in)
    settings.IDENTITY_REGISTRATION_IS_OPEN = False
    if how == "by default":
        del settings.IDENTITY_REGISTRATION_IS_OPEN
    assert "Nobody registers clients here." in text_of(signed_in.get(CLIENTS))
    for address in (REGISTER, f"/clients/change/{client.pk}/"):
        assert signed_in.get(address).status_code == 403
        assert signed_in.post(address, FIELDS).status_code == 403
    assert signed_in.post("/clients/delete/", {"client": client.pk}).status_code == 403
    assert Client.objects.filter(owner__isnull=False).count() == 1


def test_the_pages_are_for_who_is_signed_in_and_their_forms_are_no_neighbours(client, new_client, alice):
    for address in (CLIENTS, REGISTER, "/clients/change/site-a/"):
        assert client.get(address)["Location"].startswith("/accounts/login/?next=")
    strict = new_client(enforce_csrf_checks=True)
    strict.force_login(alice)
    for address in (REGISTER, "/clients/delete/"):
        assert strict.post(address, FIELDS).status_code == 403


# The command


def told_by(*arguments):
    output = StringIO()
    call_command("clients", *arguments, stdout=output)
    return output.getvalue()


def test_the_command_registers_lists_changes_and_deletes(seeded):
    said = dict(line.split(None, 1) for line in told_by("register", "My site", CALLBACK, "--no-pkce").splitlines())
    client = Client.objects.get(pk=said["client_id"])
    assert client.check_secret(said["client_secret"])
    assert f"{client.pk}  My site (website, may omit PKCE)  {CALLBACK}" in told_by("list")
    changes = ["--name", "Mine", "--pkce", "--refresh", "--post-logout-redirect-uri", "https://mine.example/out"]
    assert told_by("change", client.pk, *changes) == f"{client.pk} is changed.\n"
    assert f"{client.pk}  Mine (website)  {CALLBACK}" in told_by("list")
    changed = Client.objects.get(pk=client.pk)
    assert changed.get_post_logout_redirect_uris() == ["https://mine.example/out"]
    assert "refresh_token" in changed.get_grant_types()
    assert told_by("delete", client.pk) == f"{client.pk} is deleted, and all its codes and tokens.\n"
    assert not Client.objects.filter(pk=client.pk).exists()


def test_the_command_works_where_registering_is_closed(seeded, settings):
    settings.IDENTITY_REGISTRATION_IS_OPEN = False
    assert "client_secret" in told_by("register", "My site", CALLBACK)


def test_an_app_of_the_command_has_no_secret(seeded):
    assert "client_secret" not in told_by("register", "App", "http://127.0.0.1/cb", "--kind", NATIVE_APP)


def test_the_command_says_what_is_wrong_as_the_form_does(seeded):
    with pytest.raises(CommandError, match=r"Redirect URIs: http://site\.example/cb: It is http"):
        told_by("register", "My site", "http://site.example/cb")
    with pytest.raises(CommandError, match="There is no client nobody"):
        told_by("change", "nobody", "--name", "x")
    with pytest.raises(CommandError, match="There is no client nobody"):
        told_by("delete", "nobody")
