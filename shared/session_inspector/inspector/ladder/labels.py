"""One rung in a few words: what was asked, what was answered, and what the server then kept."""

from typing import Any
from urllib.parse import urlsplit

from django.utils.text import Truncator, get_text_list

from session_inspector.explain.endpoints import (
    AUTHORIZE,
    CALLBACK,
    JWKS,
    NAMES,
    SIGN_IN,
    TOKEN,
    USERINFO,
    parameters_in,
)
from session_inspector.explain.sessions import FATES
from session_inspector.explain.values import OF_LIBRARIES, in_line, render_masked, values_in, visible
from session_inspector.inspector.observed.rungs import Rung

MAX_SHOWN = 30  # characters of a value that is shown on the rung
TELLING = ("client_id", "prompt", "code", "error", "state")  # of a query, what is shown on the rung
ANSWERS = {TOKEN: "ID Token, access token", JWKS: "public keys", USERINFO: "who that is"}
ASKED_WITH = {TOKEN: "with code, verifier, client secret", USERINFO: "with the access token"}


def request_in_short(rung: Rung) -> str:
    """``GET /oidc/callback/?code=Yk1nR4…&state=x9Kd2P…``: of the query only what tells something."""
    content = rung.content
    asked = dict(content["query"])
    telling = [f"{name}={in_line(asked[name])}" for name in TELLING if name in asked]
    path = visible(Truncator(content["path"]).chars(60))
    query = f"?{'&'.join(telling)}" if telling else "…" if asked else ""
    return f"{content['method']} {path}{query}"


def asked_with(rung: Rung) -> str:
    """What a call brings instead of cookies."""
    return ASKED_WITH.get(rung.content["path"], "") if rung.is_call else ""


def answer_in_short(rung: Rung) -> str:
    """What came back, beside the status: ``to site A’s callback, with code Yk1nR4…``."""
    content = rung.content
    if content["status"] is None:
        return f"no answer of use: {content['failure']}"
    if rung.is_call:
        return ANSWERS.get(content["path"], "") if content["status"] == 200 else ""
    if rung.leads_to:
        return f"to {place_of(rung)}{with_code(content['location'])}"
    if content["path"] == SIGN_IN and content["method"] == "GET" and content["status"] == 200:
        return "the sign-in form"
    return "page" if "html" in content["type"] else ""


def place_of(rung: Rung) -> str:
    server, path = rung.leads_to or (None, "")
    if server is None:
        location = rung.content["location"]
        return urlsplit(location["url"] if isinstance(location, dict) else location).netloc or "another server"
    name = NAMES.get(path, path)
    if server == rung.server:
        return name
    return f"{server.title}’s {name}" if path == CALLBACK else server.title


def with_code(location: dict | str) -> str:
    code = parameters_in(location).get("code")
    return f", with code {render_masked(code)}" if code else ""


def no_cookie_in_words(rung: Rung) -> str:
    """Why none came, where that tells something."""
    others = [f"{server.title}’s" for server in rung.held_elsewhere]
    if others:
        return f"no cookie: {get_text_list(others, 'and')} {'are' if len(others) > 1 else 'is'} for another host"
    return "no cookie"


def notes_of(rung: Rung) -> list[dict[str, Any]]:
    """What became of the session row in that exchange: ``{"was", "key", "text"}``, the keys as recorded."""
    content = rung.content
    before, after = content["before"], content["after"]
    notes: list[dict[str, Any]] = []
    for became in rung.became:
        match became:
            case "made":
                notes.append({"key": after["key"], "text": f"made: {who_or_what(rung)}"})
            case "rotated":
                notes.append(
                    {"was": before["key"], "key": after["key"], "text": who_or_what(rung, "with all its values")}
                )
            case "deleted" | "expired":
                notes.append({"was": before["key"], "text": FATES[became].clause})
            case "ended":
                notes.append({"key": after["key"], "text": FATES[became].clause})
            case "unknown":
                notes.append({"text": FATES[became].clause})
    if not rung.became and rung.changes:
        notes.append({"key": after and after["key"], "text": changes_in_short(rung)})
    if gave_code_at_once(rung):
        notes.append({"key": after and after["key"], "text": f"says {rung.user}: no password form"})
    return notes


def gave_code_at_once(rung: Rung) -> bool:
    """Whether Identity answered a site with a code and showed no page: it knew who this is."""
    content = rung.content
    is_asked = content["path"] == AUTHORIZE and content["method"] == "GET"
    return is_asked and bool(rung.user) and "code" in parameters_in(content["location"])


def who_or_what(rung: Rung, otherwise: str = "") -> str:
    """Whom the row names since this exchange, else what is in it."""
    if rung.who_after and rung.who_after != rung.who_before:
        return f"user {rung.who_after}" + (f", {rung.user}" if rung.user else "")
    return otherwise or ", ".join(list(values_in(rung.content["after"]))[:3]) or "empty"


def changes_in_short(rung: Rung) -> str:
    """The first few: with both values where those are short, by name alone where a library keeps its own."""
    said = [change_in_short(change) for change in rung.changes[:3]]
    return ", ".join(said) + (f" and {len(rung.changes) - 3} more" if len(rung.changes) > 3 else "")


def change_in_short(change: dict[str, str]) -> str:
    before, after = change["before"] or "nothing", change["after"] or "nothing"
    if change["name"].startswith(OF_LIBRARIES) or max(len(before), len(after)) > MAX_SHOWN:
        return f"{change['name']} {change['how']}"
    return f"{change['name']} {before} → {after}"


def token_in_short(rung: Rung) -> str:
    """What became of the ID Token that the site looked at in this exchange; nothing where there was none."""
    token = rung.content.get("id_token")
    if not token:
        return ""
    return token["refused"] or f"ID Token: {len(token['passed'])} checks passed"
