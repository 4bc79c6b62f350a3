"""What a provider says of itself, and whether this app can sign in there (OpenID Connect Discovery 1.0, sections 3, 4).

One function a check, as of a token; each says in words what does not fit.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from bounded_http import PORTS, Answer, NoAnswer, Request, exchange
from loopback import is_loopback
from relying_party import mismatch
from relying_party.jwks import FAMILIES, Keys, public_keys, verifies
from relying_party.provider_settings import ENDPOINTS, OPTIONAL
from text_comparison import visible

WELL_KNOWN = "/.well-known/openid-configuration"
MAX_ADDRESS = 2000  # characters: servers and browsers take no redirect and no header that is much longer
# Of an address, who is asked: no user, nothing that a header could take for more than a host (RFC 3986, 3.2).
HOST_AND_PORT = re.compile(r"[A-Za-z0-9._:\[\]-]+")


class NoMetadata(Exception):
    """There is none, or it cannot be read; the reason in words."""


@dataclass(frozen=True)
class Metadata:
    """``issuer`` is the one that was asked for, ``said`` what the provider answered, ``keys`` what it publishes."""

    issuer: str
    said: dict
    keys: Keys

    def text(self, name: str) -> str:
        """An empty text where there is none."""
        value = self.said.get(name)
        return value if isinstance(value, str) else ""

    def names(self, name: str, default: tuple[str, ...] = ()) -> list[str]:
        """A list of texts; the default of the specification where the provider says nothing."""
        value = self.said.get(name, list(default))
        return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []

    @property
    def client_authentication(self) -> list[str]:
        return self.names("token_endpoint_auth_methods_supported", ("client_secret_basic",))

    @property
    def algorithm(self) -> str:
        """The one by which it should sign for this site; empty where this app knows none of them."""
        signs_by = self.names("id_token_signing_alg_values_supported", ("RS256",))
        return next((name for name in FAMILIES if name in signs_by), "")


def metadata_of(issuer: str) -> Metadata:
    """Asks the provider of that name. Raises ``NoMetadata``."""
    issuer = issuer.removesuffix(WELL_KNOWN)
    said = json_at(f"{issuer.removesuffix('/')}{WELL_KNOWN}", issuer)
    address = said.get("jwks_uri")
    is_usable = isinstance(address, str) and not fault_of_endpoint(address, issuer)
    keys = json_at(str(address), issuer).get("keys") if is_usable else None
    return Metadata(issuer, said, Keys(public_keys(keys), time.time()))


def json_at(url: str, issuer: str) -> dict:
    # Only the provider in the settings is known to be at OIDC_OP_ADDRESS.
    address = getattr(settings, "OIDC_OP_ADDRESS", "") if issuer == getattr(settings, "OIDC_OP_ISSUER", "") else ""
    request = Request("GET", url, {}, None, address, settings.OIDC_PROXY_ADDRESS, settings.OIDC_CA_BUNDLE)
    try:
        answer = exchange(request, *settings.OIDC_TIMEOUT, settings.OIDC_MAX_BYTES)
    except NoAnswer as failure:
        raise NoMetadata(f"{url}: {failure.reason}, {failure.detail}") from failure
    except ValueError as error:
        raise NoMetadata(str(error)) from error
    return object_in(answer, url)


def object_in(answer: Answer, url: str) -> dict:
    if answer.status != 200 or not isinstance(answer.json, dict):
        raise NoMetadata(f"{url}: {answer.status} {answer.content_type}, no JSON object")
    return answer.json


def settings_for(metadata: Metadata) -> dict[str, str | bool | None]:
    """The settings that follow from it, by name; of the client, the provider's pages say the rest."""
    methods = metadata.client_authentication
    return {
        "OIDC_OP_ISSUER": metadata.text("issuer"),
        **{name: metadata.text(member) for name, member in ENDPOINTS.items()},
        **{name: metadata.text(member) or None for name, member in OPTIONAL.items()},
        "OIDC_RP_SIGN_ALGO": metadata.algorithm or "RS256",
        "OIDC_TOKEN_USE_BASIC_AUTH": "client_secret_post" not in methods and "client_secret_basic" in methods,
        "OIDC_ISS_REQUIRED": metadata.said.get("authorization_response_iss_parameter_supported") is True,
    }


def misfits(metadata: Metadata) -> list[str]:
    """What keeps this app from signing in there safely, in words."""
    return [text for check in CHECKS for text in check(metadata)]


