"""One key that came with two User-Agents: what was seen, and whether it must have been two programs."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, pairwise

from session_inspector.explain.browsers import browser_in
from session_inspector.inspector.observed.queries import agent_of
from session_inspector.inspector.statement import Rule, Statement, resting_on
from session_inspector.journal.schema import Entry

SAME_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True)
class TwoAgents:
    """``seen`` says which there were; ``copied`` follows where both cannot have been one browser. That they came at one
    moment makes that likely: but two tabs do, too, if one of them is in the device mode of the developer tools."""

    seen: Statement
    copied: Statement | None
    at_one_moment: bool


def two_agents(requests: list[Entry], key: str) -> TwoAgents | None:
    """Of the requests that came with the key of that fingerprint, the oldest first."""
    theirs = [entry for entry in requests if entry.sent_key == key and agent_of(entry)]
    newest = {agent_of(entry): entry for entry in theirs}
    if len(newest) < 2:
        return None
    names = " and ".join(f"{browser_in(agent)} ({agent})" for agent in newest)
    seen = Statement(f"This key came with {len(newest)} User-Agents: {names}.", resting_on(newest.values()))
    shown = without_the_other_cookie(theirs)
    copied = Statement("Two programs have this key: the cookie was copied.", resting_on(shown), Rule.COPIED)
    return TwoAgents(seen, copied if shown else None, came_at_one_moment(theirs))


def came_at_one_moment(requests: list[Entry]) -> bool:
    """Whether two of different names follow one another closely."""
    return any(
        agent_of(one) != agent_of(other) and other.at - one.at < SAME_MOMENT for one, other in pairwise(requests)
    )


def without_the_other_cookie(requests: list[Entry]) -> list[Entry]:
    """Three in turns: one with a CSRF cookie, one under another name without it, and one with it again. All to where
    that cookie goes, and none that another site led to."""
    own = [entry for entry in requests if not entry.exchange.more_cookies and not is_from_elsewhere(entry)]
    for before, between in combinations(own, 2):
        if agent_of(before) == agent_of(between) or not csrf_of(before) or csrf_of(between) == csrf_of(before):
            continue
        later = (entry for entry in own if entry.id > between.id and csrf_of(entry) == csrf_of(before))
        again = next(later, None)
        if again and between.exchange.path.startswith(before.exchange.path):
            return [before, between, again]
    return []


def is_from_elsewhere(entry: Entry) -> bool:
    """Whether a Strict cookie may have stayed behind."""
    return entry.exchange.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")


def csrf_of(entry: Entry) -> str:
    return next((one.value.fingerprint for one in entry.exchange.cookies if one.role == "csrf"), "")
