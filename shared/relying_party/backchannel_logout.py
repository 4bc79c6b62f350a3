"""What the provider calls when a session there has ended (OpenID Connect Back-Channel Logout 1.0).

The logout token is checked like an ID Token, one function a check (section 2.6), and processed once.
"""

import logging
import re
import time
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
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
MAX_FIELDS = 100  # of the form

logger = logging.getLogger(__name__)

# Sent after a logout token has been checked, with the same arguments as ``id_token.checked``.
checked = Signal()


@csrf_exempt  # the provider calls, with no browser and no cookie: its signature shows who it is
@cache_control(no_store=True)
@require_POST
@transaction.non_atomic_requests
def backchannel_logout(request: HttpRequest) -> HttpResponse:
    """Answers 200 once the sessions are ended, or 400 with the reason (sections 2.5 to 2.8), or 411 where the server
    does not read what is sent without its length (RFC 9110, section 15.5.12)."""
    try:
        if is_in_chunks(request) and not reads_chunks(request):
            return refusal(token_refused("logout_token", "sent in chunks, without a Content-Length"), 411)
        process_logout_token(token_in(request), type(request.session))
    except SignInFailed as failure:
        return refusal(failure, 400)
    return HttpResponse(content_type="text/plain")


def refusal(failure: SignInFailed, status: int) -> HttpResponse:
    logger.warning("Logout token refused: %s", failure.in_a_line)
    return JsonResponse({"error": "invalid_request", "error_description": described(failure)}, status=status)


def is_in_chunks(request: HttpRequest) -> bool:
    """Whether it has no length, since it comes in chunks (RFC 9112, section 7.1)."""
    return "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH")


def reads_chunks(request: HttpRequest) -> bool:
    """Whether the server puts the chunks together: under ASGI all do, under WSGI those that say so."""
    return not isinstance(request, WSGIRequest) or bool(request.environ.get("wsgi.input_terminated"))


def body_of(request: HttpRequest) -> bytes:
    """What was sent, a byte more than ``MAX_BYTES`` at most where it came in chunks. Django alone would read none."""
    if is_in_chunks(request) and isinstance(request, WSGIRequest):
        return request.environ["wsgi.input"].read(MAX_BYTES + 1)
    return request.body


def token_in(request: HttpRequest) -> str:
    """The one ``logout_token`` of a form (section 2.5). Raises ``SignInFailed``."""
    if not re.fullmatch("[0-9]{1,9}", length := request.META.get("CONTENT_LENGTH") or "0") or int(length) > MAX_BYTES:
        raise token_refused("logout_token", f"the body is larger than {MAX_BYTES} bytes")
    if request.content_type != FORM:
        raise token_refused("logout_token", f"sent as {request.content_type!r}, not as {FORM}")
    try:
        body = body_of(request)
        # Whatever its charset is said to be: a form is ASCII (URL Standard, 5.1). Django reads UTF-8 only.
        form = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except (OSError, SuspiciousOperation, UnreadablePostError, ValueError) as error:
        raise token_refused("logout_token", f"the form cannot be read: {error}") from error
    if len(body) > MAX_BYTES:
        raise token_refused("logout_token", f"the body is larger than {MAX_BYTES} bytes")
    tokens = [value for name, value in form if name == "logout_token"]
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
        claims = signature.verified(token, header, passed, signature.check_type_of_logout_token)
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
    """Refuse a token that has expired, or that is valid for longer than its row is kept (step 4).

    Section 2.4 recommends two minutes, and sets no limit.
    """
    id_token.check_expiry(claims, expected)
    longest = settings.OIDC_LOGOUT_TOKEN_LIVES
    if claims["exp"] > time.time() + longest:
        raise token_refused("exp", f"expires at {claims['exp']!r}, more than {longest} seconds ahead")


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
