"""Two texts that should be equal, one of them the provider’s: both, where they differ, and the usual cause."""

from dataclasses import dataclass

from text_comparison import Comparison, Kind, Piece, compare

SHOWN = 4  # characters of a random value; the others stay secret


@dataclass(frozen=True)
class Cause:
    """Why a text of the provider usually differs in one way from the settings of this site."""

    title: str
    why: str


# Of an issuer, by how it differs from OIDC_OP_ISSUER.
OF_ISSUER = {
    Kind.SLASH: Cause(
        "A slash at the end",
        "OIDC_OP_ISSUER was typed by hand. Copy issuer from the provider’s /.well-known/openid-configuration.",
    ),
    Kind.SCHEME: Cause(
        "http and https",
        "The provider stands behind a proxy that speaks https, and builds its name from the http that it hears, or"
        " OIDC_OP_ISSUER was written for the other scheme.",
    ),
    Kind.LOOPBACK: Cause(
        "localhost and 127.0.0.1",
        "The provider builds its name from the Host of a request, and was asked under another name of this machine.",
    ),
    Kind.HOST: Cause(
        "Another host",
        "The provider builds its name from the Host of a request, and a proxy put its own there, or it is another"
        " provider.",
    ),
    Kind.PORT: Cause(
        "Another port",
        "The provider was started at another port, or a proxy in front of it has a port of its own.",
    ),
    Kind.PATH: Cause(
        "Another path",
        "Some providers have a path for each tenant or realm, and OIDC_OP_ISSUER names another one.",
    ),
}
TYPED_WRONG = Cause(
    "Typed wrong, or changed on one side",
    "Copy issuer from the provider’s /.well-known/openid-configuration to OIDC_OP_ISSUER.",
)
OTHER_CLIENT = Cause(
    "Another registration",
    "OIDC_RP_CLIENT_ID is not the id under which this site is registered now, or the token belongs to another client.",
)
OTHER_SIGN_IN = Cause(
    "Another sign-in",
    "The answer belongs to a sign-in of another tab or browser, or to an older one.",
)


@dataclass(frozen=True)
class Mismatch:
    """``expected_by`` says in words where the expected text comes from, ``given_by`` where the other one does."""

    expected_by: str
    given_by: str
    comparison: Comparison
    cause: Cause

    @property
    def rows(self) -> list[tuple[str, tuple[Piece, ...]]]:
        """Both texts, each with whose it is."""
        return [(self.expected_by, self.comparison.expected), (self.given_by, self.comparison.given)]


def of_issuer(expected: str, given: object, given_by: str) -> Mismatch | None:
    """None for what is no text: there is nothing to compare."""
    if not isinstance(given, str):
        return None
    comparison = compare(expected, given)
    kinds = [difference.kind for difference in comparison.differences]
    cause = OF_ISSUER.get(kinds[0], TYPED_WRONG) if kinds else TYPED_WRONG
    return Mismatch("OIDC_OP_ISSUER", given_by, comparison, cause)


def of_client(expected: str, given: object, given_by: str) -> Mismatch | None:
    """None for what is no text, such as a list of several clients."""
    if not isinstance(given, str):
        return None
    return Mismatch("OIDC_RP_CLIENT_ID", given_by, compare(expected, given), OTHER_CLIENT)


def of_random(expected: str, given: object, expected_by: str, given_by: str) -> Mismatch | None:
    """Random values by their first characters; None where these are the same, or there is no text."""
    if not isinstance(given, str) or expected[:SHOWN] == given[:SHOWN]:
        return None
    return Mismatch(expected_by, given_by, compare(masked(expected), masked(given)), OTHER_SIGN_IN)


def masked(text: str) -> str:
    return f"{text[:SHOWN]}…" if text else ""
