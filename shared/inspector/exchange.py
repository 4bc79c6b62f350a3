"""One exchange whole: both messages as they were recorded, each parameter explained, and what the server then kept."""

import json
from http import HTTPStatus
from typing import Any

from shared.explain.cookies import of_attributes
from shared.explain.parameters import OF_CLAIMS, OF_PARAMETERS
from shared.explain.places import AUTHENTICATE, AUTHORIZE, CALLBACK, SIGN_IN, TOKEN, parameters_in
from shared.explain.values import as_text, unmasked, values_in
from shared.inspector.ladder import Rung, Step, rungs_of
from shared.inspector.recorded import of_journey
from shared.inspector.sentences import of_step
from shared.inspector.words import request_in_short
from shared.journal.models import Entry
from shared.servers import IDENTITY

MOST_OF_JOURNEY = 60
MOST_LINKS = 3


def exchange_of(entry: Entry) -> dict[str, Any]:
    """The context of the template. What else the journey holds says where a value came from and where it goes."""
    rungs = rungs_of(of_journey(entry.journey, MOST_OF_JOURNEY) or [entry])
    every = [one for rung in rungs for one in (rung, *rung.inside)]
    rung = next(one for one in every if entry.pk in (one.entry.pk, one.twin and one.twin.pk))
    if rung.is_change:
        return {"rung": rung, "lead": of_step(Step([rung])), "row": rung.content["row"]}
    content = rung.content
    others = [one for one in every if one is not rung and not one.is_change]
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
        "from_another_site": content.get("headers", {}).get("Sec-Fetch-Site") == "cross-site",
        "values": [(name, as_text(value)) for name, value in values_in(content.get("after")).items()],
    }


def lead_of(rung: Rung) -> str:
    """What this message is for, in the course of a sign-in; else what it did."""
    path, site = rung.content["path"], rung.server.title
    if rung.is_call:
        proof = " The site proves itself by its client secret, and that it began this sign-in by the code verifier."
        return "No cookie travels here: one server asks another, without the browser." + proof * (path == TOKEN)
    if path == AUTHORIZE and rung.leads_to and rung.leads_to[1] == CALLBACK:
        site = rung.leads_to[0].title if rung.leads_to[0] else "the site"
        return (
            f"This message makes {site} know you. What counts is identity’s own cookie: it leads to a row that says "
            f"{rung.user or 'who you are'}, so the answer is a code, at once. The site’s cookie took no part."
        )
    if path == AUTHORIZE and rung.leads_to and rung.leads_to[1] == SIGN_IN:
        return "No cookie of identity’s came, or none whose row says who you are. So it will ask for a password."
    if path == AUTHENTICATE:
        return f"{site} keeps a state, a nonce and a verifier in your session, to recognise identity’s answer by."
    if path == CALLBACK and rung.inside:
        return (
            "The code came through the browser. The site traded it for tokens without the browser, then gave your "
            "session a new key: whoever knew the old one does not get in."
        )
    if rung.brought_password:
        return "The password goes to identity, and to no site. What it typed is not kept in the journal."
    return f"{of_step(Step([rung]))}."


def request_lines(rung: Rung) -> list[str]:
    """The request as text, secrets masked. Of its headers those that the lessons speak of are recorded."""
    content = rung.content
    query = "&".join(f"{name}={in_line(value)}" for name, value in content["query"])
    lines = [f"{content['method']} {content['path']}{'?' * bool(query)}{query} HTTP/1.1"]
    headers = content.get("headers") or (rung.twin.content["headers"] if rung.twin else {})
    lines += [f"{name}: {in_line(value)}" for name, value in headers.items()]
    if content["cookies"]:
        cookies = "; ".join(f"{cookie['name']}={in_line(cookie['value'])}" for cookie in content["cookies"])
        lines.append(f"Cookie: {cookies}{'; …' * bool(content['more_cookies'])}")
    if rung.is_call and rung.entry.journey:
        lines.append(f"traceparent: 00-{rung.entry.journey[:6]}…")
    return lines


def response_lines(rung: Rung) -> list[str]:
    content = rung.content
    if content["status"] is None:
        return [f"no answer: {content['failure']}"]
    lines = [f"HTTP/1.1 {content['status']} {phrase(content['status'])}".rstrip()]
    if content.get("type"):
        lines.append(f"Content-Type: {content['type']}")
    if content.get("location"):
        lines.append(f"Location: {in_line(content['location'])}")
    return lines + [set_cookie_line(cookie) for cookie in content.get("set_cookies", [])]


def phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""


def set_cookie_line(cookie: dict[str, Any]) -> str:
    written = [row["written"] for row in of_attributes(cookie["attributes"]) if "written" in row]
    return "; ".join([f"Set-Cookie: {cookie['name']}={in_line(cookie['value'])}", *written])


def in_line(value: Any) -> str:
    value = unmasked(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def answered(content: dict) -> list[tuple[str, Any]]:
    """What an answer brings: the parameters of its redirect, or the members of its JSON."""
    answer = content.get("answer")
    if isinstance(answer, dict):
        return list(answer.items())
    return list(parameters_in(content.get("location")).items())


def parameter(name: str, value: Any, others: list[Rung]) -> dict[str, Any]:
    """With its meaning, and the other messages of the same sign-in that carry the same value."""
    print_ = value.get("print") if isinstance(value, dict) else None
    carried = [rung for rung in others if print_ and print_ in json.dumps(rung.content)]
    return {
        "name": name,
        "value": in_line(value),
        "print": print_ and print_[:4],
        "why": OF_PARAMETERS.get(name) or OF_CLAIMS.get(name, ""),
        "also_in": [(rung.entry.pk, request_in_short(rung).partition("?")[0]) for rung in carried[:MOST_LINKS]],
    }


def token_of(content: dict) -> dict[str, Any] | None:
    """The claims of the ID Token that was looked at, each with what became of its check."""
    token = content.get("id_token")
    if not token:
        return None
    claims = token["claims"] or {}
    rows = [
        {"name": name, "value": as_text(value), "why": OF_CLAIMS.get(name, ""), "passed": name in token["passed"]}
        for name, value in sorted(claims.items(), key=lambda claim: claim[0] not in token["passed"])
    ]
    return {"rows": rows, "refused": token["refused"], "signed": "signature" in token["passed"], "by": IDENTITY}
