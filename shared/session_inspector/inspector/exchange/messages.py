"""One exchange: both messages as far as they are recorded, each parameter explained, what the server then kept."""

import json
from http.client import responses
from typing import Any

from django.utils.text import capfirst

from session_inspector.explain.cookies import of_attributes
from session_inspector.explain.endpoints import (
    AUTHENTICATE,
    AUTHORIZE,
    BACK_CHANNEL_LOGOUT,
    CALLBACK,
    SIGN_IN,
    TOKEN,
    parameters_in,
)
from session_inspector.explain.parameters import OF_CLAIMS, OF_HEADER, OF_PARAMETERS
from session_inspector.explain.values import as_text, in_line, query_of, values_in, visible
from session_inspector.inspector.ladder.labels import gave_code_at_once
from session_inspector.inspector.ladder.sentences import of_step
from session_inspector.inspector.ladder.steps import Step
from session_inspector.inspector.observed.queries import cause_of, of_journey
from session_inspector.inspector.observed.rungs import Rung, rungs_of
from session_inspector.journal.schema import Entry
from session_inspector.participants import provider

MAX_OF_JOURNEY = 60
MAX_LINKS = 3
TOKENS = {"id_token": "ID Token", "logout_token": "logout token"}
ORDER_OF_CHECKS = ("refused", "passed", "not checked")


def exchange_of(entry: Entry) -> dict[str, Any]:
    """The context of the template. What else the journey holds says where a value came from and where it goes."""
    found = of_journey(entry.journey, MAX_OF_JOURNEY)
    rungs = rungs_of(found if entry in found else [*found, entry])
    every = [one for rung in rungs for one in rung.with_all_inside]
    rung = next(one for one in every if entry.id in (one.entry.id, one.twin and one.twin.id))
    if rung.is_change:
        lead = f"{of_step(Step([rung]))}."
        return {"rung": rung, "lead": lead, "row": rung.content["row"], "cause": cause_of(entry)}
    content = rung.content
    others = [(one, json.dumps(one.content)) for one in every if one is not rung and not one.is_change]
    return {
        "rung": rung,
        "lead": lead_of(rung),
        "around": next((one for one in rungs if rung in one.inside), None),
        "sent": "\n".join(request_lines(rung)),
        "asked": [parameter(name, value, others) for name, value in [*content["query"], *content["form"]]],
        "came_back": "\n".join(response_lines(rung)),
        "answered": [parameter(name, value, others) for name, value in answered(content)],
        "cookies": rung.set_cookies,
        "token": token_of(content),
        "failed": content.get("failed"),
        "from_another_site": content.get("headers", {}).get("Sec-Fetch-Site") == "cross-site",
    }


def lead_of(rung: Rung) -> str:
    """What this message is for, in the course of a sign-in; else what it did."""
    path, content = rung.content["path"], rung.content
    if path == BACK_CHANNEL_LOGOUT and content["status"] == 200:
        return f"Identity tells {rung.server.title} which session has ended, by a signed token: no cookie travels here."
    if path == BACK_CHANNEL_LOGOUT and content["status"] == 400:
        return (
            f"Somebody says that a session has ended. {capfirst(rung.server.title)} refuses it: nobody is signed out."
        )
    if rung.is_call:
        no_cookie = "No cookie travels here: one server asks another, without the browser."
        proof = "The site proves itself by its client secret, and that it began this sign-in by the code verifier."
        return f"{no_cookie} {proof}" if path == TOKEN else no_cookie
    if gave_code_at_once(rung):
        led_to = rung.leads_to[0] if rung.leads_to else None
        site = led_to.title if led_to else "the site"
        return (
            f"This message lets {site} know you, once it has traded the code. What counts is Identity’s own cookie: it "
            f"leads to a row that says {rung.user}, so the answer is a code, at once. The site’s cookie took no part."
        )
    if path == AUTHORIZE and rung.leads_to and rung.leads_to[1] == SIGN_IN:
        came = "Identity’s cookie led to nobody" if rung.came_with_session_cookie else "no cookie of Identity’s came"
        return f"To Identity this is a stranger, since {came}. So it will ask for a password."
    if path == AUTHENTICATE and "oidc_states" in values_in(content["after"]):
        server = capfirst(rung.server.title)
        return f"{server} keeps a state, a nonce and a verifier in your session, to know the answer by."
    if path != AUTHENTICATE and parameters_in(content.get("location")).get("prompt") == "none":
        return (
            f"{capfirst(rung.server.title)} knows you by its own session, on Identity’s word of some time ago. Now it "
            "asks again, on the way to the page: “prompt=none” forbids Identity to show anything."
        )
    if path == CALLBACK and rung.inside and "rotated" in rung.became:
        return (
            "The code came through the browser. The site traded it for tokens without the browser, then gave your "
            "session a new key: whoever knew the old one does not get in."
        )
    if rung.brought_password and rung.server == provider():
        return "The password goes to Identity, and to no site. What was typed is not kept in the journal."
    return f"{of_step(Step([rung]))}."


