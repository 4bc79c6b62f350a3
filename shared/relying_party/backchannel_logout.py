"""What the provider calls when a session there has ended (OpenID Connect Back-Channel Logout 1.0).

The logout token is checked like an ID Token, one function a check (section 2.6), and processed once.
"""

import re
import time
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import transaction
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from relying_party import id_token, session_index, signature
from relying_party.failures import SignInFailed, token_refused
from relying_party.id_token import Expected
from relying_party.models import LogoutToken

EVENT = "http://schemas.openid.net/event/backchannel-logout"
FORM = "application/x-www-form-urlencoded"
MAX_BYTES = 16 * 1024  # of the form; a token has about a thousand
MAX_LIFETIME = 24 * 60 * 60  # seconds, since its row is kept for as long; section 2.4 recommends two minutes

# Sent after a logout token has been checked, with the same arguments as ``id_token.checked``.
checked = Signal()


@csrf_exempt  # the provider calls, with no browser and no cookie: its signature shows who it is
@cache_control(no_store=True)
@require_POST
@transaction.non_atomic_requests
def backchannel_logout(request: HttpRequest) -> HttpResponse:
    """Answers 200 once the sessions are ended, or 400 with the reason (sections 2.5 to 2.8)."""
    try:
        process_logout_token(token_in(request), type(request.session))
    except SignInFailed as failure:
        answer = {"error": "invalid_request", "error_description": described(failure)}
        return JsonResponse(answer, status=400)
    return HttpResponse(content_type="text/plain")


def token_in(request: HttpRequest) -> str:
    """The one ``logout_token`` of a form (section 2.5). Raises ``SignInFailed``."""
    if not re.fullmatch("[0-9]{1,9}", length := request.META.get("CONTENT_LENGTH") or "0") or int(length) > MAX_BYTES:
        raise token_refused("logout_token", f"the body is larger than {MAX_BYTES} bytes")
    if request.content_type != FORM:
        raise token_refused("logout_token", f"sent as {request.content_type!r}, not as {FORM}")
    try:
        tokens = request.POST.getlist("logout_token")
    except (BadRequest, SuspiciousOperation, UnreadablePostError) as error:
        raise token_refused("logout_token", f"the form cannot be read: {error}") from error
    if len(tokens) != 1:
        raise token_refused("logout_token", f"came {len(tokens)} times")
    return tokens[0]


def process_logout_token(token: str, store: type[SessionBase]) -> None:
    """End the sessions that the token names, in that store, if it passes every check.

    Raises ``SignInFailed`` for the first check that it does not pass. The row of the token and the end of the sessions
    are one transaction: if that fails, the token may come again.
    """
    expected = id_token.expected_by_settings()
    header: dict = {}
    claims: dict | None = None
    passed: list[str] = []
    try:
        header = signature.header_of(token)
        claims = signature.verified(token, header, passed, "logout+jwt")
        with transaction.atomic():
            for claim, check in CHECKS.items():
                check(claims, expected)
                passed.append(claim)
            session_index.end(*named_by(claims), store)
    except SignInFailed as failure:
        # Without a claim, the keys could not be fetched.
        checked.send_robust(
            process_logout_token, header=header, claims=claims, passed=passed, failed=failure.claim or "kid"
        )
        raise
    # A sign-in under way meanwhile has either seen the row of this token, or its session is found now.
    session_index.end(*named_by(claims), store)
    session_index.drop_old(store)
    checked.send_robust(process_logout_token, header=header, claims=claims, passed=passed, failed="")


def named_by(claims: dict) -> tuple[str, str]:
    """The session and the person that the token names, as they are kept; an empty text for what it does not name."""
    return session_index.sid_of(claims), session_index.person_of(claims)


def check_lifetime(claims: dict, expected: Expected) -> None:
    """Refuse a token that has expired, or that is valid for longer than its row is kept (step 4)."""
    id_token.check_expiry(claims, expected)
    if claims["exp"] > time.time() + MAX_LIFETIME:
        raise token_refused("exp", f"expires at {claims['exp']!r}, more than {MAX_LIFETIME} seconds ahead")


def check_events(claims: dict, expected: Expected) -> None:
    """Refuse a token about anything else than a logout (step 6)."""
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise token_refused("events", f"no logout: {str(events)[:100]!r}")


def check_somebody_is_named(claims: dict, expected: Expected) -> None:
    """Refuse a token that names neither a session nor a person, or whose ``sid`` or ``sub`` is no text (step 5)."""
    named = {name: claims[name] for name in ("sid", "sub") if name in claims}
    wrong = [name for name, value in named.items() if not isinstance(value, str) or not value]
    if wrong or not named:
        raise token_refused(wrong[0] if wrong else "sid", f"names no session and no person: {str(named)[:100]!r}")


def check_no_nonce(claims: dict, expected: Expected) -> None:
    """Refuse an ID Token that is passed off as a logout token (step 7)."""
    if "nonce" in claims:
        raise token_refused("nonce", "there is one: an ID Token has it, a logout token must not")


def consume_number(claims: dict, expected: Expected) -> None:
    """Refuse a token without a ``jti``, or one that was processed before (step 8). Stores the ``jti``."""
    number = claims.get("jti")
    if not isinstance(number, str) or not number:
        raise token_refused("jti", f"no number: {str(number)[:40]!r}")
    sid, person = named_by(claims)
    # A sign-in may still be under way.
    last = max(claims["exp"] + settings.OIDC_LEEWAY, time.time() + settings.OIDC_STATE_LIVES)
    row = {
        "sid": sid,
        "person": person,
        "issued": session_index.issued_at(claims),
        "until": datetime.fromtimestamp(last, UTC),
    }
    seen, is_new = LogoutToken.objects.get_or_create(jti=session_index.digest_of(claims["iss"], number), defaults=row)
    if not is_new:
        raise token_refused("jti", f"was processed before, at {seen.at:%H:%M:%S}")


# In this order, by the claim that each checks. The last one writes a row.
CHECKS = {
    "iss": id_token.check_issuer,
    "aud": id_token.check_audience,
    "iat": id_token.check_issued_at,
    "nbf": id_token.check_not_before,
    "exp": check_lifetime,
    "events": check_events,
    "sid": check_somebody_is_named,
    "nonce": check_no_nonce,
    "jti": consume_number,
}


def described(failure: SignInFailed) -> str:
    """Why, in the characters that an error description may have (RFC 6749, section 5.2).

    Without detail where a call to the provider failed.
    """
    text = f"{failure.claim}: {failure.detail}" if failure.claim else failure.what.replace("’", "'")
    return re.sub(r"[^ !#-\[\]-~]", "?", text)
