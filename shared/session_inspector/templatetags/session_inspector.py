"""What the templates of panel and inspector have in common."""

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from session_inspector.configuration import configuration, of_settings
from session_inspector.explain.cookies import Attribute, News
from session_inspector.inspector.glossary.terms import BY_NAME
from session_inspector.inspector.statement import Rule, Statement
from session_inspector.inspector_address import base_for
from session_inspector.journal.schema import Entry

register = template.Library()

MAX_UNBROKEN = 24  # characters of a name that stays on one line


@register.simple_tag
@of_settings
def code_name(name: str) -> SafeString:
    """A name as code. A long one may be broken after its underscores."""
    if len(name) <= MAX_UNBROKEN:
        return format_html("<code>{}</code>", name)
    *parts, last = name.split("_")
    return format_html('<code class="long">{}{}</code>', format_html_join("", "{}_<wbr>", ((p,) for p in parts)), last)


@register.simple_tag
@of_settings
def term(name: str, words: str = "") -> SafeString:
    """A term of the glossary, or other words for it, leading there. What it means is shown on hover and on focus.

    Raises ``KeyError`` for what is no term.
    """
    found = BY_NAME[name]
    return format_html(
        '<a class="term" href="{}/glossary/#{}" aria-description="{}">{}</a>',
        *(configuration().inspector, found.slug, found.text, words or name),
    )


@register.simple_tag
def cookie_attributes(news: News) -> SafeString:
    """A table of what its ``Set-Cookie`` does beside the value; none for a cookie that a browser does not take."""
    attributes = tuple(news.attributes)
    return table_of_attributes(news.cookie.name, attributes) if attributes else SafeString("")


@of_settings  # they are the same with each answer
def table_of_attributes(name: str, attributes: tuple[Attribute, ...]) -> SafeString:
    return render_to_string("session_inspector/cookie_attributes.html", {"name": name, "attributes": attributes})


@register.simple_tag
def seen_in(*entries: Entry) -> SafeString:
    """A mark that opens these entries in the inspector; none where one of them is not written, or nobody
    could see them there."""
    return mark_of(entries, None)


@register.simple_tag
def follows_from(rule: str, *entries: Entry) -> SafeString:
    """The same, where a rule leads from the entries to what is said: a name of ``Rule``."""
    return mark_of(entries, Rule(rule))


def mark_of(entries: tuple[Entry, ...], rule: Rule | None) -> SafeString:
    base = base_for(entries[0].jar)
    if not base or not all(entry.id for entry in entries):
        return SafeString("")
    said = Statement("", entries, rule)
    return mark(f"{base}/entries/{said.named}/", said)


def mark(address: str, said: Statement) -> SafeString:
    """How something is known, leading to the entries at that address: one word to see, the rest to hear."""
    how, rest = said.on_what.split(" ", 1)
    query = f"?rule={said.rule}" if said.rule else ""
    return format_html(
        '<a class="grade {}" href="{}{}">{}<span class="hidden"> {}</span></a>', said.grade, address, query, how, rest
    )
