"""Why a sign-in ended without anybody signed in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.dispatch import Signal

from relying_party.mismatch import Mismatch

# Sent when such a page is shown: failure (SignInFailed).
failed = Signal()

# What can happen: the status and the heading of the page that explains it, relying_party/failures/REASON.html.
FAILURES = {
    "answered_by_post": (405, "the provider answered by a form, and this site reads its address only"),
    "no_session_came_back": (400, "this server does not find the session in which it began"),
    "unknown_state": (400, "this session does not know that answer, or has had it already"),
    "unknown_provider": (400, "somebody asks you to sign in at a provider that this site does not have"),
    "state_expired": (400, "it was begun too long ago"),
    "other_issuer": (400, "the answer says that it comes from another provider"),
    "no_issuer": (400, "the answer does not say which provider it comes from"),
    "no_code": (400, "the answer brings neither a code nor a reason"),
    "refused": (403, "the provider was told not to let this site know who you are"),
    "said_no": (502, "the provider answered with an error"),
    "unreachable": (502, "the provider cannot be reached from this server"),
    "too_slow": (504, "the provider takes too long to answer"),
    "broken_off": (502, "the provider’s answer broke off"),
    "too_large": (502, "the provider’s answer is far too large"),
    "unreadable": (502, "the provider’s answer cannot be used"),
    "busy": (503, "the provider is busy"),
    "failed": (502, "the provider’s answer is an error"),
    "code_refused": (502, "the provider does not accept the code any more"),
    "client_refused": (502, "the provider does not believe that this site is who it says"),
    "token_refused": (502, "the provider’s token was refused because of its “{claim}”"),
    "another_person": (502, "the provider’s two answers are about two different people"),
    "ended_meanwhile": (403, "the provider has ended your session there meanwhile"),
    "user_disabled": (403, "this site has disabled your account"),
}
# What a claim, or a parameter of the header, is about.
ABOUT = {
    **dict.fromkeys(("iss", "aud", "azp"), "origin"),
    **dict.fromkeys(("exp", "iat", "nbf"), "time"),
    **dict.fromkeys(("nonce", "at_hash", "auth_time"), "sign-in"),
    **dict.fromkeys(("alg", "typ", "crit", "kid", "signature"), "signature"),
    "sub": "person",
}
MAX_DETAIL = 500  # characters of a detail, which may quote what was sent
MAX_SAID = 200  # characters of the provider’s words
MIN_SECRET = 8  # characters: a shorter one is part of ordinary words
TOKEN = re.compile(r"[\w-]{8,}\.[\w-]{8,}\.[\w-]*")  # three parts, as a JWT has (RFC 7515, section 7.1)


@dataclass(frozen=True)
class Said:
    """The provider’s own words: ``error``, and ``error_description``, which may be empty (RFC 6749, 4.1.2.1 and 5.2).

    Whoever made the answer wrote them: a page shows them as a quotation, and nothing depends on them.
    """

    error: str
    description: str


def words_in(answer: Mapping[str, object], secrets: Sequence[str] = ()) -> Said:
    """The beginning of both, without these secrets, which the provider may repeat, and without tokens. A value that is
    no text counts as empty."""
    words = (answer.get(name) for name in ("error", "error_description"))
    return Said(*(without(secrets, shortened(text))[:MAX_SAID] if isinstance(text, str) else "" for text in words))


def without(secrets: Sequence[str], text: str) -> str:
    for secret in secrets:
        if len(secret) >= MIN_SECRET:
            text = text.replace(secret, "…")
    return TOKEN.sub("…", text)


def shortened(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()[:MAX_DETAIL]  # JSON knows half characters


class SignInFailed(Exception):
    """A sign-in that cannot go on. Shown as a page, never as a 500.

    ``reason`` is one of ``FAILURES``, and ``what`` its heading. ``detail`` tells the developer what was wrong.
    ``claim`` is the claim for which a token was refused, empty where none was. ``mismatch`` has two texts that should
    be equal, ``said`` the provider's words: None where there are none.
    """

    def __init__(
        self,
        reason: str,
        detail: str = "",
        claim: str = "",
        mismatch: Mismatch | None = None,
        said: Said | None = None,
    ):
        super().__init__(reason, detail)
        self.reason = reason
        self.mismatch = mismatch
        self.said = said
        self.detail = shortened(detail)
        self.claim = claim
        self.status, what = FAILURES[reason]
        self.what = what.format(claim=claim)

    @property
    def about(self) -> str:
        """What the claim is about, in one word of ``ABOUT``; empty where the page has no usual cause of it."""
        return ABOUT.get(self.claim, "")

    @property
    def in_a_line(self) -> str:
        """What was expected and what came, for a log. What came may have line breaks: ``repr`` escapes them."""
        parts = [self.reason, repr(self.detail)]
        if self.mismatch:
            parts.append(self.mismatch.in_a_line)
        if self.said:
            parts.append(f"the provider says: {self.said.error!r} {self.said.description!r}")
        return "; ".join(parts)


def token_refused(claim: str, detail: str, mismatch: Mismatch | None = None) -> SignInFailed:
    return SignInFailed("token_refused", detail, claim, mismatch)
