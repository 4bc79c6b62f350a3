"""The pages of the scenarios. What changes something is a POST from a page of the inspector, and nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lab import runs
from lab.inspector.scenarios import attempts
from lab.inspector.scenarios.attempts import Attempt
from lab.inspector.scenarios.progress import (
    Answered,
    answered_at,
    ends_at,
    entries_since,
    evidence_of,
    kept_of,
    rows_of,
    tallies_of,
    verdict_of,
)
from lab.misbehaving.modes import MODES, Mode, mode_named, mode_of
from lab.servers import PROVIDER, SERVERS, SITE_B
from lab.staging.acts import Act, Open
from lab.staging.applied import differences_in_force
from lab.staging.catalogue import in_order_for, scenario_named, scenarios
from lab.staging.following import done_otherwise
from lab.staging.parts import Reader, Scenario, Stage
from lab.web.start_over import SCENARIO, first_on_the_way
from session_inspector.inspector.decorators import about_now, concerning_all
from session_inspector.inspector.seen import seen_by

SURE = {"sure": True, "guess": False}


@dataclass(frozen=True)
class Chosen:
    """A stage that an address names."""

    scenario: Scenario
    stage: Stage

    @property
    def number(self) -> int:
        return self.scenario.stages.index(self.stage) + 1

    @property
    def is_in_force(self) -> bool:
        run = runs.current()
        return (run.scenario, run.stage) == (self.scenario.name, self.stage.name)

    @property
    def next(self) -> Stage | None:
        return self.scenario.after(self.stage)


def chosen(name: str, of_stage: str) -> Chosen | None:
    scenario = scenario_named(name)
    stage = scenario.stage(of_stage) if scenario else None
    return Chosen(scenario, stage) if scenario and stage else None


def about_stage(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a page about the stage that its address names, which the view gets as ``Chosen``."""

    @wraps(view)
    def show_if_there_is_one(request: HttpRequest, name: str, of_stage: str) -> HttpResponse:
        one = chosen(name, of_stage)
        return view(request, one) if one else unknown(request, "There is no scenario with such a stage.")

    return show_if_there_is_one


