"""The third part: what changed since the page before."""

from collections import Counter
from typing import Any

from django.template.defaultfilters import pluralize
from django.utils.text import Truncator

from session_inspector.explain.cookies import has_session_cookie, news_in
from session_inspector.explain.sessions import FATES, is_past, what_became_of_key
from session_inspector.explain.values import changed_values, values_in
from session_inspector.journal.schema import Entry


def step_of(entry: Entry) -> dict[str, Any]:
    """What one exchange, or a change by somebody else, did to the session."""
    if entry.is_change:
        change = entry.change
        did = {"elsewhere": change.what, "is_by_logout_token": change.is_by_logout_token}
        return {"at": entry.at, "row": change.row, **did}
    exchange = entry.exchange
    before, after = exchange.before, exchange.after
    return {
        "at": entry.at,
        "request": exchange,
        "became": what_became_of_key(exchange, entry.at),
        "before": before,
        "after": after,
        "values": changed_values(values_in(before), values_in(after)),
        "set_cookies": news_in(exchange),
    }


def another_row(page_before: Entry | None, entries: list[Entry]) -> list[dict[str, Any]]:
    """A step of its own, if this browser had a session on the page before and now came without its cookie, or with that
    of another session. That a row was deleted meanwhile is a step already."""
    first = next(entry for entry in entries if entry.is_exchange)
    had = page_before and page_before.exchange.after
    if not page_before or not had or is_past(had, page_before.at):
        return []
    if page_before.set_key in (first.sent_key, *deleted_in(entries)):
        return []
    if has_session_cookie(first.exchange):
        return [{"other": had, "came": first.exchange.before}]
    return [{"lost": had, "is_past": is_past(had, first.at)}]


def deleted_in(entries: list[Entry]) -> list[str]:
    """The keys, as fingerprints, whose rows somebody else deleted."""
    return [entry.sent_key for entry in entries if entry.is_change and entry.change.what == "deleted"]


def summary(steps: list[dict]) -> str:
    """What changed, in a few words for the bar."""
    exchanges = [step for step in steps if "request" in step]
    said = [*about_rows(steps), *about_values(exchanges)]
    said += about_cookies(exchanges, ("set", "deleted") if said else ("set", "deleted", "renewed"))
    return ", ".join(said) or "nothing"


def about_rows(steps: list[dict]) -> list[str]:
    said = ["row expired" if step["is_past"] else "cookie gone" for step in steps if "lost" in step]
    said += ["another session" for step in steps if "other" in step]
    for what, number in Counter(step["elsewhere"] for step in steps if "elsewhere" in step).items():
        said.append(f"{number} row{pluralize(number)} that {pluralize(number, 'was,were')} yours {what}")
    return said + [FATES[became].short for step in steps for became in step.get("became", [])]


def about_values(exchanges: list[dict]) -> list[str]:
    """Each value that is not what it was, or how many those are. What came and went on the way is not among them."""
    changes: dict[str, list[dict]] = {}
    for value in (value for step in exchanges for value in step["values"]):
        changes.setdefault(value["name"], []).append(value)
    ends = {name: (of[0]["before"], of[-1]["after"]) for name, of in changes.items()}
    ends = {name: (before, after) for name, (before, after) in ends.items() if before != after}
    if len(ends) > 2:
        return [f"{len(ends)} values"]
    return [f"{name} {in_short(before)} → {in_short(after)}" for name, (before, after) in ends.items()]


def about_cookies(exchanges: list[dict], news: tuple[str, ...]) -> list[str]:
    cookies = {(news.what, news.cookie.name) for step in exchanges for news in step["set_cookies"]}
    numbers = Counter(one for one, _ in cookies)
    return [f"{numbers[one]} cookie{pluralize(numbers[one])} {one}" for one in news if numbers[one]]


def in_short(value: str) -> str:
    return Truncator(value).chars(30) or "nothing"
