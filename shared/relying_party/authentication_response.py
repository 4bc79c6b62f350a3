"""The checks of the answer that the browser brings, before the code is traded (OpenID Connect Core, 3.1.2.7)."""

from django.conf import settings
from django.http import HttpRequest

from relying_party import mismatch, pending_logins
from relying_party.failures import SignInFailed, words_in
from relying_party.mismatch import Mismatch

# What a provider answers when it cannot go on without showing a page (3.1.2.6).
NOT_WITHOUT_THE_PERSON = ("login_required", "interaction_required", "consent_required", "account_selection_required")


def check_session_came_back(request: HttpRequest) -> None:
    """Refuse an answer without the session that asked: there is nothing to compare its state with."""
    request.session.get(pending_logins.STATES)
    if request.session.is_empty():
        came = settings.SESSION_COOKIE_NAME in request.COOKIES
        raise SignInFailed("no_session_came_back", "the key leads to no session" if came else "no session cookie came")


def check_state_is_known(request: HttpRequest) -> None:
    """Refuse an answer that this session did not ask for, or has had already (RFC 6749, section 10.12)."""
    if not pending_logins.is_known(request.session, request.GET.get("state")):
        raise SignInFailed(
            "unknown_state", "the state is not one of this session's", mismatch=mismatch_of_state(request)
        )


def mismatch_of_state(request: HttpRequest) -> Mismatch | None:
    """The state beside that of the newest sign-in that this session has begun; None where it has begun none."""
    newest = next(reversed(request.session.get(pending_logins.STATES, {})), "")
    given = request.GET.get("state", "")
    return mismatch.of_random(newest, given, "newest state of this session", "state in the answer") if newest else None


def check_state_is_fresh(begun: dict) -> None:
    """Refuse an answer to a sign-in that began too long ago."""
    if not pending_logins.is_fresh(begun):
        raise SignInFailed("state_expired", f"begun more than {settings.OIDC_STATE_LIVES} seconds ago")


def check_issuer(request: HttpRequest) -> None:
    """Refuse the answer of another provider than the one that was asked (RFC 9207, section 2.4), and one that does not
    say whose it is, if the settings know that this provider says it."""
    if settings.OIDC_ISS_REQUIRED and "iss" not in request.GET:
        texts = mismatch.of_values(settings.OIDC_OP_ISSUER, None, "OIDC_OP_ISSUER", "iss in the answer")
        raise SignInFailed("no_issuer", "OIDC_ISS_REQUIRED is True, and there is no iss", mismatch=texts)
    issuer = request.GET.get("iss", settings.OIDC_OP_ISSUER)
    if issuer != settings.OIDC_OP_ISSUER:
        texts = mismatch.of_issuer(settings.OIDC_OP_ISSUER, issuer, "iss in the answer")
        raise SignInFailed("other_issuer", f"iss is {issuer[:100]!r}", mismatch=texts)


def check_not_refused(request: HttpRequest) -> None:
    """End a sign-in that was answered with an error (3.1.2.6)."""
    if error := request.GET.get("error"):
        said = words_in(request.GET, [request.GET.get(name, "") for name in ("state", "code")])
        reason = "refused" if error == "access_denied" else "said_no"
        raise SignInFailed(reason, f"error={said.error[:100]} {said.description}".rstrip(), said=said)


def check_code_came(request: HttpRequest) -> None:
    if not request.GET.get("code"):
        raise SignInFailed("no_code", "neither code nor error")


def needs_the_person(request: HttpRequest) -> bool:
    """Whether the answer to a silent request is that the provider would have to show a page."""
    return request.GET.get("error") in NOT_WITHOUT_THE_PERSON