def about_attempt(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a page about an attempt, which the view gets with its stage."""

    @wraps(view)
    def show_if_there_is_one(request: HttpRequest, number: int) -> HttpResponse:
        attempt = attempts.attempt_with(number)
        one = chosen(attempt.scenario, attempt.stage) if attempt else None
        return view(request, attempt, one) if one else unknown(request, "There is no prediction of this number.")

    return show_if_there_is_one


def unknown(request: HttpRequest, heading: str) -> HttpResponse:
    shown = {"seen": seen_by(request), "heading": heading}
    return render(request, "lab_inspector/scenario/unknown.html", shown, status=404)


def are_ready() -> bool:
    """Whether the three servers answer, and the provider that misbehaves, where the run wants it."""
    needed = (*SERVERS, PROVIDER) if mode_of(runs.current()) else SERVERS
    return all(runs.is_ready(server.name) for server in needed)


@dataclass(frozen=True)
class Listed:
    """``stages`` have each what was predicted and observed by whom tried it last, which is empty where nobody has."""

    scenario: Scenario
    stages: tuple[tuple[Stage, list[Answered]], ...]

    @property
    def tried(self) -> int:
        return sum(bool(answers) for _, answers in self.stages)

    @property
    def next(self) -> Stage:
        """The first one that nobody has tried; after all of them the first one again."""
        return next((stage for stage, answers in self.stages if not answers), self.stages[0][0])


def listed_with(scenario: Scenario, tried: Mapping[tuple[str, str], Attempt]) -> Listed:
    newest = [(stage, tried.get((scenario.name, stage.name))) for stage in scenario.stages]
    return Listed(scenario, tuple((stage, answered_at(stage, one) if one else []) for stage, one in newest))


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """All scenarios, in the order of one kind of reader."""
    asked = request.GET.get("for", Reader.LEARNER)
    reader = Reader(asked) if asked in list(Reader) else Reader.LEARNER
    tried = attempts.newest_of_stages()
    shown = {
        "seen": seen_by(request),
        "reader": reader,
        "readers": list(Reader),
        "listed": [listed_with(one, tried) for one in in_order_for(reader)],
        "tried": len(tried),
        "number": sum(len(one.stages) for one in scenarios()),
        "run": runs.current(),
        "modes": MODES,
    }
    return render(request, "lab_inspector/scenarios.html", shown)


@concerning_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@about_now
@about_stage
def stage_page(request: HttpRequest, one: Chosen) -> HttpResponse:
    """The question of a stage that is in force; of another one, the button that puts it in force."""
    if request.method == "POST" and not one.stage.missing:
        runs.begin(one.scenario.name, one.stage.name, one.stage.hosts, one.stage.provider)
        return redirect("run")
    return asked(request, one)


def asked(request: HttpRequest, one: Chosen, missing: bool = False) -> HttpResponse:
    shown = {
        "seen": seen_by(request),
        "one": one,
        "is_missing": missing,
        "differences": differences_in_force(),
        "waiting": attempts.waiting(runs.current().number),
    }
    template = "question" if one.is_in_force else "begin"
    return render(request, f"lab_inspector/scenario/{template}.html", shown, status=400 if missing else 200)


@require_POST
@about_stage
def predict(request: HttpRequest, one: Chosen) -> HttpResponse:
    if not one.is_in_force:
        return redirect("stage", one.scenario.name, one.stage.name)
    predicted = {
        question.name: option.name
        for question in one.stage.questions
        if (option := question.option(request.POST.get(question.name, "")))
    }
    is_sure = SURE.get(request.POST.get("sure", ""))
    if len(predicted) < len(one.stage.questions) or is_sure is None:
        return asked(request, one, missing=True)
    run = runs.current()
    attempt = attempts.begin(run.number, one.scenario.name, one.stage.name, predicted, is_sure, timezone.now())
    return redirect("attempt", attempt.id)


@require_safe
@never_cache
@about_now
@about_attempt
def attempt_page(request: HttpRequest, attempt: Attempt, one: Chosen) -> HttpResponse:
    """After the prediction: what is to be done and what one saw; then the verdict."""
    if attempt.is_over:
        return verdict_page(request, attempt, one)
    if attempt.run != runs.current().number:
        return redirect("stage", one.scenario.name, one.stage.name)
    return under_way(request, attempt, one)


def verdict_page(request: HttpRequest, attempt: Attempt, one: Chosen) -> HttpResponse:
    answers = answered_at(one.stage, attempt)
    kept = kept_of(attempt)
    messages, measured = evidence_of(kept)
    shown = {
        "seen": seen_by(request),
        "one": one,
        "attempt": attempt,
        "answered": answers,
        "tallies": tallies_of(attempt, answers),
        "evidence": messages,
        "measured": measured,
        "ends": ends_at(one.stage, attempt, kept),
    }
    return render(request, "lab_inspector/scenario/verdict.html", shown)


def under_way(request: HttpRequest, attempt: Attempt, one: Chosen, is_missing: bool = False) -> HttpResponse:
    seen = seen_by(request)
    entries = entries_since(attempt, seen)
    rows = rows_of(one.stage.steps, entries)
    shown = {
        "seen": seen,
        "one": one,
        "attempt": attempt,
        "answered": answered_at(one.stage, attempt),
        "rows": rows,
        "is_done": all(row.entry for row in rows),
        "other": done_otherwise(one.scenario, one.stage, entries),
        "is_missing": is_missing,
        "differences": differences_in_force(),
    }
    return render(request, "lab_inspector/scenario/doing.html", shown, status=400 if is_missing else 200)


@require_POST
@about_attempt
def look(request: HttpRequest, attempt: Attempt, one: Chosen) -> HttpResponse:
    """What somebody says they saw; with it the verdict of the servers is kept. The first answer stands."""
    verdict = verdict_of(one.stage, entries_since(attempt, seen_by(request)))
    if attempt.is_over or verdict is None:
        return redirect("attempt", attempt.id)
    saw = {
        question.name: said
        for question in one.stage.questions
        if (said := request.POST.get(question.name, "")) in question.outcomes
    }
    if len(saw) < len(one.stage.questions):
        return under_way(request, attempt, one, is_missing=True)
    attempts.finish(attempt, saw, verdict.shown, tuple(entry.id for entry in verdict.entries))
    return redirect("attempt", attempt.id)


@dataclass(frozen=True)
class ChosenMode:
    """A mode of the provider that an address names: its run has no stage of a scenario."""

    mode: Mode

    SCENARIO = "misbehaving"  # what such a run is called

    @property
    def is_in_force(self) -> bool:
        run = runs.current()
        return (run.scenario, run.stage) == (self.SCENARIO, self.mode.name)

    @property
    def steps(self) -> tuple[Act, ...]:
        first = Open(SITE_B, then=f"Choose *Sign in at {PROVIDER.title}*. It asks for no password.")
        again = Open(SITE_B, is_again=True, then="Choose *Sign out of this site*, and sign in again.")
        return (first, *[again] * (self.mode.sign_ins - 1))


@concerning_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@about_now
def mode_page(request: HttpRequest, name: str) -> HttpResponse:
    """A mode of the provider that misbehaves: the button that begins a run with it, then what is to be done."""
    mode = mode_named(name)
    if mode is None:
        return unknown(request, "There is no provider that misbehaves in this way.")
    if request.method == "POST":
        runs.begin(ChosenMode.SCENARIO, mode.name, {}, mode.name)
        return redirect("run")
    shown = {"seen": seen_by(request), "one": ChosenMode(mode), "differences": differences_in_force()}
    return render(request, "lab_inspector/scenario/mode.html", shown)


@require_safe
@never_cache
def run_page(request: HttpRequest) -> HttpResponse:
    """Wait until the servers answer in the run under way. Those of a scenario then forget this browser, one after the
    other."""
    run = runs.current()
    if are_ready():
        return redirect("scenarios") if run.is_usual else first_on_the_way(SCENARIO)
    response = render(request, "lab_inspector/scenario/waiting.html", {"seen": seen_by(request), "run": run})
    response.headers["Refresh"] = "1"  # seconds; by the browser, without script
    return response


@concerning_all
@require_POST
def back_to_normal(request: HttpRequest) -> HttpResponse:
    runs.end()
    return redirect("run")


@concerning_all
@require_POST
def forget_predictions(request: HttpRequest) -> HttpResponse:
    attempts.forget_all()
    return redirect("scenarios")


@require_safe
def exported(request: HttpRequest) -> JsonResponse:
    """All predictions with what came of them, the newest first."""
    return JsonResponse({"attempts": [asdict(one) for one in attempts.all_attempts()]})
