"""What the templates of the lab's own pages ask."""

import re
from dataclasses import dataclass

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from lab import runs
from lab.chosen_provider import choice_for
from lab.inspector.first_steps.steps import Progress, progress_of
from lab.inspector.first_steps.traffic import traffic_of
from lab.servers import SITE_A
from lab.staging.acts import Act
from lab.staging.catalogue import scenario_named
from lab.staging.parts import Scenario
from session_inspector.inspector.paste.reading import Topic
from session_inspector.inspector.seen import Seen
from session_inspector.templatetags.session_inspector import term

register = template.Library()


@register.simple_tag
def provider_of_site_a() -> str:
    """The issuer, where somebody has chosen another than Identity; empty otherwise."""
    choice = choice_for(SITE_A) if runs.current().is_usual else None
    return str(choice.settings["OIDC_OP_ISSUER"]) if choice else ""


@register.simple_tag
def at_site_a(path: str) -> str:
    return SITE_A.origin + path


MARKS = re.compile(r"`([^`]+)`|\*([^*]+)\*")
TERMS = re.compile(r"\[([^\]]+)\](?:\(([^)]+)\))?")

# By what a finding about a pasted text is about: a scenario and its stage.
LESSONS = {
    Topic.CALLBACK: ("broken_callbacks", "lost_state"),
    Topic.CLOSED_BROWSER: ("lifetimes", "browser_closed"),
    Topic.KEPT_IN_COOKIE: ("session_stores", "signed_cookies"),
    Topic.KEPT_IN_MEMORY: ("session_stores", "cache"),
    Topic.ONE_HOST: ("cookie_clash", "default_names"),
    Topic.PROXY: ("behind_a_proxy", "not_told"),
    Topic.REDIRECT_URI: ("broken_callbacks", "redirect_uri"),
    Topic.ROTATION: ("key_rotation", "known_key"),
    Topic.SIBLING_HOSTS: ("sibling_hosts", "planted"),
    Topic.SLIDING: ("lifetimes", "sliding"),
    Topic.STRICT: ("same_site_strict", "with_password"),
    Topic.TOOLBAR: ("cookie_clash", "debug_toolbar"),
    Topic.TOO_LARGE: ("session_stores", "too_large"),
    Topic.TWO_LOOPBACK_NAMES: ("cookie_clash", "two_loopback_names"),
}


@dataclass(frozen=True)
class Lesson:
    scenario: Scenario
    stage: str


@register.simple_tag
def lesson(topic: Topic | None) -> Lesson | None:
    name, stage = LESSONS.get(topic, ("", "")) if topic else ("", "")
    scenario = scenario_named(name)
    return Lesson(scenario, stage) if scenario else None


@register.simple_tag
def first_steps(seen: Seen) -> Progress:
    return progress_of(traffic_of(seen.visitor, seen.columns))


@register.filter
def marked_up(text: str) -> SafeString:
    """A text with `names of the code` and *what stands on a page*."""
    return mark_safe(MARKS.sub(lambda found: as_markup(*found.groups()), escape(text)))


@register.filter
def explained(markup: SafeString) -> SafeString:
    """A text of the lab's own, with [terms] of the glossary and [other words](term) for them."""
    return mark_safe(TERMS.sub(lambda found: term(found[2] or found[1], found[1]), markup))


def as_markup(code: str | None, words: str | None) -> str:
    return f"<code>{code}</code>" if code else f"<b>{words}</b>"


@register.simple_tag
def act(one: Act) -> SafeString:
    """What is to be done, with a link to where, if one opens that."""
    place = format_html('<b class="mark" aria-hidden="true">{}</b> {}', one.server.letter, marked_up(one.place))
    if one.is_to_open:
        address = one.server.origin + one.path
        place = format_html('<a class="of-{}" href="{}" target="lab-server">{}</a>', one.server.colour, address, place)
    else:
        place = format_html('<span class="of-{}">{}</span>', one.server.colour, place)
    before, after = one.text.split("{place}")
    return format_html("{}{}{}", marked_up(before), place, marked_up(after))
