"""One exchange: both messages as far as they are recorded, each parameter explained, what the server then kept."""

from dataclasses import dataclass, field, is_dataclass
from http.client import responses
from typing import Any

from django.utils.text import capfirst

from session_inspector.explain.cookies import of_attributes
from session_inspector.explain.endpoints import parameters_in
from session_inspector.explain.parameters import OF_CLAIMS, OF_HEADER, OF_PARAMETERS
from session_inspector.explain.values import as_text, in_line, query_of, values_in, visible
from session_inspector.inspector.ladder.labels import gave_code_at_once
from session_inspector.inspector.ladder.sentences import of_step
from session_inspector.inspector.ladder.steps import Step
from session_inspector.inspector.observed.queries import cause_of, of_journey
from session_inspector.inspector.observed.rungs import Rung, rungs_of
from session_inspector.journal.participants import capital_of_provider, name_of_provider, provider
from session_inspector.journal.schema import CheckedToken, Entry, Failure, Masked, SetCookie, Value

MAX_OF_JOURNEY = 60
MAX_LINKS = 3
ORDER_OF_CHECKS = ("refused", "passed", "not checked")


@dataclass(frozen=True)
class Parameter:
    """With its meaning, and the other messages of the same sign-in that carry the same value."""

    name: str
    value: str
    fingerprint: str
    meaning: str
    also_in: list[Entry]


@dataclass(frozen=True)
class CheckedClaim:
    """One of ``ORDER_OF_CHECKS`` is what became of its check."""

    name: str
    value: str
    meaning: str
    became: str


@dataclass(frozen=True)
class TokenReport:
    """The token that was looked at: signature and claims; why it was ``refused``, empty where it was not."""

    name: str
    claims: list[CheckedClaim]
    refused: str


@dataclass(frozen=True)
class ExchangeDetail:
    """What a page shows of one rung: of a session change the ``cause``, of an exchange or a call all else. ``around``
    is the rung in whose course it was."""

    rung: Rung
    lead: str
    cause: Entry | None = None
    around: Rung | None = None
    request: str = ""
    request_parameters: list[Parameter] = field(default_factory=list)
    response: str = ""
    response_parameters: list[Parameter] = field(default_factory=list)
    token: TokenReport | None = None

    @property
    def failed(self) -> Failure | None:
        return self.rung.exchange.failed if self.rung.entry.is_exchange else None

    @property
    def is_from_another_site(self) -> bool:
        return self.rung.headers.get("Sec-Fetch-Site") == "cross-site"


def detail_of(entry: Entry) -> ExchangeDetail:
    """What else the journey holds says where a value came from and where it goes."""
    found = of_journey(entry.journey, MAX_OF_JOURNEY)
    rungs = rungs_of(found if entry in found else [*found, entry])
    every = [one for rung in rungs for one in rung.with_all_inside]
    rung = next(one for one in every if entry.id in (one.entry.id, one.twin and one.twin.id))
    if rung.is_change:
        return ExchangeDetail(rung, f"{of_step(Step([rung]))}.", cause_of(entry))
    message = rung.message
    others = [(one.entry, fingerprints_in(one.message)) for one in every if one is not rung and not one.is_change]
    return ExchangeDetail(
        rung,
        lead_of(rung),
        around=next((one for one in rungs if rung in one.inside), None),
        request="\n".join(request_lines(rung)),
        request_parameters=[parameter(name, value, others) for name, value in [*message.query, *message.form]],
        response="\n".join(response_lines(rung)),
        response_parameters=[parameter(name, value, others) for name, value in answered(rung)],
        token=token_of(rung),
    )


# By the field of the form that brings it.
PROOFS = {
    "client_secret": "The client secret proves which site asks.",
    "code_verifier": "The code verifier proves that it began this sign-in.",
}


def lead_of(rung: Rung) -> str:
    """What this message is for, in the course of a sign-in; else what it did."""
    endpoint, status, name = rung.endpoint, rung.message.status, name_of_provider(rung.server)
    if endpoint == "backchannel_logout" and status == 200:
        told = f"{capital_of_provider(rung.server)} tells {rung.server.title} which session has ended"
        return f"{told}, by a signed token: no cookie travels here."
    if endpoint == "backchannel_logout" and status == 400:
        return f"Somebody says that a session has ended. {rung.server.capital} refuses it: nobody is signed out."
    if rung.is_call:
        no_cookie = "No cookie travels here: one server asks another, without the browser."
        proofs = [PROOFS[name] for name, _ in rung.message.form if name in PROOFS] if endpoint == "token" else []
        return " ".join([no_cookie, *proofs])
    if gave_code_at_once(rung):
        led_to = rung.leads_to[0] if rung.leads_to else None
        site = led_to.title if led_to else "the site"
        return (
            f"After this message, {site} can exchange the code, and then it knows you. Only {name}’s own cookie "
            f"counts. It leads to {rung.user}’s {rung.exchange.stored_as}, so the answer is a code. The site’s cookie "
            "is not used."
        )
    if endpoint == "authorize" and leads_to_form(rung):
        came = f"{name}’s cookie led to no user" if rung.came_with_session_cookie else f"no cookie of {name}’s came"
        return f"{capfirst(name)} does not know you: {came}. So it will ask for a password."
    if endpoint == "authenticate" and "oidc_states" in values_in(rung.exchange.after):
        server = rung.server.capital
        return f"{server} keeps a state, a nonce and a verifier in your session, to recognise the answer."
    if endpoint != "authenticate" and parameters_in(rung.location).get("prompt") == "none":
        return (
            f"{rung.server.capital} knows you by its own session. It asked {name} some time ago. Now "
            f"it asks again, before it shows the page: “prompt=none” forbids {name} to show anything."
        )
    if endpoint == "callback" and rung.inside and "rotated" in rung.became:
        return (
            "The code came through the browser. The site exchanged it for tokens without the browser. Then it gave "
            "your session a new key: nobody can use the old one."
        )
    if rung.has_password and rung.server == provider():
        return f"The password goes to {name}, and to no site. What was typed is not kept in the journal."
    return f"{of_step(Step([rung]))}."


