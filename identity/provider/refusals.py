"""What the page says about a request that Identity refuses and does not send back to a client.

A stranger can make such a request: it names any client, and brings any address. So what the page says of a client to
whoever asks is a decision, ``IDENTITY_TELLS_REGISTRATIONS``. By default the page repeats what the request brought, and
tells neither a registered address nor that a client of a similar id exists: addresses may name hosts that nobody else
should know of, and a list of clients is the beginning of many attacks. The lab turns it on, since everything in it is
public: the front page of Identity has the same addresses.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from allauth.idp.oidc.models import Client
from django.conf import settings
from oauthlib.oauth2.rfc6749.errors import (
    InvalidClientIdError,
    InvalidRedirectURIError,
    MismatchingRedirectURIError,
    MissingClientIdError,
    MissingRedirectURIError,
)

from lab.servers import SITES, Server, client_id_of
from text_comparison import Comparison, Kind, Piece, compare, nearest_to
from trace_context import journey_of

MAX_GIVEN = 500  # characters of a refused value that the page repeats

# Which parameter is not in order, by the error.
PARAMETERS = {
    InvalidClientIdError: "client_id",
    MissingClientIdError: "client_id",
    InvalidRedirectURIError: "redirect_uri",
    MismatchingRedirectURIError: "redirect_uri",
    MissingRedirectURIError: "redirect_uri",
}


@dataclass(frozen=True)
class Cause:
    """Why an address usually differs in one way, and what whoever builds the site can do."""

    title: str
    why: str
    do: str


CAUSES = {
    Kind.SLASH: Cause(
        "the slash at the end",
        "The address was typed by hand, or urls.py has the path with another ending. Identity compares letter by"
        " letter, as the standard says.",
        "Give the address the same ending in urls.py and in the registration.",
    ),
    Kind.SCHEME: Cause(
        "http and https",
        "A proxy speaks https with the browser and http with the site. Django builds the address from what the site"
        " hears.",
        "Let the proxy send X-Forwarded-Proto, and set SECURE_PROXY_SSL_HEADER at the site. Without a proxy, register"
        " the scheme that browsers use.",
    ),
    Kind.LOOPBACK: Cause(
        "localhost and 127.0.0.1",
        "The site was opened under another name of this machine. Django builds the address from the Host that the"
        " browser sends.",
        "Open the site under the registered name.",
    ),
    Kind.HOST: Cause(
        "the host",
        "The site was opened under another name, or a proxy puts its own name into Host. Django builds the address from"
        " that header.",
        "Open the site under the registered name. If there is a proxy, it must forward the Host header. Or set"
        " USE_X_FORWARDED_HOST at the site.",
    ),
    Kind.PORT: Cause(
        "the port",
        "The site runs at another port than the registered one, or a proxy in front of it has a port of its own.",
        "Start the site at the registered port, or register the new address. If there is a proxy, it must forward "
        "the Host header with the port.",
    ),
    Kind.PATH: Cause(
        "the path",
        "The path of the site’s view was changed on one side only, or it was typed wrong.",
        "Compare urls.py of the site with the registration.",
    ),
    Kind.QUERY: Cause(
        "the query",
        "The site adds a parameter of its own to the address. Identity compares the address with its query.",
        "Leave the query out. If the site needs a value later, it should keep it in its session, under the state.",
    ),
    Kind.FRAGMENT: Cause(
        "the fragment",
        "The address contains a #. A redirect URI must not have one.",
        "Remove the # and all text after it.",
    ),
    Kind.CASE: Cause(
        "capital letters",
        "The text was typed by hand. Identity compares letter by letter, and a capital is another letter.",
        "Write it in the same letters on both sides.",
    ),
    Kind.TEXT: Cause(
        "typed wrong, or changed on one side",
        "What the settings of the site say is not what was registered.",
        "Copy the text from the registration into the settings.",
    ),
}


@dataclass(frozen=True)
class Mismatch:
    """A text of a request beside the one that it should be. ``expected_by`` says in words whose that is."""

    expected_by: str
    comparison: Comparison

    @property
    def rows(self) -> list[tuple[str, tuple[Piece, ...]]]:
        """Both texts, each with whose it is."""
        return [(self.expected_by, self.comparison.expected), ("in this request", self.comparison.given)]

    @property
    def sentences(self) -> tuple[str, ...]:
        """In which ways they differ."""
        return tuple(difference.sentence for difference in self.comparison.differences)

    @property
    def cause(self) -> Cause:
        """Of the first difference."""
        return CAUSES[self.comparison.differences[0].kind]

    @property
    def other_causes(self) -> list[Cause]:
        """Of the other ways in which addresses differ; none for another text."""
        of_addresses = [cause for kind, cause in CAUSES.items() if kind not in (Kind.CASE, Kind.TEXT)]
        return [cause for cause in of_addresses if cause != self.cause] if self.cause in of_addresses else []


@dataclass(frozen=True)
class Refusal:
    """``parameter`` is the one that is not in order: redirect_uri, client_id, or an empty text for another.

    ``given`` is its value in the request, ``client`` the one that the request names. ``mismatch`` is None where there
    is nothing to compare with, or it must not be told. ``error`` and ``description`` are for the developer.
    """

    parameter: str
    given: str
    client: Client | None
    mismatch: Mismatch | None
    journey: str
    error: str
    description: str

    @property
    def site(self) -> Server | None:
        """The client, where it is a site of the lab."""
        return next((site for site in SITES if self.client and client_id_of(site) == self.client.pk), None)


def refusal_of(error: Exception | None, asked: Mapping[str, str]) -> Refusal:
    """Of an authorization request with these parameters, and the error of oauthlib or Django about it."""
    parameter = PARAMETERS.get(type(error), "") if error else ""
    given, client = asked.get(parameter, ""), client_with(asked.get("client_id", ""))
    return Refusal(
        parameter=parameter,
        given=given[:MAX_GIVEN],
        client=client,
        mismatch=unknown_client(given) if parameter == "client_id" else unknown_address(given, addresses_of(client)),
        journey=journey_of(asked.get("state", "")),
        error=getattr(error, "error", "") or "invalid_request",
        description=getattr(error, "description", "") or " ".join(getattr(error, "messages", [])),
    )


def client_with(client_id: str) -> Client | None:
    return Client.objects.filter(pk=client_id).first() if client_id and "\0" not in client_id else None


def addresses_of(client: Client | None) -> Collection[str]:
    return client.get_redirect_uris() if client else ()


def may_tell() -> bool:
    return getattr(settings, "IDENTITY_TELLS_REGISTRATIONS", False)


def unknown_address(given: str, known: Collection[str]) -> Mismatch | None:
    """An address beside the nearest of those that its client has registered."""
    nearest = nearest_to(given, known) if given and may_tell() else None
    if nearest is None or not nearest.differences:
        return None
    return Mismatch("registered" if len(known) == 1 else f"the nearest of {len(known)} registered", nearest)


def unknown_client(given: str) -> Mismatch | None:
    """A client id beside the nearest that is registered, if that is like it."""
    known = Client.objects.values_list("pk", flat=True) if given and may_tell() else ()
    nearest = nearest_to(given, known)
    return Mismatch("the nearest registered", nearest) if nearest and is_alike(nearest, given) else None


def is_alike(nearest: Comparison, given: str) -> bool:
    """Whether at most half of the characters of both differ, or only in being capitals."""
    return nearest.size <= len(given) or nearest.differences[0].kind is Kind.CASE


def client_of_another_token(given: str, audience: str) -> Mismatch:
    """A client id beside that in the ID Token of the same request, whose reader knows it."""
    return Mismatch("in the ID Token", compare(audience, given))
