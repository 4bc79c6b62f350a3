"""identity, asked by a client that is not ours: a website on openid-client and jose, from npm."""

import re
import time
from dataclasses import dataclass
from functools import cache

import pytest

from tests.browser.person import Person, resolve_to_loopback
from tests.interop import node
from tests.interop.elsewhere import first_answer
from tests.processes import WAIT_TIMEOUT

pytestmark = node.needed

METHODS = ["client_secret_basic", "client_secret_post", "none"]  # with none, it is an app in a browser


@dataclass
class Website:
    """The client, as one person uses it."""

    person: Person
    origin: str

    def get(self, path: str) -> dict:
        return self.person.get(self.origin + path).json()

    def sign_in(self, query: str = "") -> dict:
        """What the client knows afterwards. Identity asks the first time whether it may know who that is."""
        page = self.person.get(f"{self.origin}/sign-in?{query}")
        if page.url.startswith(self.origin):
            return page.json()
        (asked,) = re.findall(r'name="request" value="([^"]+)"', page.text)
        scopes = re.findall(r'name="scopes" value="([^"]+)"', page.text)
        answer = self.person.post("identity", "/identity/o/authorize", request=asked, scopes=scopes, action="grant")
        return answer.json()

    def sign_out(self) -> dict:
        """There and, as Identity asks next, at Identity, too; what the client says when the browser is back."""
        page = self.person.get(f"{self.origin}/sign-out")
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        return self.person.post("identity", "/identity/o/logout/decide", **hidden, decision="leave").json()

    def wait_until_told(self) -> dict:
        """The claims of the logout token."""
        deadline = time.monotonic() + WAIT_TIMEOUT
        while not (told := self.get("/").get("told")):
            assert time.monotonic() < deadline, self.person.lab.output
            time.sleep(0.05)
        return told


@pytest.fixture(scope="module")
def started(start_once):
    return start_once("identity")


@pytest.fixture(scope="module")
def origin_of(started):
    """Where the website is that authenticates in that way: registered and started once."""

    @cache
    def origin_of(method: str) -> str:
        port = started.port + 5 + METHODS.index(method)
        origin = f"http://127.0.0.1:{port}"
        kind = "--kind browser-app" if method == "none" else f"--backchannel-logout-uri {origin}/backchannel-logout"
        options = f"--refresh --post-logout-redirect-uri {origin}/signed-out {kind}"
        printed = started.manage("identity", "clients", "register", method, f"{origin}/callback", *options.split())
        client = dict(line.split() for line in printed.splitlines())
        secret = client.get("client_secret", "")
        command = node.command("client.mjs", str(port), started.origin("identity"), client["client_id"], method, secret)
        started.processes[method] = started.run(command, method)
        first_answer(started, origin)
        return origin

    return origin_of


@pytest.fixture
def alice(request, started, monkeypatch):
    """She has signed in at Identity."""
    request.node.lab = started
    resolve_to_loopback(monkeypatch, started.domain)
    alice = Person(started, "alice")
    alice.send_form(alice.get(f"{started.origin('identity')}/accounts/login/"), login="alice", password="alice")
    return alice


@pytest.fixture
def website(origin_of, alice):
    return lambda method="client_secret_basic": Website(alice, origin_of(method))


@pytest.mark.parametrize("method", METHODS)
def test_a_sign_in_and_a_refresh(website, method):
    website = website(method)
    known = website.sign_in()
    assert known["claims"]["iss"] == website.person.lab.origin("identity")
    assert known["userinfo"] == {**known["userinfo"], "name": "alice", "email": "alice@example.org"}
    refreshed = website.get("/refresh")
    assert refreshed["userinfo"] == known["userinfo"]
    for name in ("access_token", "refresh_token"):
        assert refreshed["tokens"][name] != known["tokens"][name]


def test_what_it_asked_besides_is_answered(website):
    website = website()
    website.sign_in()
    known = website.sign_in("prompt=none&max_age=3600&acr_values=1&claims_locales=de&display=popup")
    assert time.time() - known["claims"]["auth_time"] < 3600


def test_an_error_is_understood(website):
    said = website().sign_in("prompt=dance")
    assert said == {"error": "invalid_request", "description": "A prompt is not one of none, login, consent."}


def test_a_refresh_token_that_was_used_is_refused_in_words(website):
    website = website()
    website.sign_in()
    website.get("/refresh?keep")
    said = website.get("/refresh")
    assert said["error"] == "invalid_grant"
    assert "used" in said["description"]


def test_it_asks_what_its_tokens_are_good_for_and_revokes_them(website):
    website = website()
    known = website.sign_in()
    told = website.get("/introspect")
    assert (told["active"], told["sub"]) == (True, known["claims"]["sub"])
    website.get("/revoke")
    assert website.get("/introspect") == {"active": False}


@pytest.mark.parametrize("method", METHODS)
def test_who_signs_out_there_signs_out_at_identity_and_comes_back(website, method):
    website = website(method)
    website.sign_in()
    assert website.sign_out() == {"state": True}
    assert website.sign_in("prompt=none")["error"] == "login_required"


def test_who_signs_out_at_identity_is_signed_out_there_by_a_logout_token(website):
    website = website()
    known = website.sign_in()
    website.person.post("identity", "/accounts/logout/")
    told = website.wait_until_told()
    assert {name: told[name] for name in ("sid", "sub", "aud")} == {
        name: known["claims"][name] for name in ("sid", "sub", "aud")
    }


@pytest.mark.parametrize(("scope", "lives"), [("openid", False), ("openid offline_access", True)])
def test_only_what_was_allowed_offline_is_refreshed_after_the_sign_out(website, scope, lives):
    website = website("none")
    website.sign_in(f"scope={scope}")
    website.person.post("identity", "/accounts/logout/")
    assert ("tokens" in website.get("/refresh")) == lives
