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
        claims = id_token.verified(token, expected(nonce, access_token))
        userinfo = userinfo_of(access_token, claims)
        user = self.user_of(claims)
        check_user_is_not_disabled(user)
        self.update_user(user, userinfo)
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
        now = {"first_name": text_of(claims.get("name"), 150), "email": text_of(claims.get("email"), 254)}
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


def expected(nonce: str | None, access_token: str) -> id_token.Expected:
    """What the ID Token must say, by the settings, this sign-in and the access token."""
    max_age = getattr(settings, "OIDC_AUTH_REQUEST_EXTRA_PARAMS", {}).get("max_age")
    return id_token.Expected(
        issuer=settings.OIDC_OP_ISSUER,
        client_id=settings.OIDC_RP_CLIENT_ID,
        nonce=nonce or "",
        access_token=access_token,
        max_age=None if max_age is None else int(max_age),
    )


def username_of(issuer: str, subject: str) -> str:
    """One name for each person of each provider: neither value alone identifies a person.

    It contains a colon, which Django does not allow in a user name: nobody can take the name in advance.
    """
    return "oidc:" + hashlib.sha256(json.dumps([issuer, subject]).encode()).hexdigest()


def text_of(claim: object, max_length: int) -> str:
    """A claim as every database can store it; an empty text where it is too long or no text."""
    if not isinstance(claim, str):
        return ""
    text = "".join(character for character in claim if category(character) not in ("Cc", "Cs"))
    return text if len(text) <= max_length else ""
