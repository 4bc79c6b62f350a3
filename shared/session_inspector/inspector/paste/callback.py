"""The address to which a provider sends the browser back (RFC 6749, 4.1.2; OpenID Connect Core 1.0, 3.1.2.5)."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from session_inspector.explain.endpoints import ASKS_TO_SIGN_IN
from session_inspector.explain.parameters import OF_CLAIMS, OF_PARAMETERS
from session_inspector.inspector.paste.place import Place, place_of
from session_inspector.inspector.paste.reading import (
    REDACTOR,
    Finding,
    Part,
    Reading,
    Topic,
    findings_of,
    shown,
    shown_value,
)
from session_inspector.journal.schema import Value
from session_inspector.redaction import redacted_path

MAX_ADDRESS = 100_000  # characters; no server takes a longer one
ANSWERS = {"code", "state", "error", "id_token", "access_token"}
TOKENS = ("id_token", "access_token", "refresh_token")
OF_HOST = "A session cookie of this host must come along: the state is in its session."
OF_ADDRESS = {
    "error_description": "The provider’s own words, or of whoever made this address.",
    "error_uri": "Where the provider says more, or whoever made this address.",
    "session_state": "For pages that ask in a frame whether the session at the provider has changed.",
}
# By the error (RFC 6749, 4.1.2.1; OpenID Connect Core 1.0, 3.1.2.6): what it usually comes from.
ERRORS = {
    "access_denied": "The person has pressed Cancel or refused consent, or may not use this client at the provider.",
    "login_required": "The site asked with prompt=none, and the provider knows nobody in this browser.",
    "consent_required": "The site asked with prompt=none, and the person has not consented yet.",
    "interaction_required": "The site asked with prompt=none, and the provider has to ask the person something.",
    "account_selection_required": "The site asked with prompt=none, and several accounts could be meant.",
    "invalid_request": "A parameter is missing, malformed or there twice. Often it is PKCE, which the provider wants.",
    "invalid_scope": "The client may not ask for one of the scopes, or its name is wrong.",
    "unauthorized_client": "The client is not registered for this response_type or grant.",
    "unsupported_response_type": "The response_type is not one of those in the provider’s metadata.",
    "server_error": "The provider failed. Its log says more.",
    "temporarily_unavailable": "The provider is busy or being maintained.",
}
OTHER_ERROR = "Its meaning is in the provider’s documentation: it is none of OpenID Connect Core 1.0, 3.1.2.6."
SILENT = {"login_required", "consent_required", "interaction_required", "account_selection_required"}


@dataclass(frozen=True)
class Callback:
    """``place`` is None for a path. ``raw`` is the query as it stands there. ``began`` is where the sign-in began, if
    that is known."""

    place: Place | None
    path: str
    raw: str
    query: tuple[tuple[str, str], ...]
    fragment: tuple[tuple[str, str], ...]
    has_blanks: bool
    began: Place | None

    def values(self, name: str) -> list[str]:
        return [value for found, value in self.query if found == name]

    def has(self, *names: str) -> bool:
        return any(name in names for name, _ in self.query)

    @property
    def is_way_there(self) -> bool:
        """Whether it leads to the provider, and not back."""
        return self.is_way_out or {name for name, _ in self.query} >= ASKS_TO_SIGN_IN

    @property
    def is_way_out(self) -> bool:
        """Whether the provider is to sign somebody out (OpenID Connect RP-Initiated Logout 1.0, 2)."""
        return self.has("id_token_hint", "post_logout_redirect_uri") and not self.has("response_type")

    @property
    def is_answer(self) -> bool:
        return any(name in ANSWERS for name, _ in (*self.query, *self.fragment))


def callback_of(text: str, began: Place | None) -> Callback | None:
    """None for what is no address, or one that has nothing of a sign-in."""
    address = "".join(text.split())
    if len(address) > MAX_ADDRESS:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    query, fragment = (tuple(parse_qsl(part, keep_blank_values=True)) for part in (parts.query, parts.fragment))
    return Callback(place_of(address), parts.path, parts.query, query, fragment, len(text.split()) > 1, began)


def check_way_there(callback: Callback) -> Finding | None:
    if not callback.is_way_there:
        return None
    statement = "This address leads to the provider, and not back from it."
    if callback.is_way_out:
        return Finding(statement, "A browser is sent there to sign out.")
    return Finding(
        statement,
        "A browser is sent there when a sign-in begins.",
        "Paste the address to which the provider leads the browser, too: it has a code or an error.",
    )


def check_error(callback: Callback) -> Finding | None:
    errors = callback.values("error")
    if not errors:
        return None
    cause = ERRORS.get(errors[0], OTHER_ERROR)
    if errors[0] in SILENT:
        return Finding(
            f"The provider answered with the error {shown(errors[0])}: it may not ask the person anything.",
            cause,
            "Ask again without prompt=none.",
        )
    return Finding(
        f"The provider answered with the error {shown(errors[0])}, and gave no code.",
        cause,
        "Read error_description below, and the provider’s log of this time.",
        Topic.CALLBACK,
    )


def check_fragment(callback: Callback) -> Finding | None:
    names = {name for name, _ in callback.fragment}
    if not names & ANSWERS:
        return None
    return Finding(
        "The answer stands in the fragment, behind #: no browser sends that to the server.",
        "The request had a response_type with token or id_token, or response_mode=fragment.",
        "Ask with response_type=code and without response_mode.",
    )


def check_code(callback: Callback) -> Finding | None:
    if callback.has("code", "error", *TOKENS) or callback.is_way_there or callback.fragment:
        return None
    return Finding(
        "There is neither a code nor an error.",
        "The address was typed, kept as a bookmark or cut, or leads back from signing out. Or the provider answers by "
        "POST (response_mode=form_post): then the answer is in the body.",
        "Begin the sign-in anew. If the provider answers by POST, ask it with response_mode=query.",
        Topic.CALLBACK,
    )


def check_twice(callback: Callback) -> Finding | None:
    names = [name for name, _ in callback.query]
    twice = [name for name in dict.fromkeys(names) if name in OF_PARAMETERS and names.count(name) > 1]
    if not twice:
        return None
    return Finding(
        f"More than once in the query, which RFC 6749 (3.1) forbids: {', '.join(twice)}.",
        "The redirect URI has a query of its own, or a proxy or a page has added the query a second time.",
        "Register a redirect URI without a query.",
        Topic.REDIRECT_URI,
    )


def check_state(callback: Callback) -> Finding | None:
    if callback.has("state") or callback.is_way_there or not callback.has("code", "error"):
        return None
    return Finding(
        "There is no state: the site cannot tell which of its requests this answers.",
        "The request had none, or the sign-in began at the provider and not at the site.",
        "Begin at the site, and send a state with each request.",
        Topic.CALLBACK,
    )


def check_blank(callback: Callback) -> Finding | None:
    if not any(" " in value for value in callback.values("code") + callback.values("state")):
        return None
    return Finding(
        "The code or the state has a space: in a query, + stands for one.",
        "Something has put the address together without encoding the value.",
        "Write + as %2B: in Python, urllib.parse.urlencode does it.",
    )


def check_broken(callback: Callback) -> Finding | None:
    if not callback.has_blanks:
        return None
    return Finding(
        "The address was in several lines, or had spaces; they were left out here.",
        "A mail program, a terminal or a log has broken the line.",
        "Copy it from the browser’s devtools.",
    )


def check_tokens(callback: Callback) -> Finding | None:
    found = [name for name in TOKENS if callback.has(name)]
    if not found:
        return None
    return Finding(
        f"A token stands in the query, and histories and logs keep addresses: {', '.join(found)}.",
        "The request had a response_type with token or id_token, and response_mode=query.",
        "Ask with response_type=code. If anybody else got the address, treat the token as stolen.",
    )


def check_issuer(callback: Callback) -> Finding | None:
    wrong = [one for one in callback.values("iss") if not is_issuer(one)]
    if not wrong:
        return None
    return Finding(
        f"iss is {shown_value(REDACTOR.url(wrong[0]))}: an issuer is an address without a query and a fragment "
        "(RFC 9207, 2).",
        "The provider is configured with another address than its metadata names.",
        "Compare it with issuer in the provider’s metadata, letter by letter.",
    )


def is_issuer(text: str) -> bool:
    return place_of(text) is not None and not {"?", "#"} & set(text)


def check_host(callback: Callback) -> Finding | None:
    place, began = callback.place, callback.began
    if not place or not began or callback.is_way_there or place.host == began.host:
        return None
    are_loopback = place.is_loopback and began.is_loopback
    return Finding(
        f"The sign-in began at {shown(began.host)}, and the callback is at {shown(place.host)}: "
        "the cookie with the state is not sent there.",
        "localhost and 127.0.0.1 are two hosts to a browser."
        if are_loopback
        else "The redirect URI names another host than the one in the address bar.",
        "Use one name everywhere: in the address bar, in the redirect URI and in the provider’s registration.",
        Topic.TWO_LOOPBACK_NAMES,
    )


def check_scheme(callback: Callback) -> Finding | None:
    place, began = callback.place, callback.began
    if not place or not place.is_http or callback.is_way_there or place.is_loopback:
        return None
    if began and began.is_http:
        return None
    return Finding(
        "The callback is at http: cookies with Secure are not sent there, and the code can be read on the way.",
        "A proxy speaks https with browsers and http with Django, which is not told so.",
        "Let the proxy send X-Forwarded-Proto, and set SECURE_PROXY_SSL_HEADER.",
        Topic.PROXY,
    )


def check_port(callback: Callback) -> Finding | None:
    place, began = callback.place, callback.began
    if not place or not began or callback.is_way_there or place.host != began.host or place.port == began.port:
        return None
    return Finding(
        f"The sign-in began at port {began.port}, and the callback is at port {place.port}: another server may answer.",
        "The redirect URI is that of another project, or of the server behind a proxy. Cookies go to both ports.",
        "Compare the redirect URI with the address bar.",
        Topic.ONE_HOST,
    )


CHECKS = (
    check_way_there,
    check_error,
    check_fragment,
    check_twice,
    check_host,
    check_code,
    check_state,
    check_blank,
    check_scheme,
    check_port,
    check_tokens,
    check_issuer,
    check_broken,
)


def parts_of(callback: Callback) -> tuple[Part, ...]:
    place = callback.place
    host = Part("host", shown(f"{place.scheme}://{place.host}:{place.port}"), OF_HOST) if place else None
    if host and callback.is_way_there:
        host = Part(host.name, host.value, "The provider.")
    path = Part("path", shown(redacted_path(callback.path)) or "none")
    query = [parameter(name, value, "") for name, value in REDACTOR.pairs(callback.query)]
    fragment = [parameter(name, value, "#") for name, value in REDACTOR.pairs(callback.fragment)]
    return (*([host] if host else []), path, *query, *fragment)


def parameter(name: str, value: Value, before: str) -> Part:
    meaning = OF_ADDRESS.get(name) or OF_PARAMETERS.get(name) or OF_CLAIMS.get(name, "")
    return Part(f"{before}{shown(name)}", shown_value(value), meaning)


def read_callback(callback: Callback) -> Reading:
    kind = "a callback address" if callback.is_answer else "an address"
    if callback.is_way_there:
        kind = "an address that leads to a provider"
    note = (
        "" if callback.began else "Where the sign-in began is not known here: name its address to have hosts compared."
    )
    return Reading(kind, findings_of(callback, CHECKS), parts_of(callback), note)
