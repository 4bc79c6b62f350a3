"""A person without a browser: follows links and fills in the form, and keeps cookies as a browser does."""

import html
import re
import socket
from urllib.parse import urljoin

import requests

MAKE_PEOPLE = """
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
for name, password in {people}:
    user = User.objects.create_user(name, password=password, first_name=name)
    EmailAddress.objects.create(user=user, email=f"{{name}}@example.org", verified=True, primary=True)
"""

# For every session of a site: it has asked the provider so long ago that it asks again.
MAKE_RENEWAL_DUE = """
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
for row in Session.objects.all():
    session = SessionStore(row.session_key)
    if "oidc_id_token_expiration" in session:
        session["oidc_id_token_expiration"] = 1
        session.save()
"""


class Person:
    def __init__(self, lab, name: str, password: str | None = None):
        self.lab = lab
        self.name = name
        self.password = password or name
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = lab.authority if lab else True

    def get(self, url: str, **kwargs) -> requests.Response:
        return self.session.get(url, timeout=60, **kwargs)

    def go_to_callback(self, site: str) -> str:
        """Sign in for that site, up to the address of its callback: the code is in it, and not redeemed yet."""
        return self.go_from(f"{self.lab.origin(site)}/oidc/authenticate/")

    def go_from(self, address: str) -> str:
        """Follow redirects and fill in Identity's form, up to the address of a callback."""
        while True:
            response = self.get(address, allow_redirects=False)
            if response.status_code == 200:  # Identity's form
                response = self.send_form(response, login=self.name, password=self.password)
            assert response.status_code in (302, 303), response.text
            address = urljoin(response.url, response.headers["Location"])
            if "/oidc/callback/" in address:
                return address

    def send_form(self, page: requests.Response, **typed) -> requests.Response:
        """Send the form of that page with what is hidden in it and what was typed; do not follow the answer."""
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        fields = {name: html.unescape(value) for name, value in hidden} | typed
        origin = {"Origin": urljoin(page.url, "/")[:-1]}
        return self.session.post(page.url, data=fields, headers=origin, allow_redirects=False, timeout=60)

    def post(self, server: str, path: str, **typed) -> requests.Response:
        """Send a form of that server to a path, with the CSRF token that its cookie holds, and go where it leads."""
        origin = self.lab.origin(server)
        typed["csrfmiddlewaretoken"] = self.session.cookies.get(self.lab.cookie(f"{server}_csrftoken"))
        response = self.session.post(origin + path, data=typed, headers={"Origin": origin}, timeout=60)
        assert response.status_code == 200, response.text
        return response

    def sign_in(self, site: str) -> requests.Response:
        """Sign in at that site; the page where the person ends up."""
        return self.get(self.go_to_callback(site))

    def known_at(self, site: str) -> str | None:
        """The name by which that site greets this person, if it does."""
        greeting = re.search(r"Here you are <strong>([^<]*)</strong>", self.get(f"{self.lab.origin(site)}/").text)
        return greeting and html.unescape(greeting[1])

    def session_key(self, server: str) -> str | None:
        return self.session.cookies.get(self.lab.cookie(f"{server}_session"))


def new_people(lab, *people: tuple[str, str]) -> list[Person]:
    """Make people at Identity, each by name and password."""
    lab.manage("identity", "shell", "-c", MAKE_PEOPLE.format(people=people))
    return [Person(lab, name, password) for name, password in people]


def resolve_to_loopback(monkeypatch, domain: str) -> None:
    """Let this process find ``*.domain`` on loopback, as browsers find ``*.localhost``."""
    resolve = socket.getaddrinfo

    def getaddrinfo(host, *args, **kwargs):
        return resolve("127.0.0.1" if str(host).endswith(f".{domain}") else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