def leads_to_form(rung: Rung) -> bool:
    """Whether the browser is sent to the form that asks for a password."""
    server, path = rung.leads_to or (None, "")
    return server is not None and server.endpoint_at(path) == "sign_in"


def request_lines(rung: Rung) -> list[str]:
    """The request as text, secrets masked. Of its headers those that the lessons speak of are recorded."""
    message = rung.message
    lines = [f"{message.method} {visible(message.path)}{query_of(message.query)} HTTP/1.1"]
    lines += [f"{name}: {in_line(value)}" for name, value in rung.headers.items()]
    if rung.cookies:
        cookies = "; ".join(f"{visible(cookie.name)}={in_line(cookie.value)}" for cookie in rung.cookies)
        lines.append(f"Cookie: {cookies}; …" if rung.exchange.more_cookies else f"Cookie: {cookies}")
    if rung.is_call and rung.entry.journey:
        lines.append(f"traceparent: 00-{rung.entry.journey[:6]}…")
    return lines


def response_lines(rung: Rung) -> list[str]:
    status = rung.message.status
    if status is None:
        return [f"no usable answer: {rung.entry.call.failure}"]
    lines = [f"HTTP/1.1 {status} {phrase(status)}".rstrip()]
    if rung.is_of_caller:
        return lines
    if rung.exchange.type:
        lines.append(f"Content-Type: {rung.exchange.type}")
    if rung.location:
        lines.append(f"Location: {in_line(rung.location)}")
    return lines + [set_cookie_line(cookie) for cookie in rung.exchange.set_cookies]


def phrase(status: int) -> str:
    return responses.get(status, "")


def set_cookie_line(cookie: SetCookie) -> str:
    written = [one.written for one in of_attributes(cookie.attributes) if one.written]
    return "; ".join([f"Set-Cookie: {cookie.name}={in_line(cookie.value)}", *written])


def answered(rung: Rung) -> list[tuple[str, Value]]:
    """What an answer brings: the parameters of its redirect, or the members of its JSON."""
    if rung.is_of_caller and isinstance(rung.entry.call.answer, dict):
        return list(rung.entry.call.answer.items())
    return list(parameters_in(rung.location).items())


def fingerprints_in(part: Any) -> set[str]:
    """Of every masked value in a record, or in a part of one."""
    match part:
        case Masked(fingerprint=fingerprint):
            return {fingerprint}
        case list() | tuple():
            return set().union(*map(fingerprints_in, part))
        case dict():
            return set().union(*map(fingerprints_in, part.values()))
    return set().union(*map(fingerprints_in, vars(part).values())) if is_dataclass(part) else set()


def parameter(name: str, value: Value, others: list[tuple[Entry, set[str]]]) -> Parameter:
    # without a beginning it is very short, or empty
    fingerprint = value.fingerprint if isinstance(value, Masked) and value.starts else ""
    also_in = [entry for entry, fingerprints in others if fingerprint in fingerprints]
    meaning = OF_PARAMETERS.get(name) or OF_CLAIMS.get(name, "")
    return Parameter(name, in_line(value), fingerprint[:4], meaning, also_in[:MAX_LINKS])


def token_of(rung: Rung) -> TokenReport | None:
    token = None if rung.is_of_caller else rung.exchange.id_token or rung.exchange.logout_token
    if token is None:
        return None
    rows = [(name, token.header.get(name, ""), meaning) for name, meaning in OF_HEADER.items()]
    rows += [(name, as_text(value), OF_CLAIMS.get(name, "")) for name, value in token.claims.items()]
    if token.failed not in ("", *(name for name, _, _ in rows)):
        rows.append((token.failed, "missing", OF_CLAIMS.get(token.failed, "")))
    claims = [CheckedClaim(name, value, meaning, became_of_check(name, token)) for name, value, meaning in rows]
    claims.sort(key=lambda claim: ORDER_OF_CHECKS.index(claim.became))
    return TokenReport("ID Token" if token is rung.exchange.id_token else "logout token", claims, token.refused)


def became_of_check(claim: str, token: CheckedToken) -> str:
    if claim == token.failed:
        return "refused"
    return "passed" if claim in token.passed else "not checked"
