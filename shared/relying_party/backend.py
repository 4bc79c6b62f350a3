"""The authentication backend: from an authorization code to a local user."""

import hashlib
import json
from dataclasses import dataclass
from functools import partial
from typing import Any
from unicodedata import category

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.utils import absolutify

from compiled_query import compiled
from relying_party import id_token
from relying_party.failures import SignInFailed
from relying_party.token_response import tokens_for
from relying_party.userinfo import userinfo_of


@compiled
def user_of_key(key) -> QuerySet[AbstractBaseUser]:
    return get_user_model()._default_manager.filter(pk=key)


@compiled
def user_named(username) -> QuerySet[AbstractBaseUser]:
    return get_user_model()._default_manager.filter(username=username)


@dataclass(frozen=True)
class Answer:
    """What the provider answered about a user. ``claims`` are those of the ID Token, checked."""

    claims: dict
    access_token: str
    id_token: str


class Backend(OIDCAuthenticationBackend):
    """mozilla-django-oidc's backend, with every call made by ``provider_client`` and every answer checked."""

    def __init__(self) -> None:
        """The library's asks for settings that this app does not need."""
        self.UserModel = get_user_model()

    def get_user(self, user_id: Any) -> AbstractBaseUser | None:
        """As Django's, which asks at each request. The library's would keep a deactivated user signed in."""
        user = user_of_key.one(key=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None

    def authenticate(
        self, request: HttpRequest | None, nonce: str | None = None, code_verifier: str | None = None
    ) -> AbstractBaseUser | None:
        """The user whom the code in the request stands for (OpenID Connect Core, 3.1.3). Raises ``SignInFailed``."""
        if request is None or "code" not in request.GET:
            return None
        self.request = request
        callback = self.get_settings("OIDC_AUTHENTICATION_CALLBACK_URL", "oidc_authentication_callback")
        redirect_uri = absolutify(request, reverse(callback))
        token, access_token = tokens_for(request.GET["code"], redirect_uri, code_verifier)
        max_age = getattr(settings, "OIDC_AUTH_REQUEST_EXTRA_PARAMS", {}).get("max_age")
        expected = id_token.expected_by_settings(nonce or "", access_token, None if max_age is None else int(max_age))
        claims = id_token.verified(token, expected)
        about = together(claims, userinfo_of(access_token, claims))
        user = self.user_of(claims)
        check_user_is_not_disabled(user)
        self.update_user(user, about)
        attach(user, Answer(claims, access_token, token))
        return user

    def user_of(self, claims: dict) -> AbstractBaseUser:
        """The user of (``iss``, ``sub``), created at the first visit. No other claim identifies a user."""
        name = username_of(claims["iss"], claims["sub"])
        # No password ever matches. With an empty one, Django's session hash would be the same for everybody.
        made = {"password": partial(make_password, None)}
        return user_named.one(username=name) or self.UserModel.objects.get_or_create(username=name, defaults=made)[0]

    def update_user(self, user: AbstractBaseUser, claims: dict) -> None:
        """Store what the provider says about the person now."""
        name, address = (longest(user, field) for field in ("first_name", "email"))
        email = text_of(claims.get("email"))
        # A name that is cut is a name; an address that is cut is another one.
        now = {"first_name": name_in(claims)[:name], "email": email if address is None or len(email) <= address else ""}
        if any(getattr(user, field) != value for field, value in now.items()):
            for field, value in now.items():
                setattr(user, field, value)
            user.save(update_fields=list(now))


def attach(user: AbstractBaseUser, answer: Answer) -> None:
    """Keep the answer on the user: Django's ``authenticate()`` returns nothing else."""
    vars(user)["oidc_answer"] = answer


def answer_about(user: AbstractBaseUser) -> Answer:
    return vars(user)["oidc_answer"]


def keep_tokens(request: HttpRequest, answer: Answer) -> None:
    """Store them in the session, as ``OIDC_STORE_…`` say. Called after ``login()``, which may flush the session."""
    backend = Backend()
    backend.request = request
    backend.store_tokens(answer.access_token, answer.id_token)


def check_user_is_not_disabled(user: AbstractBaseUser) -> None:
    if not user.is_active:
        raise SignInFailed("user_disabled", "is_active is false")


def username_of(issuer: str, subject: str) -> str:
    """One name for each person of each provider: neither value alone identifies a person.

    It contains a colon, which Django does not allow in a user name: nobody can take the name in advance.
    """
    return "oidc:" + hashlib.sha256(json.dumps([issuer, subject]).encode()).hexdigest()


def together(claims: dict, userinfo: dict) -> dict:
    """What both say about the person: the ID Token where userinfo says nothing (OpenID Connect Core, 2 and 5.1)."""
    return claims | {name: value for name, value in userinfo.items() if value not in (None, "")}


def name_in(claims: dict) -> str:
    """What to call the person, whatever of it the provider says (OpenID Connect Core, 5.1); empty if nothing."""
    full = text_of(claims.get("name"))
    parts = " ".join(filter(None, (text_of(claims.get(part)) for part in ("given_name", "family_name"))))
    return full or parts or text_of(claims.get("nickname")) or text_of(claims.get("preferred_username"))


def longest(user: AbstractBaseUser, field: str) -> int | None:
    """How many characters that field takes; None for any number."""
    return getattr(user._meta.get_field(field), "max_length", None)


def text_of(claim: object) -> str:
    """A claim as every database can store it; an empty text where it is none."""
    if not isinstance(claim, str):
        return ""
    return "".join(character for character in claim if category(character) not in ("Cc", "Cs")).strip()
