"""The surprising thing first: what the ways to leave have in common, and what a trial of one has shown."""

from django.utils.text import get_text_list

from lab.inspector.leaving.trial import Trial
from lab.inspector.leaving.ways import WAYS
from lab.servers import SERVERS
from session_inspector.inspector.statement import Rule, Statement, resting_on


def of_ways() -> Statement:
    left = sum(way.forgotten_by != SERVERS for way in WAYS)
    return Statement(f"{len(WAYS)} ways to leave. After {left} of them a server still knows you.")


def of_trial(trial: Trial) -> Statement:
    """What it has shown, as soon as all three were asked; until then, what is to be done next."""
    shown = resting_on([trial.act, *(cell.page for cell in trial.cells)])
    return Statement(in_words(trial), shown, Rule.EXPECTED)


def in_words(trial: Trial) -> str:
    if trial.other_way:
        return f"You left in another way: {lower_first(trial.other_way.title)}. Start this one again."
    if trial.wrong:
        return f"Not as expected: {'; '.join(of_knowing(cell.server.title, cell.name) for cell in trial.wrong)}."
    if not trial.missing:
        known = [cell.server.title for cell in trial.cells if cell.is_expected]
        know = "still knows you" if len(known) == 1 else "still know you"
        left = f"{get_text_list(known, 'and')} {know}" if known else "no server knows you any more"
        return f"As expected: {left}."
    if trial.is_under_way:
        return f"Now open {get_text_list([server.title for server in trial.missing], 'and')}."
    return f"Try it: {lower_first(trial.way.title)}."


def lower_first(title: str) -> str:
    return f"{title[:1].lower()}{title[1:]}"


def of_knowing(title: str, name: str) -> str:
    return f"{title} still knows {name}" if name else f"{title} does not know you any more"
