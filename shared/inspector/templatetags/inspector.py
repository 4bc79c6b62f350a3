"""What the templates of the inspector say of entries, rungs and columns."""

from datetime import datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shared.explain import sessions
from shared.inspector import sentences, words
from shared.inspector.ladder import Rung, Step
from shared.inspector.ways import Way
from shared.journal.models import Entry
from shared.servers import IDENTITY, server_named

register = template.Library()

MOST_CHIPS = 4

TABS = (
    ("side_by_side", "Side by side"),
    ("ladder", "Ladder"),
    ("board", "Leaving"),
    ("visitors", "Visitors"),
    ("path", "First steps"),
    ("export", "Export"),
)

register.filter("request_in_short", words.request_in_short)
register.filter("answer_in_short", words.answer_in_short)
register.filter("asked_with", words.asked_with)
register.filter("no_cookie_in_words", words.no_cookie_in_words)
register.filter("notes", words.notes_of)
register.filter("token_in_short", words.token_in_short)
register.simple_tag(sessions.left, name="left")


@register.simple_tag
def tabs() -> tuple[tuple[str, str], ...]:
    return TABS


@register.filter
def sentence(step: Step) -> str:
    return sentences.of_step(step)


@register.filter
def get(data: dict[str, Any], name: str) -> Any:
    return data.get(name)


@register.simple_tag
def command(way: Way, person: str) -> str:
    return way.command.replace("{person}", person)


@register.filter
def milliseconds(at: datetime) -> str:
    return f"{at.microsecond // 1000:03}"


@register.simple_tag
def at(entry: Entry) -> SafeString:
    """The time of an entry, leading to the exchange."""
    link = reverse("exchange", args=[entry.pk])
    return format_html(
        '<a href="{}"><time datetime="{}">{}</time></a>', link, entry.at.isoformat(), entry.at.strftime("%H:%M:%S")
    )


@register.simple_tag
def chip(cookie: dict[str, Any], how: str = "", words: str = "") -> SafeString:
    """A cookie in the colour of its owner: open when it was sent, filled where ``how`` is ``set``, words inside."""
    owner = server_named(cookie["owner"])
    return format_html(
        '<span class="cookie {} of-{}">{}{} {}</span>',
        how,
        owner.hue if owner else "browser",
        format_html("<b>{}</b> ", words) if words else "",
        cookie["name"],
        f"{cookie['value']['starts']}…" if cookie["value"]["starts"] else "",
    )


@register.filter
def chips(cookies: list[dict]) -> list[dict]:
    """Of the cookies of one message those that are shown whole: the session cookie if it is among them, else a few."""
    return [cookie for cookie in cookies if cookie["role"] == "session"] or cookies[:MOST_CHIPS]


@register.filter
def plus(cookies: list[dict]) -> list[str]:
    """The others, by a short name: ``csrftoken`` for the server's own, a number where they are many."""
    shown = chips(cookies)
    rest = ["csrftoken" if cookie["role"] == "csrf" else cookie["name"] for cookie in cookies if cookie not in shown]
    return rest[:MOST_CHIPS] + [f"{len(rest) - MOST_CHIPS} more"] * (len(rest) > MOST_CHIPS)


@register.simple_tag
def ends(rung: Rung, back: str = "") -> str:
    """Who speaks to whom, in words: the list reads without the lanes."""
    asked = rung.asked.title if rung.asked else rung.content["to"]
    if rung.is_by_identity:
        caller = IDENTITY.title
    else:
        caller = rung.server.title if "to" in rung.content else "a server" if rung.is_call else "browser"
    return f"{asked} → {caller}" if back else f"{caller} → {asked}"
