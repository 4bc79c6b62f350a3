"""The sequence diagram of one visitor's traffic: the redirects of one click become a step."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from session_inspector.inspector.observed.queries import END, anonymous_of, is_of_browser, newest_at_all, of_journey
from session_inspector.inspector.observed.rungs import Rung, is_form_of_provider, rungs_of
from session_inspector.inspector.observed.visitor import Visitor
from session_inspector.journal.participants import lanes, participants
from session_inspector.journal.schema import Entry
from session_inspector.participant import Participant

MAX_SHOWN = 60  # entries on one page
MAX_LANES = 8  # the stylesheet has no more
MAX_STEP = 30  # entries; a first sign-in has twelve
MAX_OF_SIGN_IN = 100  # entries of one journey
WITHOUT_COOKIE = timedelta(minutes=10)  # for which somebody may look around before they have one
FOLLOWED_WITHIN = timedelta(seconds=10)  # a browser follows a redirect at once; a slow server may take its time


@dataclass
class Step:
    """What one click set in motion: a rung, and those that its redirects led to.

    ``beside`` is what the page asked for that came of it, or the browser for itself; ``told_later`` whom the provider
    told by logout token, after the answer.
    """

    rungs: list[Rung]
    beside: list[Rung] = field(default_factory=list)
    told_later: list[Rung] = field(default_factory=list)

    @property
    def id(self) -> int:
        return self.rungs[0].entry.id

    @property
    def began(self) -> int:
        """The lowest id in it: where it is in the journal, whatever was written first."""
        return min(entry.id for entry in self.entries)

    @property
    def size(self) -> int:
        return len(self.entries)

    @property
    def entries(self) -> list[Entry]:
        return [entry for rung in self.every_rung for entry in (rung.entry, rung.twin) if entry]

    @property
    def ids(self) -> set[int]:
        return {entry.id for entry in self.entries}

    @property
    def is_certain_click(self) -> bool:
        """Whether somebody clicked, and more than the User-Agent says of each message whose it is."""
        return self.first.is_click and not any(rung.is_guess for rung in self.rungs)

    @property
    def times(self) -> list[datetime]:
        """Of all that its sentence rests on."""
        return [entry.at for entry in (*self.entries, *(rung.entry for rung in self.told_later))]

    @property
    def journeys(self) -> set[str]:
        """The sign-ins that it is part of."""
        return {entry.journey for entry in self.entries if entry.journey}

    @property
    def first(self) -> Rung:
        return self.rungs[0]

    @property
    def last(self) -> Rung:
        return self.rungs[-1]

    @property
    def every_rung(self) -> list[Rung]:
        return [one for rung in (*self.rungs, *self.beside) for one in rung.with_all_inside]

    @property
    def lanes(self) -> tuple[Participant, ...]:
        """Those of the participants, and to their right those of the strangers that it met."""
        return self.first.lanes


@dataclass
class Ladder:
    steps: list[Step]
    earlier: int | None  # the id before which there is more


def ladder_of(visitor: Visitor, before: int = END) -> Ladder:
    """The newest steps of that visitor that began before an id, oldest first.

    About ``MAX_SHOWN`` entries, and no step cut in two.
    """
    most, before_all = MAX_SHOWN + 2 * MAX_STEP, before + MAX_STEP
    entries = newest_at_all(visitor.name, most, before_all) if visitor.name else []
    is_all = len(entries) < most
    guesses = guesses_beside(entries, visitor, since=0 if is_all else entries[-1].id, before=before_all)
    steps = [step for step in steps_of(rungs_of(entries, guesses)) if step.began < before]
    steps.sort(key=lambda step: step.began)
    shown: list[Step] = []
    while steps and sum(step.size for step in shown) < MAX_SHOWN:
        shown.append(steps.pop())
    is_whole = is_all and not steps
    earlier = None if is_whole or not shown else shown[-1].began
    return Ladder(sorted(shown, key=lambda step: (step.first.entry.at, step.began)), earlier)


def guesses_beside(entries: list[Entry], visitor: Visitor, since: int, before: int) -> list[Entry]:
    """What may be the same browser's: that of its possible aliases, and requests at a server where it had no cookie
    yet, not long before it had one anywhere."""
    newest = [entry for name in visitor.possible_aliases for entry in newest_at_all(name, MAX_SHOWN, before)]
    of_aliases = [entry for entry in newest if entry.id > since]
    anonymous = [entry for server in participants() for entry in anonymous_of(visitor.agent, server, since, before)]
    if not entries:
        return of_aliases + anonymous
    earliest = min(entry.at for entry in entries) - WITHOUT_COOKIE
    first = {entry.server: entry.at for entry in entries if entry.jar or is_of_browser(entry)}  # the last one wins
    return of_aliases + [entry for entry in anonymous if earliest <= entry.at <= first.get(entry.server, entry.at)]


def part_with(entry: Entry) -> int | None:
    """The id before which the part of the ladder ends that shows an older entry; None if the newest part does."""
    newest = newest_at_all(entry.visitor, MAX_SHOWN) if entry.visitor else []
    return None if not newest or newest[-1].id <= entry.id else entry.id + 1


def sign_in_with(entry: Entry, visitor: Visitor) -> list[Step]:
    """The clicks of the sign-in that an entry of this visitor is part of, the oldest first; else the one click."""
    last = max([entry.id, *(one.id for one in of_journey(entry.journey, MAX_OF_SIGN_IN))])
    steps = ladder_of(visitor, last + MAX_STEP).steps
    click = next((step for step in steps if entry.id in step.ids), None)
    if click is None:
        return steps_of(rungs_of([entry]))
    of_sign_in = [step for step in steps if step is click or not click.journeys.isdisjoint(step.journeys)]
    give_lanes(of_sign_in)
    return of_sign_in


def newest_sign_in(ladder: Ladder) -> str:
    """The journey of the newest click that is part of one; empty where none is."""
    return next((min(step.journeys) for step in reversed(ladder.steps) if step.journeys), "")


def click_of(sign_in: str, ladder: Ladder) -> Step | None:
    """The newest click of that sign-in; None where the ladder shows none."""
    return next((step for step in reversed(ladder.steps) if sign_in in step.journeys), None)


def steps_of(rungs: list[Rung]) -> list[Step]:
    """A request that a redirect of the rung before led to belongs to the same click; in another tab, another may run
    at the same time."""
    steps: list[Step] = []
    for rung in rungs:
        step = next((step for step in reversed(steps[-8:]) if is_led_to(rung, step.last)), None)
        if step:
            step.rungs.append(rung)
            continue
        if page := page_that_asked(rung, steps):
            page.beside.append(rung)
            continue
        if rung.client and (sent_code := step_that_sent_code(steps, rung)):
            sent_code.beside.append(rung)
            continue
        if rung.is_by_logout_token and (told_by := newest_of_provider(steps, rung)):
            told_by.told_later.append(rung)
        steps.append(Step([rung]))
    for step in steps:
        give_lanes([step])
    return steps


def give_lanes(steps: list[Step]) -> None:
    """To the strangers that any of these steps met, in each: they are drawn one below the other."""
    rungs = [rung for step in steps for rung in step.every_rung]
    met = tuple(dict.fromkeys(one for rung in rungs for one in rung.strangers_met))
    for rung in rungs:
        rung.strangers = met[: max(MAX_LANES - len(lanes()), 0)]


def step_that_sent_code(steps: list[Step], call: Rung) -> Step | None:
    """The click whose redirect led to the client that redeems a code of the same sign-in."""
    journey = call.entry.journey
    return next((one for one in reversed(steps) if one.last.sent_to == call.client and journey in one.journeys), None)


def page_that_asked(rung: Rung, steps: list[Step]) -> Step | None:
    """The newest click that ended at that server, for a request that is no click."""
    if rung.is_click or not is_of_browser(rung.entry):
        return None
    return next((step for step in reversed(steps) if step.first.is_click and step.last.server == rung.server), None)


def newest_of_provider(steps: list[Step], token: Rung) -> Step | None:
    """The click at the provider after which it told a site: the newest form that it took shortly before."""
    return next(
        (step for step in reversed(steps) if any(is_form_before(rung, token) for rung in step.rungs)),
        None,
    )


def is_form_before(rung: Rung, token: Rung) -> bool:
    is_form = is_form_of_provider(rung, token.server)
    return is_form and rung.entry.at <= token.entry.at <= rung.ended + FOLLOWED_WITHIN


def is_led_to(rung: Rung, last: Rung) -> bool:
    if not is_of_browser(rung.entry) or not is_of_browser(last.entry) or rung.exchange.method not in ("GET", "HEAD"):
        return False
    if rung.entry.journey and last.entry.journey and rung.entry.journey != last.entry.journey:
        return False  # another sign-in, in another tab
    is_soon = last.entry.at <= rung.entry.at <= last.ended + FOLLOWED_WITHIN
    return is_soon and last.leads_to == (rung.server, rung.exchange.path)
