"""Why a sign-in ended without anybody signed in."""

import traceback

# What can happen, and the status of the page that explains it: relying_party/failures/REASON.html.
STATUSES = {
    "no_session_came_back": 400,
    "unknown_state": 400,
    "state_expired": 400,
    "other_issuer": 400,
    "no_code": 400,
    "refused": 403,
    "said_no": 502,
    "unreachable": 502,
    "too_slow": 504,
    "broken_off": 502,
    "too_large": 502,
    "unreadable": 502,
    "failed": 502,
    "code_refused": 502,
    "client_refused": 502,
    "token_refused": 502,
    "another_person": 502,
    "user_disabled": 403,
}


MOST = 500  # characters of a detail: it may quote what was sent


class SignInFailed(Exception):
    """A sign-in that cannot go on. Shown as a page, never as a 500.

    ``reason`` is one of ``STATUSES``; ``detail`` names the claim or the answer that was wrong, for the developer;
    ``claim`` what the ID Token was refused for, where it was.
    """

    def __init__(self, reason: str, detail: str = "", claim: str = ""):
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail.encode(errors="backslashreplace").decode()[:MOST]  # JSON knows half characters
        self.claim = claim
        self.status = STATUSES[reason]

    @property
    def check(self) -> str:
        """The function that raised it."""
        return traceback.extract_tb(self.__traceback__)[-1].name


def token_refused(claim: str, detail: str) -> SignInFailed:
    return SignInFailed("token_refused", detail, claim)
