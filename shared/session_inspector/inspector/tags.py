"""What the templates of the inspector say of entries, rungs and columns. No server that is watched loads it."""

from collections.abc import Sequence
from datetime import datetime

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from session_inspector.explain import sessions
from session_inspector.explain.cookies import News, why_it_never_came
from session_inspector.explain.values import of_unreadable
from session_inspector.inspector.ladder import labels
from session_inspector.inspector.ladder.steps import Step
from session_inspector.inspector.observed.contradictions import contradictions
from session_inspector.inspector.observed.cookie_jar import Held
from session_inspector.inspector.observed.rungs import Rung
from session_inspector.inspector.observed.server_state import Column
from session_inspector.inspector.pages import Page, registered_pages
from session_inspector.inspector.statement import Statement
from session_inspector.journal.participants import owners_of, participants, provider_of, writer_of
from session_inspector.journal.queries import unreadable
from session_inspector.journal.schema import Cookie, Entry, OfNoMessage
from session_inspector.participant import Participant
from session_inspector.templatetags.session_inspector import mark

register = template.Library()

MAX_CHIPS = 4
GRADES = {"seen": "seen", "follows": "follows", "guess": "a guess"}

register.filter("request_in_short", labels.request_in_short)
register.filter("request_in_full", labels.request_in_full)
register.filter("answer_in_short", labels.answer_in_short)
register.filter("asked_with", labels.asked_with)
register.filter("no_cookie_in_words", labels.no_cookie_in_words)
register.filter("notes", labels.notes_of)
register.filter("token_in_short", labels.token_in_short)
register.simple_tag(sessions.left, name="left")


@register.simple_tag
def tabs() -> list[Page]:
    return [page for page in registered_pages() if not page.is_rare]


@register.simple_tag
def rare_pages() -> list[Page]:
    return [page for page in registered_pages() if page.is_rare and page.is_offered]


@register.simple_tag
def by_answer(columns: Sequence[Column]) -> list[list[Column]]:
    """The columns in groups: those whose servers say the same of who the visitor is."""
    answers = dict.fromkeys(column.verdict.text for column in columns)
    return [[column for column in columns if column.verdict.text == answer] for answer in answers]


@register.simple_tag
def unreadable_entries() -> str:
    """How many of the entries that this page asked for could not be read, in words."""
    return of_unreadable(len(unreadable.get() or ()))


@register.simple_tag
def grade(how: str) -> SafeString:
    """How something is known, as a mark behind it: ``seen``, ``follows`` or ``guess``."""
    return format_html('<small class="grade {}">{}</small>', how, GRADES[how])


@register.simple_tag
def rests_on(said: Statement) -> SafeString:
    """The same mark, leading to the entries that a statement rests on; nothing where it says nothing."""
    return mark(reverse("entries", args=[said.named]), said) if said.entries else SafeString("")


@register.simple_tag
def resting(said: Statement) -> SafeString:
    """The statement itself, leading there: where there is no room for a mark beside it."""
    if not said.entries:
        return format_html("{}", said.text)
    query = f"?rule={said.rule}" if said.rule else ""
    address = reverse("entries", args=[said.named])
    return format_html('<a class="{}" href="{}{}">{}</a>', said.grade, address, query, said.text)


@register.simple_tag
def likely(held: Held, server: Participant) -> str:
    """What may keep a browser from sending back a cookie that it was told to keep."""
    return why_it_never_came(held.attributes, held.without.exchange, server) if held.without else ""


@register.filter
def title_of_writer(entry: Entry) -> str:
    return writer_of(entry).title


@register.simple_tag
def contradicting() -> list[str]:
    return contradictions(participants())


@register.filter
def milliseconds(at: datetime) -> str:
    return f"{at.microsecond // 1000:03}"


@register.simple_tag
def lane(rung: Rung) -> str:
    """Where a note of the server stands, as the stylesheet names it: left of the last lane there is more room."""
    return f"at-{rung.lane} last" if rung.lane == len(rung.lanes) else f"at-{rung.lane}"


@register.simple_tag
def lane_sent_to(rung: Rung) -> int:
    return rung.lane_of(rung.sent_to)


@register.simple_tag
def since_click(rung: Rung, step: Step) -> str:
    """Seconds since the click began: ``+0.02``."""
    return f"{max((rung.entry.at - step.first.entry.at).total_seconds(), 0):+.2f}"


@register.simple_tag
def at(entry: Entry) -> SafeString:
    """The time of an entry, leading to its page, if it has one."""
    time = format_html('<time datetime="{}">{}</time>', entry.at.isoformat(), entry.at.strftime("%H:%M:%S"))
    if isinstance(entry.record, OfNoMessage):
        return time
    return format_html('<a href="{}">{}</a>', reverse("exchange", args=[entry.id]), time)


@register.simple_tag
def chip(cookie: Cookie, how: str = "", words: str = "") -> SafeString:
    """A cookie in the colour of its owner: open when it was sent, filled where ``how`` is ``set``, words inside."""
    owners = owners_of(cookie.name)
    return format_html(
        '<span class="cookie {} of-{}">{}{} {}</span>',
        how,
        owners[0].colour if len(owners) == 1 else "browser",
        format_html("<b>{}</b> ", words) if words else "",
        cookie.name,
        f"{cookie.value.starts}…" if cookie.value.starts else "",
    )


@register.filter
def chips(cookies: Sequence[Cookie]) -> Sequence[Cookie]:
    """Of the cookies of one message those that are shown whole: the session cookie if it is among them, else a few."""
    return [cookie for cookie in cookies if cookie.role == "session"] or cookies[:MAX_CHIPS]


@register.filter
def shown_news(news: Sequence[News]) -> list[News]:
    """Those of the cookies that are shown whole."""
    shown = chips([one.cookie for one in news])
    return [one for one in news if one.cookie in shown]


@register.filter
def plus(cookies: Sequence[Cookie]) -> list[str]:
    """The others, by a short name: ``csrftoken`` for the server's own, a number where they are many."""
    shown = chips(cookies)
    rest = ["csrftoken" if cookie.role == "csrf" else cookie.name for cookie in cookies if cookie not in shown]
    more = len(rest) - MAX_CHIPS
    return [*rest[:MAX_CHIPS], *([f"{more} more"] if more > 0 else [])]


@register.simple_tag
def ends(rung: Rung, back: str = "") -> str:
    """Who speaks to whom, in words: the list reads without the lanes."""
    asked = rung.asked.title if rung.asked else rung.entry.call.to
    if rung.is_by_logout_token:
        openid_provider = provider_of(rung.server)
        caller = openid_provider.title if openid_provider else "a provider"
    else:
        caller = rung.client.title if rung.client else caller_of(rung)
    return f"{asked} → {caller}" if back else f"{caller} → {asked}"


def caller_of(rung: Rung) -> str:
    return rung.server.title if rung.is_of_caller else "a server" if rung.is_call else rung.asker
