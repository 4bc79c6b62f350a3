"""What this site expected and what the provider sent: both, how they differ, and the usual cause."""

from dataclasses import dataclass
from datetime import UTC, datetime

from text_comparison import MAX_SHOWN, Comparison, Kind, Piece, compare, visible

SHOWN = 4  # characters of a random value; the others stay secret
FAR = 253_402_300_800  # Unix seconds: the year 10000, which no ``datetime`` has


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
OTHER_CLOCK = Cause(
    "Two clocks",
    "One of the two servers has the wrong time, as a virtual machine often does after a pause: compare both with a"
    " third. If both are right, the token is too old or too new.",
)
OTHER_SIGN_IN = Cause(
    "Another sign-in",
    "The answer belongs to a sign-in of another tab or browser, or to an older one.",
)


@dataclass(frozen=True)
class Mismatch:
    """What was expected and what came, each as (whose it is, in words; its pieces), and in sentences how they differ.

    ``cause`` is the usual one; None where there is no usual one.
    """

    rows: tuple[tuple[str, tuple[Piece, ...]], ...]
    sentences: tuple[str, ...]
    cause: Cause | None = None

    @property
    def in_a_line(self) -> str:
        """For a log: what came may have line breaks, which ``repr`` escapes."""
        rows = (f"{by}: {''.join(piece.text for piece in pieces)!r}" for by, pieces in self.rows)
        return "; ".join((*rows, *self.sentences))


def of_texts(expected: str, given: str, expected_by: str, given_by: str, cause: Cause | None = None) -> Mismatch:
    return of_comparison(compare(expected, given), expected_by, given_by, cause)


def of_comparison(comparison: Comparison, expected_by: str, given_by: str, cause: Cause | None) -> Mismatch:
    sentences = tuple(difference.sentence for difference in comparison.differences)
    return Mismatch(((expected_by, comparison.expected), (given_by, comparison.given)), sentences, cause)


def of_values(expected: object, given: object, expected_by: str, given_by: str, *sentences: str) -> Mismatch:
    """Of two values that are not compared character by character, each as a whole."""
    rows = ((expected_by, (whole(expected),)), (given_by, (whole(given),)))
    return Mismatch(rows, sentences)


def whole(value: object) -> Piece:
    """A text as it is, texts of a list with commas between them, anything else as Python writes it."""
    try:
        text = written(value)
    except RecursionError:
        text = "nested too deeply"
    return Piece(text.encode(errors="backslashreplace").decode()[:MAX_SHOWN], differs=False)


def written(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case str():
            return visible(value)
        case list() if value and all(isinstance(one, str) for one in value):
            return ", ".join(visible(one) for one in value)
    return repr(value)


def of_issuer(expected: str, given: object, given_by: str) -> Mismatch:
    if not isinstance(given, str):
        return of_values(expected, given, "OIDC_OP_ISSUER", given_by)
    comparison = compare(expected, given)
    kinds = [difference.kind for difference in comparison.differences]
    cause = OF_ISSUER.get(kinds[0], TYPED_WRONG) if kinds else TYPED_WRONG
    return of_comparison(comparison, "OIDC_OP_ISSUER", given_by, cause)


def of_client(expected: str, given: object, given_by: str) -> Mismatch:
    """``given`` may be a list of several clients."""
    if not isinstance(given, str):
        return of_values(expected, given, "OIDC_RP_CLIENT_ID", given_by)
    return of_texts(expected, given, "OIDC_RP_CLIENT_ID", given_by, OTHER_CLIENT)


def of_random(expected: str, given: object, expected_by: str, given_by: str) -> Mismatch | None:
    """Random values by their first characters; None where these are the same, or there is no text."""
    if not isinstance(given, str) or expected[:SHOWN] == given[:SHOWN]:
        return None
    return of_texts(masked(expected), masked(given), expected_by, given_by, OTHER_SIGN_IN)


def of_clocks(now: float, given: object, given_by: str, leeway: float) -> Mismatch:
    """A time that a token names beside the clock of this server, both in Unix seconds."""
    rows = (("the clock of this server", (Piece(moment(now), False),)), (given_by, (Piece(moment(given), False),)))
    if not isinstance(given, int | float) or not abs(given) < FAR:
        return Mismatch(rows, ())
    difference = f"They differ by {abs(given - now):.0f} seconds. OIDC_LEEWAY allows {leeway}."
    return Mismatch(rows, (difference,), OTHER_CLOCK)


def moment(at: object) -> str:
    """A time in UTC and in Unix seconds; anything else as Python writes it."""
    if isinstance(at, int | float) and not isinstance(at, bool) and 0 <= at < FAR:
        return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC ({at:.0f})"
    return whole(at).text


def masked(text: str) -> str:
    return f"{text[:SHOWN]}…" if text else ""
