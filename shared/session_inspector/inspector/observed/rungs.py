"""Recorded messages as they belong together: a rung is one exchange, with the calls that were made in its course."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from session_inspector.explain.cookies import has_session_cookie, set_cookie_of
from session_inspector.explain.endpoints import target_of
from session_inspector.explain.sessions import is_by_logout_token, person_of, user_id_in, what_became_of_key
from session_inspector.explain.values import changed_values, values_in
from session_inspector.inspector.observed.queries import ended, is_of_browser
from session_inspector.journal.schema import Entry, Kind
from session_inspector.participant import Participant
from session_inspector.participants import lanes, participant_named, participants, provider, the_participant

SLACK = timedelta(milliseconds=50)  # between two clocks of one machine


def order() -> list[str]:
    """The lanes from left to right, as the stylesheet names them; the browser stands before them."""
    return ["browser", *(one.colour for one in lanes())]


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
    # Other servers whose cookies the browser had by then.
    held_elsewhere: list[Participant] = field(default_factory=list)

    @property
    def content(self) -> dict[str, Any]:
        return self.entry.content

    @property
    def server(self) -> Participant:
        return the_participant(self.entry.server)

    @property
    def is_change(self) -> bool:
        return self.entry.kind == Kind.SESSION_CHANGE

    @property
    def is_call(self) -> bool:
        """Whether one server asked another."""
        return not self.is_change and self.content["channel"] == "back"

    @property
    def asked(self) -> Participant | None:
        """Who was asked: the server itself, or the one that it called."""
        return participant_named(self.content["to"]) if "to" in self.content else self.server

    @property
    def ended(self) -> datetime:
        return ended(self.entry)

    @property
    def with_all_inside(self) -> list["Rung"]:
        return [self, *(deeper for one in self.inside for deeper in one.with_all_inside)]

    @property
    def is_by_logout_token(self) -> bool:
        """Whether it is a session change that a logout token brought about."""
        return self.is_change and is_by_logout_token(self.content)

    @property
    def caller(self) -> str:
        """The lane that a request comes from."""
        if self.is_by_logout_token:
            return provider().colour
        return self.server.colour if "to" in self.content else "browser"

    @property
    def callee(self) -> str:
        """The lane that a request goes to; nothing where it has none, and the rung is not drawn."""
        return self.asked.colour if self.asked else ""

    @property
    def span(self) -> str:
        """The lanes between which it is drawn, as the stylesheet names them: ``browser-a``, ``identity-b``."""
        return "-".join(sorted((self.caller, self.callee), key=order().index))

    @property
    def direction(self) -> str:
        """Of the request: ``rightward`` or ``leftward``."""
        return "rightward" if order().index(self.caller) < order().index(self.callee) else "leftward"

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
        return user_id_in(self.content["before"])

    @property
    def who_after(self) -> str:
        return user_id_in(self.content["after"])

    @property
    def user(self) -> str:
        return person_of(self.content)

    @property
    def brought_password(self) -> bool:
        form = [] if self.is_change else self.content["form"]
        return any(name == "password" and value == {"withheld": True} for name, value in form)

    @property
    def leads_to(self) -> tuple[Participant | None, str] | None:
        """Server and path of its redirect; None if it is none."""
        location = self.content.get("location")
        return target_of(location, self.server) if location and 300 <= self.content["status"] < 400 else None


def rungs_of(entries: Iterable[Entry], guesses: Iterable[Entry] = ()) -> list[Rung]:
    """In the order in which they began; what a server asked another meanwhile is inside the rung in which it did."""
    rungs = [Rung(entry) for entry in entries] + [Rung(entry, is_guess=True) for entry in guesses]
    rungs.sort(key=lambda rung: (rung.entry.at, rung.entry.id))
    calls = pair([rung for rung in rungs if rung.is_call])
    calls += by_token([rung for rung in rungs if rung.is_by_logout_token])
    outer = [rung for rung in rungs if not rung.is_call and not rung.is_by_logout_token]
    for call in calls:
        around = next((rung for rung in reversed(outer) if is_inside(call, rung)), None)
        (around.inside if around else outer).append(call)
    outer.sort(key=lambda rung: (rung.entry.at, rung.entry.id))
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
    """Whether the exchange made the call, before it answered. In the course of which exchange Identity told of an end,
    no record says: it is taken for the form that Identity was answering at that moment."""
    if not is_of_browser(rung.entry) or not rung.entry.at <= call.entry.at <= rung.ended + SLACK:
        return False
    if call.is_by_logout_token:
        return rung.server == provider() and rung.content["method"] == "POST"
    return rung.entry.server == call.entry.server and rung.entry.journey == call.entry.journey


def note_cookies_held(rungs: list[Rung]) -> None:
    """Which other servers' session cookies the browser had when it made each request, as far as these rungs tell."""
    held: set[str] = set()
    for rung in rungs:
        if not is_of_browser(rung.entry):
            continue
        rung.held_elsewhere = [server for server in participants() if server.name in held - {rung.entry.server}]
        if rung.is_guess:
            continue  # another window of the same browser may have asked
        if rung.content["after"]:
            held.add(rung.entry.server)
        else:
            held.discard(rung.entry.server)
