"""The sequence diagram of one visitor's traffic: entries become rungs, the redirects of one click become a step."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.explain.cookies import has_session_cookie, set_cookie_of
from shared.explain.places import target_of
from shared.explain.sessions import is_by_identity, what_became_of_key
from shared.explain.values import changed_values, values_in
from shared.inspector.recorded import MOST, ended, is_of_browser, newest_at_all, nobodys_of
from shared.inspector.visitors import Visitor
from shared.journal.models import Entry
from shared.servers import IDENTITY, SERVERS, SITE_A, SITE_B, Server, server_named

SHOWN = 60  # entries on one page
LONGEST_STEP = 30  # entries; a first sign-in has twelve
WITHOUT_COOKIE = timedelta(minutes=10)  # for which somebody may look around before they have one
FOLLOWED_WITHIN = timedelta(seconds=10)  # a browser follows a redirect at once; a slow server may take its time
LANES = (SITE_A, IDENTITY, SITE_B)  # from left to right; the browser stands before them
ORDER = ["browser", *(server.hue for server in LANES)]
SLACK = timedelta(milliseconds=50)  # between two clocks of one machine


@dataclass
class Rung:
    """One exchange as the ladder draws it, or a session change by something that did not come with its key.

    ``inside`` are the calls that the server made meanwhile, those among them that ended sessions elsewhere, and of a
    logout token the further rows that it deleted; ``twin`` is the record of the same exchange at its other end; a rung
    is a ``guess`` where only the User-Agent says whose it is.
    """

    entry: Entry
    inside: list["Rung"] = field(default_factory=list)
    twin: Entry | None = None
    is_guess: bool = False
    held_elsewhere: list[Server] = field(default_factory=list)  # other servers whose cookies the browser had by then

    @property
    def content(self) -> dict[str, Any]:
        return self.entry.content

    @property
    def server(self) -> Server:
        return server_named(self.entry.server)

    @property
    def is_change(self) -> bool:
        return self.entry.kind == Entry.Kind.SESSION_CHANGE

    @property
    def is_call(self) -> bool:
        """Whether one server asked another."""
        return not self.is_change and self.content["channel"] == "back"

    @property
    def asked(self) -> Server | None:
        """Who was asked: the server itself, or the one that it called."""
        return server_named(self.content["to"]) if "to" in self.content else self.server

    @property
    def ended(self) -> datetime:
        return ended(self.entry)

    @property
    def with_all_inside(self) -> list["Rung"]:
        return [self, *(deeper for one in self.inside for deeper in one.with_all_inside)]

    @property
    def is_by_identity(self) -> bool:
        """Whether it is a session change that a logout token brought about."""
        return self.is_change and is_by_identity(self.content)

    @property
    def caller(self) -> str:
        """The lane that a request comes from."""
        if self.is_by_identity:
            return IDENTITY.hue
        return self.server.hue if "to" in self.content else "browser"

    @property
    def span(self) -> str:
        """The lanes between which it is drawn, as the stylesheet names them: ``browser-a``, ``identity-b``."""
        return "-".join(sorted((self.caller, self.asked.hue), key=ORDER.index))

    @property
    def direction(self) -> str:
        """Of the request: ``rightward`` or ``leftward``."""
        return "rightward" if ORDER.index(self.caller) < ORDER.index(self.asked.hue) else "leftward"

    @property
    def direction_back(self) -> str:
        return "leftward" if self.direction == "rightward" else "rightward"

    @property
    def is_drawn(self) -> bool:
        """Whether both its ends have a lane: only the record of a caller says who called."""
        return self.asked is not None and ("to" in self.content or not self.is_call)

    @property
    def is_plain_call(self) -> bool:
        """A call that brings nothing but its address, and was answered: drawn as one line."""
        return self.content["method"] == "GET" and self.content["status"] == 200

    @property
    def headers(self) -> dict[str, Any]:
        """Of the request. A caller records none, the one that was called does."""
        return self.content.get("headers") or (self.twin.content["headers"] if self.twin else {})

    @property
    def came_with_session_cookie(self) -> bool:
        return has_session_cookie(self.content)

    @property
    def set_cookies(self) -> list[dict[str, Any]]:
        return [set_cookie_of(cookie, self.content["cookies"]) for cookie in self.content.get("set_cookies", [])]

    @property
    def became(self) -> list[str]:
        return what_became_of_key(self.content, self.entry.at)

    @property
    def changes(self) -> list[dict[str, str]]:
        return changed_values(values_in(self.content["before"]), values_in(self.content["after"]))

    @property
    def who_before(self) -> str:
        return str(values_in(self.content["before"]).get("_auth_user_id") or "")

    @property
    def who_after(self) -> str:
        return str(values_in(self.content["after"]).get("_auth_user_id") or "")

    @property
    def user(self) -> str:
        user = self.content.get("user")
        return user["name"] if user and user["id"] else ""

    @property
    def brought_password(self) -> bool:
        form = [] if self.is_change else self.content["form"]
        return any(name == "password" and value == {"withheld": True} for name, value in form)

    @property
    def leads_to(self) -> tuple[Server | None, str] | None:
        """Server and path of its redirect; None if it is none."""
        location = self.content.get("location")
        return target_of(location, self.server) if location and 300 <= self.content["status"] < 400 else None


@dataclass
class Step:
    """What one click set in motion: a rung, and those that its redirects led to."""

    rungs: list[Rung]

    @property
    def id(self) -> int:
        return self.rungs[0].entry.pk

    @property
    def began(self) -> int:
        """The lowest id in it: where it is in the journal, whatever was written first."""
        return min(entry.pk for entry in self.entries)

    @property
    def size(self) -> int:
        return len(self.entries)

    @property
    def entries(self) -> list[Entry]:
        every = [one for rung in self.rungs for one in rung.with_all_inside]
        return [entry for rung in every for entry in (rung.entry, rung.twin) if entry]

    @property
    def first(self) -> Rung:
        return self.rungs[0]

    @property
    def last(self) -> Rung:
        return self.rungs[-1]


@dataclass
class Ladder:
    steps: list[Step]
    earlier: int | None  # the id before which there is more


def ladder_of(visitor: Visitor, before: int = MOST) -> Ladder:
    """The newest steps of that visitor that began before an id, oldest first: about ``SHOWN`` entries, and no step cut
    in two."""
    most, before_all = SHOWN + 2 * LONGEST_STEP, before + LONGEST_STEP
    entries = newest_at_all(visitor.name, most, before_all) if visitor.name else []
    is_all = len(entries) < most
    guesses = guesses_beside(entries, visitor, since=0 if is_all else entries[-1].pk, before=before_all)
    steps = [step for step in steps_of(rungs_of(entries, guesses)) if step.began < before]
    steps.sort(key=lambda step: step.began)
    shown: list[Step] = []
    while steps and sum(step.size for step in shown) < SHOWN:
        shown.append(steps.pop())
    is_whole = is_all and not steps
    earlier = None if is_whole or not shown else shown[-1].began
    return Ladder(sorted(shown, key=lambda step: (step.first.entry.at, step.began)), earlier)


def guesses_beside(entries: list[Entry], visitor: Visitor, since: int, before: int) -> list[Entry]:
    """What may be the same browser's: its loose ends, and requests at a server where it had no cookie yet, not long
    before it had one anywhere."""
    loose = [entry for name in visitor.loose for entry in newest_at_all(name, SHOWN, before) if entry.pk > since]
    nobodys = [entry for server in SERVERS for entry in nobodys_of(visitor.agent, server.name, since, before)]
    if not entries:
        return loose + nobodys
    earliest = min(entry.at for entry in entries) - WITHOUT_COOKIE
    first = {entry.server: entry.at for entry in entries if entry.jar or is_of_browser(entry)}  # the last one wins
    return loose + [entry for entry in nobodys if earliest <= entry.at <= first.get(entry.server, entry.at)]


def part_with(entry: Entry) -> int | None:
    """The id before which the part of the ladder ends that shows an older entry; None if the newest part does."""
    newest = newest_at_all(entry.visitor, SHOWN) if entry.visitor else []
    return None if not newest or newest[-1].pk <= entry.pk else entry.pk + 1


def rungs_of(entries: Iterable[Entry], guesses: Iterable[Entry] = ()) -> list[Rung]:
    """In the order in which they began; what a server asked another meanwhile is inside the rung in which it did."""
    rungs = [Rung(entry) for entry in entries] + [Rung(entry, is_guess=True) for entry in guesses]
    rungs.sort(key=lambda rung: (rung.entry.at, rung.entry.pk))
    calls = pair([rung for rung in rungs if rung.is_call]) + by_token([rung for rung in rungs if rung.is_by_identity])
    outer = [rung for rung in rungs if not rung.is_call and not rung.is_by_identity]
    for call in calls:
        around = next((rung for rung in reversed(outer) if is_inside(call, rung)), None)
        (around.inside if around else outer).append(call)
    outer.sort(key=lambda rung: (rung.entry.at, rung.entry.pk))
    note_cookies_held(outer)
    return outer


def pair(calls: list[Rung]) -> list[Rung]:
    """Both ends have recorded a call: the caller's is the rung, the other's is its twin."""
    answered = [rung for rung in calls if "to" not in rung.content]
    for call in (rung for rung in calls if "to" in rung.content):
        twin = next((rung for rung in answered if is_twin(rung, call)), None)
        if twin:
            call.twin = twin.entry
            answered.remove(twin)
    return [rung for rung in calls if "to" in rung.content] + answered


def is_twin(answered: Rung, call: Rung) -> bool:
    same = all(answered.content[name] == call.content[name] for name in ("method", "path"))
    return (
        same
        and answered.entry.journey == call.entry.journey
        and answered.server == call.asked
        and call.entry.at - SLACK <= answered.entry.at <= call.ended + SLACK
    )


def by_token(changes: list[Rung]) -> list[Rung]:
    """The rows that one logout token deleted are one rung. All of them are one browser's, so two tokens for one server
    are of sessions that ended one after the other."""
    tokens: list[Rung] = []
    for change in changes:
        of_same = (token for token in tokens if token.server == change.server)
        same = next((token for token in of_same if change.entry.at - token.entry.at <= SLACK), None)
        (same.inside if same else tokens).append(change)
    return tokens


def is_inside(call: Rung, rung: Rung) -> bool:
    """Whether the exchange made the call, before it answered. In the course of which exchange identity told of an end,
    no record says: it is taken for the form that identity was answering at that moment."""
    if not is_of_browser(rung.entry) or not rung.entry.at <= call.entry.at <= rung.ended + SLACK:
        return False
    if call.is_by_identity:
        return rung.server == IDENTITY and rung.content["method"] == "POST"
    return rung.entry.server == call.entry.server and rung.entry.journey == call.entry.journey


def note_cookies_held(rungs: list[Rung]) -> None:
    """Which other servers' session cookies the browser had when it made each request, as far as these rungs tell."""
    held: set[str] = set()
    for rung in rungs:
        if not is_of_browser(rung.entry):
            continue
        rung.held_elsewhere = [server for server in SERVERS if server.name in held - {rung.entry.server}]
        if rung.is_guess:
            continue  # another window of the same browser may have asked
        if rung.content["after"]:
            held.add(rung.entry.server)
        else:
            held.discard(rung.entry.server)


def steps_of(rungs: list[Rung]) -> list[Step]:
    """A request that a redirect of the rung before led to belongs to the same click; in another tab, another may run
    at the same time."""
    steps: list[Step] = []
    for rung in rungs:
        step = next((step for step in reversed(steps[-8:]) if is_led_to(rung, step.last)), None)
        if step:
            step.rungs.append(rung)
        else:
            steps.append(Step([rung]))
    return steps


def is_led_to(rung: Rung, last: Rung) -> bool:
    if not is_of_browser(rung.entry) or not is_of_browser(last.entry) or rung.content["method"] not in ("GET", "HEAD"):
        return False
    if rung.entry.journey and last.entry.journey and rung.entry.journey != last.entry.journey:
        return False  # another sign-in, in another tab
    is_soon = last.entry.at <= rung.entry.at <= last.ended + FOLLOWED_WITHIN
    return is_soon and last.leads_to == (rung.server, rung.content["path"])