def check_issuer(metadata: Metadata) -> Iterator[str]:
    """The issuer must be the one that was asked for, letter by letter (section 4.3)."""
    said = metadata.said.get("issuer")
    if said != metadata.issuer:
        texts = mismatch.of_issuer(metadata.issuer, said, "issuer in its metadata")
        yield f"It calls itself otherwise: {texts.in_a_line}"


def check_addresses(metadata: Metadata) -> Iterator[str]:
    for member in ENDPOINTS.values():
        if not metadata.text(member):
            yield f"It has no {member}."
    for member in (*ENDPOINTS.values(), *OPTIONAL.values()):
        if (text := metadata.text(member)) and (fault := fault_of_endpoint(text, metadata.issuer)):
            yield f"{member} {fault}"
    if "#" in metadata.text("authorization_endpoint"):
        yield "authorization_endpoint has a fragment (RFC 6749, 3.1)."


def fault_of_endpoint(text: str, issuer: str) -> str:
    """The same as of any address; and no other machine may have this one ask itself."""
    is_led_home = not fault_of_address(text) and is_of_this_machine(text) and not is_of_this_machine(issuer)
    return "is an address of this machine, and the issuer is not." if is_led_home else fault_of_address(text)


def fault_of_address(text: str) -> str:
    """In words what follows its name; nothing for one of https, or of this machine."""
    try:
        address = urlsplit(text)
        is_address = address.scheme in PORTS and bool(address.hostname) and address.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        return "is no address of http or https."
    if len(text) > MAX_ADDRESS:
        return f"has more than {MAX_ADDRESS} characters."
    if "@" in address.netloc:
        return "names a user, which an address here may not."
    if not text.isascii() or not text.isprintable() or " " in text or not HOST_AND_PORT.fullmatch(address.netloc):
        return "has characters that an address cannot have (RFC 3986)."
    is_safe = address.scheme == "https" or is_of_this_machine(text)
    return "" if is_safe else "is not https: everybody on the way can read what goes there."


def is_of_this_machine(address: str) -> bool:
    return is_loopback(urlsplit(address).hostname or "")


def check_code_flow(metadata: Metadata) -> Iterator[str]:
    if "code" not in metadata.names("response_types_supported"):
        yield "It does not say that it knows response_type=code, the only one here."
    if "query" not in metadata.names("response_modes_supported", ("query", "fragment")):
        yield "It does not answer in the address (response_mode=query), the only way here."


def check_pkce(metadata: Metadata) -> Iterator[str]:
    if "S256" not in metadata.names("code_challenge_methods_supported", ("S256",)):
        yield "It knows PKCE, and not with S256, the only way here."


def check_algorithm(metadata: Metadata) -> Iterator[str]:
    if not metadata.algorithm:
        yield "It signs by no algorithm that is known here."
    elif not any(verifies(key, metadata.algorithm) for key in metadata.keys.published):
        yield f"None of its {len(metadata.keys.published)} public keys verifies {metadata.algorithm}."


def check_client_authentication(metadata: Metadata) -> Iterator[str]:
    known = ("client_secret_basic", "client_secret_post", "private_key_jwt", "none")
    if not set(known) & set(metadata.client_authentication):
        methods = visible(", ".join(metadata.client_authentication))
        yield f"A client proves itself by {methods}, and none of it is known here."


CHECKS = (
    check_issuer,
    check_addresses,
    check_code_flow,
    check_pkce,
    check_algorithm,
    check_client_authentication,
)


def notes(metadata: Metadata) -> list[str]:
    """What one should know, and is no fault."""
    found, scopes = [], settings.OIDC_RP_SCOPES.split()
    if not metadata.text("userinfo_endpoint"):
        found.append("It has no userinfo_endpoint: name and e-mail come from the ID Token, if it has them.")
    if not metadata.text("end_session_endpoint"):
        found.append("It has no end_session_endpoint: this site cannot sign anybody out there.")
    if metadata.said.get("backchannel_logout_supported") is not True:
        found.append("It does not say that it sends logout tokens: without them, this site asks again after a while.")
    if "code_challenge_methods_supported" not in metadata.said:
        found.append("It does not say that it knows PKCE: this site sends it all the same.")
    if lacking := [scope for scope in scopes if scope not in metadata.names("scopes_supported", tuple(scopes))]:
        found.append(f"It does not name these scopes of OIDC_RP_SCOPES: {', '.join(lacking)}.")
    return found
