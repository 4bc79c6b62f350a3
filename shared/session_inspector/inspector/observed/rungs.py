"""Recorded messages as they belong together: a rung is one exchange, with the calls that were made in its course."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from session_inspector.explain.browsers import is_browser
from session_inspector.explain.cookies import News, has_session_cookie, news_in, why_kept_back
from session_inspector.explain.endpoints import endpoint_of, parts_of, target_of
from session_inspector.explain.sessions import person_of, user_id_in, what_became_of_key
from session_inspector.explain.values import changed_values, values_in
from session_inspector.inspector.observed.overlaps import LostUpdate, overlaps_among
from session_inspector.inspector.observed.queries import agent_of, ended, is_of_browser
from session_inspector.journal.participants import (
    lanes,
    participant_at,
    participants,
    provider_of,
    stranger_at,
    writer_of,
)
from session_inspector.journal.schema import (
    Address,
    BackChannelCall,
    Cookie,
    Entry,
    Exchange,
    Masked,
    SessionChange,
    Value,
    Withheld,
)
from session_inspector.participant import Participant

SLACK = timedelta(milliseconds=50)  # between two clocks of one machine


def lane_of(server: Participant, order: Sequence[Participant]) -> int:
    """Which one of these it is, counted from 1; the browser's is 0. Who takes part no more has the lane of its name, or
    none: ``-1``."""
    same = [n for n, one in enumerate(order, 1) if one == server] or [
        n for n, one in enumerate(order, 1) if one.name == server.name
    ]
    return next(iter(same), -1)


@dataclass
class Rung:
    """One exchange as the ladder draws it, or a session change by something that did not come with its key.

    ``inside`` are the calls that the server made meanwhile, those among them that ended sessions elsewhere, and of a
    logout token the further rows that it deleted; ``twin`` is the record of the same exchange at its other end; a rung
    is a ``guess`` where only the User-Agent says whose it is. ``strangers`` have lanes beside those of the participants
    where it is drawn.
    """

    entry: Entry
    inside: list["Rung"] = field(default_factory=list)
    twin: Entry | None = None
    is_guess: bool = False
    # Servers on other hosts whose session cookies the browser had by then.
    held_elsewhere: list[Participant] = field(default_factory=list)
    has_been_refused: bool = False  # the browser did not keep the session cookie that this server has set
    kept_back: str = ""  # why the browser has not sent the session cookie that it has
    set_by: Participant | None = None  # the other server that has set the session key which came
    strangers: tuple[Participant, ...] = ()
    lost_update: LostUpdate | None = None  # what this exchange wrote over
    ended_by: Entry | None = None  # what deleted the row while this exchange was under way, so that it was not saved

    @property
    def exchange(self) -> Exchange:
        """What the server that answered saw: all there is to know of a request of the browser."""
        return self.entry.exchange

    @property
    def message(self) -> Exchange | BackChannelCall:
        return self.entry.message

    @property
    def change(self) -> SessionChange:
        return self.entry.change

    @property
    def server(self) -> Participant:
        return writer_of(self.entry)

    @property
    def is_change(self) -> bool:
        return self.entry.is_change

    @property
    def is_call(self) -> bool:
        """Whether one server asked another."""
        return self.is_of_caller or (self.entry.is_exchange and self.exchange.channel == "back")

    @property
    def is_of_caller(self) -> bool:
        """Whether the one that asked has recorded it."""
        return self.entry.is_call

    @property
    def asked(self) -> Participant | None:
        """Who was asked: the server itself, or the one that it called."""
        if not self.is_of_caller:
            return self.server
        return participant_at(self.entry.call.to) or stranger_at(self.entry.call.to)

    @property
    def client(self) -> Participant | None:
        """The stranger that redeems a code at this server: it names the redirect URI that the code was sent to."""
        is_asked = not self.is_of_caller and self.is_call and self.endpoint == "token"
        address = dict(self.exchange.form).get("redirect_uri") if is_asked else None
        return stranger_at(parts_of(address).netloc) if isinstance(address, Address | str) else None

    @property
    def sent_to(self) -> Participant | None:
        """The stranger to whom its redirect sends the browser."""
        server, _ = (None if self.is_call else self.leads_to) or (None, "")
        return server if server and server.is_stranger else None

    @property
    def strangers_met(self) -> list[Participant]:
        """Those at the other end of any of its messages."""
        if self.is_change:
            ends = [provider_of(self.server) if self.is_by_logout_token else None]
        else:
            ends = [self.asked, self.client, self.sent_to]
        return [end for end in ends if end and end.is_stranger]

    @property
    def ended(self) -> datetime:
        return ended(self.entry)

    @property
    def with_all_inside(self) -> list["Rung"]:
        return [self, *(deeper for one in self.inside for deeper in one.with_all_inside)]

    @property
    def is_by_logout_token(self) -> bool:
        """Whether it is a session change that a logout token brought about."""
        return self.is_change and self.change.is_by_logout_token

    @property
    def endpoint(self) -> str:
        """What happens at the address that was asked, by its name; empty for a page."""
        return endpoint_of(self.asked, self.message) if self.asked else ""

    @property
    def caller(self) -> int:
        """The lane that a request comes from."""
        if self.is_by_logout_token:
            return self.lane_of(provider_of(self.server))
        if self.client:
            return self.lane_of(self.client)
        return self.lane_of(self.server) if self.is_of_caller else 0

    @property
    def callee(self) -> int:
        """The lane that a request goes to; ``-1`` where it has none, and the rung is not drawn."""
        return self.lane_of(self.asked)

    @property
    def lane(self) -> int:
        """That of the server itself, where its notes stand."""
        return self.lane_of(self.server)

    @property
    def lanes(self) -> tuple[Participant, ...]:
        return (*lanes(), *self.strangers)

    def lane_of(self, server: Participant | None) -> int:
        return lane_of(server, self.lanes) if server else -1

    @property
    def span(self) -> str:
        """The lanes between which it is drawn, as the stylesheet names them: ``from-0 to-2``."""
        left, right = sorted((self.caller, self.callee))
        return f"from-{left} to-{right}"

    @property
    def direction(self) -> str:
        """Of the request: ``rightward`` or ``leftward``."""
        return "rightward" if self.caller < self.callee else "leftward"

    @property
    def direction_back(self) -> str:
        return "leftward" if self.direction == "rightward" else "rightward"

    @property
    def is_drawn(self) -> bool:
        """Whether both its ends have a lane: only the record of a caller says who called."""
        is_known = self.is_of_caller or not self.is_call or bool(self.client)
        return is_known and -1 not in (self.caller, self.callee) and self.caller != self.callee

    @property
    def is_plain_call(self) -> bool:
        """A call that brings nothing but its address, and was answered: drawn as one line."""
        return self.message.method == "GET" and self.message.status == 200

    @property
    def headers(self) -> dict[str, Value]:
        """Of the request. A caller records none, the one that was called does."""
        answered = self.twin if self.is_of_caller else self.entry
        return answered.exchange.headers if answered else {}

    @property
    def cookies(self) -> tuple[Cookie, ...]:
        """That came with it: with a call, none."""
        return () if self.is_of_caller else self.exchange.cookies

    @property
    def location(self) -> Address | str | None:
        return None if self.is_of_caller else self.exchange.location

    @property
    def came_with_session_cookie(self) -> bool:
        return not self.is_of_caller and has_session_cookie(self.exchange)

    @property
    def set_cookies(self) -> list[News]:
        return [] if self.is_of_caller else news_in(self.exchange)

    @property
    def became(self) -> list[str]:
        return what_became_of_key(self.exchange, self.entry.at)

    @property
    def changes(self) -> list[dict[str, str]]:
        return changed_values(values_in(self.exchange.before), values_in(self.exchange.after))

    @property
    def who_before(self) -> str:
        return user_id_in(self.exchange.before)

    @property
    def who_after(self) -> str:
        return user_id_in(self.exchange.after)

    @property
    def user(self) -> str:
        return person_of(self.exchange)

    @property
    def overlapping(self) -> Entry | None:
        """The other exchange that got in its way, at the same time."""
        return self.ended_by or (self.lost_update.by if self.lost_update else None)

    @property
    def has_password(self) -> bool:
        return not self.is_change and ("password", Withheld()) in self.message.form

    @property
    def is_ahead(self) -> bool:
        """Whether the browser says that it fetches the page before anybody has clicked (Fetch, ``Sec-Purpose``)."""
        return "prefetch" in str(self.headers.get("Sec-Purpose", ""))

    @property
    def is_click(self) -> bool:
        """Whether it asks for a page of a window (Fetch, ``Sec-Fetch-Dest``); a browser that does not say may do so.

        What a page, its icon or the developer tools ask for, nobody has clicked.
        """
        return is_of_browser(self.entry) and self.headers.get("Sec-Fetch-Dest", "document") == "document"

    @property
    def asker(self) -> str:
        """Who sent a request that no server sent: ``browser`` or ``program``."""
        is_program = is_of_browser(self.entry) and not is_browser(agent_of(self.entry))
        return "program" if is_program else "browser"

    @property
    def leads_to(self) -> tuple[Participant | None, str] | None:
        """Server and path of its redirect; None if it is none."""
        if not self.location or not 300 <= self.exchange.status < 400:
            return None
        return target_of(self.location, self.server)


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
    note_overlaps(outer)
    return outer


def pair(calls: list[Rung]) -> list[Rung]:
    """Both ends have recorded a call: the caller's is the rung, the other's is its twin."""
    answered = [rung for rung in calls if not rung.is_of_caller]
    for call in (rung for rung in calls if rung.is_of_caller):
        twin = next((rung for rung in answered if is_twin(rung, call)), None)
        if twin:
            call.twin = twin.entry
            answered.remove(twin)
    return [rung for rung in calls if rung.is_of_caller] + answered


def is_twin(answered: Rung, call: Rung) -> bool:
    return (
        (answered.message.method, answered.message.path) == (call.message.method, call.message.path)
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
    """Whether the exchange made the call, before it answered. In the course of which exchange the provider told of an
    end, no record says: it is taken for the form that it was answering at that moment."""
    if call.is_by_logout_token:
        return is_form_of_provider(rung, call.server) and rung.entry.at <= call.entry.at <= rung.ended + SLACK
    if call.client or not is_of_browser(rung.entry) or not rung.entry.at <= call.entry.at <= rung.ended + SLACK:
        return False
    return rung.entry.server == call.entry.server and rung.entry.journey == call.entry.journey


def is_form_of_provider(rung: Rung, site: Participant) -> bool:
    """Whether it is a form that the provider of that site took."""
    is_form = is_of_browser(rung.entry) and rung.exchange.method == "POST"
    return is_form and rung.server == provider_of(site)


def note_cookies_held(rungs: list[Rung]) -> None:
    """Which session cookies the browser had, had refused and brought when it made each request, as far as these rungs
    tell."""
    held: set[Participant] = set()
    refused: set[Participant] = set()
    setters: dict[Masked, Participant] = {}
    attributes: dict[Participant, dict[str, str]] = {}  # of the session cookie that each has set last
    for rung in rungs:
        if not is_of_browser(rung.entry):
            continue
        rung.held_elsewhere = [one for one in participants() if one in held and is_for_another_host(one, rung.server)]
        rung.has_been_refused = rung.server in refused
        if not rung.came_with_session_cookie and rung.server in attributes:
            rung.kept_back = why_kept_back(attributes[rung.server], rung.exchange)
        came = next((one.value for one in rung.cookies if one.role == "session" and one.is_taken), None)
        set_by = setters.get(came) if came else None
        rung.set_by = set_by if set_by != rung.server else None
        if rung.is_guess:
            continue  # another window of the same browser may have asked
        for news in rung.set_cookies:
            if news.cookie.role == "session":
                (refused.add if news.what == "refused" else refused.discard)(rung.server)
                setters[news.cookie.value] = rung.server
                note_attributes(attributes, news, rung.server)
        if rung.exchange.after and rung.server not in refused:
            held.add(rung.server)
        else:
            held.discard(rung.server)


def note_overlaps(rungs: list[Rung]) -> None:
    overlaps = overlaps_among(one.entry for rung in rungs for one in rung.with_all_inside)
    for rung in rungs:
        rung.lost_update = overlaps.lost.get(rung.entry.id)
        rung.ended_by = overlaps.ended_by.get(rung.entry.id)


def note_attributes(attributes: dict[Participant, dict[str, str]], news: News, server: Participant) -> None:
    """A neighbour with a cookie of that name may have lost its own by that."""
    for one in [one for one in attributes if one.session_cookie == news.cookie.name]:
        del attributes[one]
    if news.what in ("set", "renewed"):
        attributes[server] = news.cookie.attributes


def is_for_another_host(owner: Participant, asked: Participant) -> bool:
    """Whether a browser sends the session cookie of the one to no address of the other."""
    return owner.host != asked.host and "domain" not in owner.attributes