def request_lines(rung: Rung) -> list[str]:
    """The request as text, secrets masked. Of its headers those that the lessons speak of are recorded."""
    content = rung.content
    lines = [f"{content['method']} {visible(content['path'])}{query_of(content['query'])} HTTP/1.1"]
    lines += [f"{name}: {in_line(value)}" for name, value in rung.headers.items()]
    if content["cookies"]:
        cookies = "; ".join(f"{visible(cookie['name'])}={in_line(cookie['value'])}" for cookie in content["cookies"])
        lines.append(f"Cookie: {cookies}; …" if content["more_cookies"] else f"Cookie: {cookies}")
    if rung.is_call and rung.entry.journey:
        lines.append(f"traceparent: 00-{rung.entry.journey[:6]}…")
    return lines


def response_lines(rung: Rung) -> list[str]:
    content = rung.content
    if content["status"] is None:
        return [f"no answer of use: {content['failure']}"]
    lines = [f"HTTP/1.1 {content['status']} {phrase(content['status'])}".rstrip()]
    if content.get("type"):
        lines.append(f"Content-Type: {content['type']}")
    if content.get("location"):
        lines.append(f"Location: {in_line(content['location'])}")
    return lines + [set_cookie_line(cookie) for cookie in content.get("set_cookies", [])]


def phrase(status: int) -> str:
    return responses.get(status, "")


def set_cookie_line(cookie: dict[str, Any]) -> str:
    written = [row["written"] for row in of_attributes(cookie["attributes"]) if "written" in row]
    return "; ".join([f"Set-Cookie: {cookie['name']}={in_line(cookie['value'])}", *written])


def answered(content: dict) -> list[tuple[str, Any]]:
    """What an answer brings: the parameters of its redirect, or the members of its JSON."""
    answer = content.get("answer")
    if isinstance(answer, dict):
        return list(answer.items())
    return list(parameters_in(content.get("location")).items())


def parameter(name: str, value: Any, others: list[tuple[Rung, str]]) -> dict[str, Any]:
    """With its meaning, and the other messages of the same sign-in that carry the same value."""
    is_masked = isinstance(value, dict) and bool(value.get("starts"))  # without a beginning it is very short, or empty
    carried = [rung for rung, content in others if is_masked and value["fingerprint"] in content]
    return {
        "name": name,
        "value": in_line(value),
        "fingerprint": value["fingerprint"][:4] if is_masked else "",
        "why": OF_PARAMETERS.get(name) or OF_CLAIMS.get(name, ""),
        "also_in": [
            (rung.entry.id, f"{rung.content['method']} {rung.content['path']}") for rung in carried[:MAX_LINKS]
        ],
    }


def token_of(content: dict) -> dict[str, Any] | None:
    """The token that was looked at: signature and claims, each with what became of its check."""
    kind = next((kind for kind in TOKENS if content.get(kind)), None)
    if kind is None:
        return None
    token = content[kind]
    header = token.get("header", {})
    rows = [(name, header.get(name, ""), meaning) for name, meaning in OF_HEADER.items()]
    rows += [(name, as_text(value), OF_CLAIMS.get(name, "")) for name, value in token["claims"].items()]
    if token["failed"] not in ("", *(name for name, _, _ in rows)):
        rows.append((token["failed"], "missing", OF_CLAIMS.get(token["failed"], "")))
    checked = [(name, value, meaning, became_of_check(name, token)) for name, value, meaning in rows]
    checked.sort(key=lambda row: ORDER_OF_CHECKS.index(row[3]))
    return {"name": TOKENS[kind], "rows": checked, "refused": token["refused"]}


def became_of_check(claim: str, token: dict) -> str:
    if claim == token["failed"]:
        return "refused"
    return "passed" if claim in token["passed"] else "not checked"
