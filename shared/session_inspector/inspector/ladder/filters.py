"""Which messages a person wants to see, as the address says it. The page and what is new on it ask the same."""

import re
from dataclasses import dataclass, replace

from django.http import HttpRequest

from session_inspector.inspector.ladder.steps import Step
from session_inspector.inspector.observed.queries import is_of_browser
from session_inspector.inspector.observed.rungs import Rung
from session_inspector.journal.participants import lanes, provider_of
from session_inspector.participant import Participant


@dataclass(frozen=True)
class Filter:
    """``session_cookies`` and ``back_channel`` name kinds of messages: with both, either kind is shown, with none all
    are. ``sign_in`` is a journey of which alone the clicks are shown, ``server`` the only participant whose messages
    are; both are empty for all."""

    session_cookies: bool = False
    back_channel: bool = False
    sign_in: str = ""
    server: str = ""

    def rungs_of(self, step: Step) -> list[Rung]:
        """Those of a click that pass. Of an exchange that does not, the calls that do stand in its place."""
        if self.sign_in and self.sign_in not in step.journeys:
            return []
        return [shown for rung in (*step.rungs, *step.beside) for shown in self.shown_of(rung)]

    def shown_of(self, rung: Rung) -> list[Rung]:
        if rung.is_change:
            return [rung] if self.lets_through(rung) else []
        inside = [shown for call in rung.inside for shown in self.shown_of(call)]
        return [replace(rung, inside=inside)] if self.lets_through(rung) else inside

    def lets_through(self, rung: Rung) -> bool:
        return self.is_of_kind(rung) and (not self.server or self.server in names_at_ends(rung))

    def is_of_kind(self, rung: Rung) -> bool:
        if not self.session_cookies and not self.back_channel:
            return True
        is_back = rung.is_call or rung.is_by_logout_token
        return (self.back_channel and is_back) or (self.session_cookies and brings_or_sets_session_cookie(rung))


def filter_in(request: HttpRequest) -> Filter:
    """What is no name of a server or of a sign-in asks for nothing."""
    sign_in, server = request.GET.get("sign_in", ""), request.GET.get("server", "")
    return Filter(
        session_cookies="session_cookies" in request.GET,
        back_channel="back_channel" in request.GET,
        sign_in=sign_in if re.fullmatch("[0-9a-f]{32}", sign_in) else "",
        server=server if server in [one.name for one in lanes()] else "",
    )


def brings_or_sets_session_cookie(rung: Rung) -> bool:
    if not is_of_browser(rung.entry):
        return False
    cookies = (*rung.exchange.cookies, *rung.exchange.set_cookies)
    return any(cookie.role == "session" for cookie in cookies)


def names_at_ends(rung: Rung) -> list[str]:
    """The participants between which it went."""
    ends: list[Participant | None] = [rung.server]
    if rung.is_by_logout_token:
        ends.append(provider_of(rung.server))
    elif rung.is_call:
        ends.append(rung.asked)
    return [one.name for one in ends if one]
