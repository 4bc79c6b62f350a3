"""What the templates of panel and inspector have in common."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from session_inspector.configuration import configuration
from session_inspector.inspector.statement import Rule, in_words
from session_inspector.journal.schema import Entry

register = template.Library()

MAX_UNBROKEN = 24  # characters of a name that stays on one line


@register.simple_tag
def code_name(name: str) -> SafeString:
    """A name as code. A long one may be broken after its underscores."""
    if len(name) <= MAX_UNBROKEN:
        return format_html("<code>{}</code>", name)
    *parts, last = name.split("_")
    return format_html('<code class="long">{}{}</code>', format_html_join("", "{}_<wbr>", ((p,) for p in parts)), last)


@register.simple_tag
def seen_in(*entries: Entry) -> SafeString:
    """A mark that opens these entries in the inspector; none where one of them is not written."""
    return mark(entries, None)


@register.simple_tag
def follows_from(rule: str, *entries: Entry) -> SafeString:
    """The same, where a rule leads from the entries to what is said: a name of ``Rule``."""
    return mark(entries, Rule(rule))


def mark(entries: tuple[Entry, ...], rule: Rule | None) -> SafeString:
    if not all(entry.id for entry in entries):
        return SafeString("")
    address = f"{configuration().inspector}/entries/{','.join(str(entry.id) for entry in entries)}/"
    how, rest = in_words(len(entries), rule).split(" ", 1)
    return format_html(
        '<a class="grade {}" href="{}{}">{}<span class="hidden"> {}</span></a>',
        *("follows" if rule else "seen", address, f"?rule={rule}" if rule else "", how, rest),
    )
