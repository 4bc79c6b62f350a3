"""The third part: what changed since the page before."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.template.defaultfilters import pluralize
from django.utils.text import Truncator

from session_inspector.explain.cookies import DROPPED, News, has_session_cookie, news_in
from session_inspector.explain.sessions import WHY_UNREAD, fate_of, is_past, what_became_of_key
from session_inspector.explain.values import changed_values, values_in
from session_inspector.journal.schema import Entry, Exchange, SessionChange, SessionRow

NEWS = ("set", "deleted")  # of a cookie, what is said in any case


@dataclass(frozen=True)
class Exchanged:
    """What one exchange did to the session: ``became`` are names of ``FATES``."""

    entry: Entry
    became: list[str]
    values: list[dict[str, str]]
    set_cookies: list[News]

    @property
    def exchange(self) -> Exchange:
        return self.entry.exchange

    @property
    def why_unread(self) -> str:
        """Why the row that came could not be read, where it could not."""
        before = self.exchange.before
        return WHY_UNREAD[before.fault] if before else ""


@dataclass(frozen=True)
class ChangedByOthers:
    """A change of the session's row by something that did not come with its key."""

    entry: Entry

    @property
    def change(self) -> SessionChange:
        return self.entry.change


@dataclass(frozen=True)
class CameOtherwise:
    """This browser had a session on the page before, and came to the next with the cookie of another one or without."""

    page_before: Entry
    entry: Entry

    @property
    def had(self) -> SessionRow:
        row = self.page_before.exchange.after
        assert row
        return row

    @property
    def came(self) -> SessionRow | None:
        return self.entry.exchange.before

    @property
    def has_cookie(self) -> bool:
        return has_session_cookie(self.entry.exchange)

    @property
    def is_past(self) -> bool:
        return is_past(self.had, self.entry.at)

    @property
    def short(self) -> str:
        if self.has_cookie:
            return "another session"
        return fate_of("expired", self.entry.exchange.stored_as).short if self.is_past else "cookie gone"


Step = Exchanged | ChangedByOthers | CameOtherwise


def step_of(entry: Entry) -> Exchanged | ChangedByOthers:
    if entry.is_change:
        return ChangedByOthers(entry)
    exchange = entry.exchange
    values = changed_values(values_in(exchange.before), values_in(exchange.after))
    return Exchanged(entry, what_became_of_key(exchange, entry.at), values, news_in(exchange))


def another_row(page_before: Entry | None, entries: list[Entry]) -> list[CameOtherwise]:
    """A step of its own, if this browser came otherwise. That a row was deleted meanwhile is a step already."""
    first = next(entry for entry in entries if entry.is_exchange)
    had = page_before and page_before.exchange.after
    if not page_before or not had or is_past(had, page_before.at):
        return []
    if page_before.set_key in (first.sent_key, *deleted_in(entries)):
        return []
    return [CameOtherwise(page_before, first)]


def deleted_in(entries: list[Entry]) -> list[str]:
    """The keys, as fingerprints, whose rows somebody else deleted."""
    return [entry.sent_key for entry in entries if entry.is_change and entry.change.what == "deleted"]


def summary(steps: Sequence[Step]) -> str:
    """What changed, in a few words for the bar: first what a browser does not take, since the end may be cut off."""
    exchanges = [step for step in steps if isinstance(step, Exchanged)]
    said = [*about_cookies(exchanges, DROPPED), *about_rows(steps), *about_values(exchanges)]
    said += about_cookies(exchanges, (*NEWS, *([] if said else ["renewed"])))
    return ", ".join(said) or "nothing"


def about_rows(steps: Sequence[Step]) -> list[str]:
    said = [step.short for step in steps if isinstance(step, CameOtherwise)]
    for what, number in Counter(step.change.what for step in steps if isinstance(step, ChangedByOthers)).items():
        said.append(f"{number} row{pluralize(number)} that {pluralize(number, 'was,were')} yours {what}")
    exchanged = [step for step in steps if isinstance(step, Exchanged)]
    return said + [fate_of(became, step.exchange.stored_as).short for step in exchanged for became in step.became]


def about_values(exchanges: Iterable[Exchanged]) -> list[str]:
    """Each value that is not what it was, or how many those are. What came and went on the way is not among them."""
    changes: dict[str, list[dict[str, str]]] = {}
    for value in (value for step in exchanges for value in step.values):
        changes.setdefault(value["name"], []).append(value)
    ends = {name: (of[0]["before"], of[-1]["after"]) for name, of in changes.items()}
    ends = {name: (before, after) for name, (before, after) in ends.items() if before != after}
    if len(ends) > 2:
        return [f"{len(ends)} values"]
    return [f"{name} {in_short(before)} → {in_short(after)}" for name, (before, after) in ends.items()]


def changed_in(steps: Sequence[Step]) -> dict[str, str]:
    """How the values of the session have changed, by their names: ``added``, ``changed`` or ``removed``."""
    return {value["name"]: value["how"] for step in steps if isinstance(step, Exchanged) for value in step.values}


def about_cookies(exchanges: Iterable[Exchanged], news: tuple[str, ...]) -> list[str]:
    cookies = {(one.what, one.cookie.name) for step in exchanges for one in step.set_cookies}
    numbers = Counter(one for one, _ in cookies)
    return [f"{numbers[one]} cookie{pluralize(numbers[one])} {one}" for one in news if numbers[one]]


def in_short(value: str) -> str:
    return Truncator(value).chars(30) or "nothing"
