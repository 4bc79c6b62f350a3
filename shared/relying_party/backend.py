"""The authentication backend: from an authorization code to a local user."""

import hashlib
import json

import jwt
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from shared.relying_party import back_channel, checks
from shared.relying_party.failures import SignInFailed, refuse_token
from shared.relying_party.jwks import signing_key


class Backend(OIDCAuthenticationBackend):
    """mozilla-django-oidc's backend with every call through one door and every answer checked."""

    get_user = ModelBackend.get_user  # the library's would keep a deactivated user signed in

    def get_token(self, payload: dict) -> dict:
        return back_channel.call("POST", self.OIDC_OP_TOKEN_ENDPOINT, data=payload)

    def get_userinfo(self, access_token: str, id_token: str, payload: dict) -> dict:
        userinfo = back_channel.call(
            "GET", self.OIDC_OP_USER_ENDPOINT, headers={"Authorization": f"Bearer {access_token}"}
        )
        checks.check_same_subject(userinfo, payload)
        return userinfo

    def verify_token(self, token: str, **kwargs) -> dict:
        """The claims of an ID Token, once signature and claims are checked. Raises ``SignInFailed``."""
        claims, passed, claim = None, [], "signature"
        try:
            claims = self.verify_signature(token)
            passed.append(claim)
            for claim, check, *expected in (
                ("iss", checks.check_issuer, self.get_settings("OIDC_OP_ISSUER")),
                ("aud", checks.check_audience, self.OIDC_RP_CLIENT_ID),
                ("exp", checks.check_expiry),
                ("nonce", checks.check_nonce, kwargs.get("nonce")),
                ("sub", checks.check_subject),
            ):
                check(claims, *expected)
                passed.append(claim)
        except SignInFailed as failure:
            checks.checked.send(type(self), claims=claims, passed=passed, failed=claim, refused=failure.what)
            raise
        checks.checked.send(type(self), claims=claims, passed=passed, failed="", refused="")
        return claims

    def verify_signature(self, token: str) -> dict:
        try:
            header = jwt.get_unverified_header(token)
            key = signing_key(header.get("kid"))
            # The claims are checked one by one, by functions of our own.
            only_signature = {"verify_signature": True, "verify_aud": False, "verify_iss": False, "verify_sub": False}
            only_signature |= {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_jti": False}
            return jwt.decode(token, key, algorithms=[self.OIDC_RP_SIGN_ALGO], options=only_signature)
        except jwt.PyJWTError as error:
            raise refuse_token("signature", str(error)) from error

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict):
        """The user of (issuer, ``sub``), made at their first visit. No other claim finds anybody."""
        userinfo = self.get_userinfo(access_token, id_token, payload)
        user, _ = self.UserModel.objects.get_or_create(
            username=username_of(payload["iss"], payload["sub"]),
            # No password ever fits. With an empty one, Django's session hash would be the same for everybody.
            defaults={"password": make_password(None)},
        )
        return self.update_user(user, userinfo)

    def update_user(self, user, claims: dict):
        """Keep what identity says of the person now."""
        name, email = claims.get("name"), claims.get("email")
        now = {"first_name": name[:150] if isinstance(name, str) else "", "email": email if is_address(email) else ""}
        if any(getattr(user, field) != value for field, value in now.items()):
            for field, value in now.items():
                setattr(user, field, value)
            user.save(update_fields=list(now))
        return user


def username_of(issuer: str, subject: str) -> str:
    """One name for each person of each provider: neither value alone says who somebody is.

    Contains a colon, which Django lets nobody choose as a user name, so that no account can wait for it.
    """
    return "oidc:" + hashlib.sha256(json.dumps([issuer, subject]).encode()).hexdigest()


def is_address(email) -> bool:
    return isinstance(email, str) and len(email) <= 254
