"""Why a sign-in ended without anybody signed in."""

from django.dispatch import Signal

# Sent when such a page is shown: failure (SignInFailed).
failed = Signal()

# What can happen: the status and the heading of the page that explains it, relying_party/failures/REASON.html.
FAILURES = {
    "no_session_came_back": (400, "your browser came back without the session that asked"),
    "unknown_state": (400, "this session does not know that answer, or has had it already"),
    "state_expired": (400, "it was begun too long ago"),
    "other_issuer": (400, "the answer says that it comes from another provider"),
    "no_code": (400, "the answer brings neither a code nor a reason"),
    "refused": (403, "the provider was told not to let this site know who you are"),
    "said_no": (502, "the provider answered with an error"),
    "unreachable": (502, "the provider cannot be reached from this server"),
    "too_slow": (504, "the provider takes too long to answer"),
    "broken_off": (502, "the provider’s answer broke off"),
    "too_large": (502, "the provider’s answer is far too large"),
    "unreadable": (502, "the provider’s answer cannot be used"),
    "failed": (502, "the provider answered its own error"),
    "code_refused": (502, "the provider does not accept the code any more"),
    "client_refused": (502, "the provider does not believe that this site is who it says"),
    "token_refused": (502, "the provider’s token was refused because of its “{claim}”"),
    "another_person": (502, "the provider’s two answers are about two different people"),
    "ended_meanwhile": (403, "the provider has ended your session there meanwhile"),
    "user_disabled": (403, "this site has disabled your account"),
}


MAX_DETAIL = 500  # characters of a detail, which may quote what was sent


class SignInFailed(Exception):
    """A sign-in that cannot go on. Shown as a page, never as a 500.

    ``reason`` is one of ``FAILURES``, and ``what`` its heading. ``detail`` tells the developer what was wrong.
    ``claim`` is the claim for which a token was refused, empty where none was.
    """

    def __init__(self, reason: str, detail: str = "", claim: str = ""):
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail.encode(errors="backslashreplace").decode()[:MAX_DETAIL]  # JSON knows half characters
        self.claim = claim
        self.status, what = FAILURES[reason]
        self.what = what.format(claim=claim)


def token_refused(claim: str, detail: str) -> SignInFailed:
    return SignInFailed("token_refused", detail, claim)
