"""The scenarios that there are: each module of ``lab.scenarios`` with a ``SCENARIO`` is one."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from lab import scenarios as package
from lab.runs import Run
from lab.servers import Server
from lab.staging.parts import Reader, Scenario, Stage
from lab.staging.serving import Serving


@cache
def scenarios() -> tuple[Scenario, ...]:
    modules = [import_module(f"{package.__name__}.{one.name}") for one in iter_modules(package.__path__)]
    return tuple(module.SCENARIO for module in modules if hasattr(module, "SCENARIO"))


def scenario_named(name: str) -> Scenario | None:
    return next((one for one in scenarios() if one.name == name), None)


def stage_of(run: Run) -> Stage | None:
    """None for the usual run, and for one that another version of the lab has begun."""
    scenario = scenario_named(run.scenario)
    return scenario.stage(run.stage) if scenario else None


def serving_of(server: Server, run: Run) -> Serving | None:
    """None where it is served as usual."""
    stage = stage_of(run)
    return stage.served.get(server.name) if stage else None


def in_order_for(reader: Reader) -> list[Scenario]:
    return sorted((one for one in scenarios() if reader in one.places), key=lambda one: one.places[reader])


def asked_for(words: str) -> tuple[Scenario, Stage]:
    """What ``LAB_SCENARIO`` names: ``name``, which is its first stage, or ``name:stage``. Ends the process with one
    line if there is no such thing."""
    name, _, of_stage = words.partition(":")
    scenario = scenario_named(name)
    if scenario is None:
        known = ", ".join(one.name for one in scenarios())
        raise SystemExit(f"LAB_SCENARIO names no scenario: {name!r}. There are: {known}.")
    stage = scenario.stage(of_stage) if of_stage else scenario.stages[0]
    if stage is None:
        known = ", ".join(one.name for one in scenario.stages)
        raise SystemExit(f"The scenario {name} has no stage {of_stage!r}. It has: {known}.")
    if stage.missing:
        raise SystemExit(f"The scenario {name} needs what is not here. " + " ".join(f"{one}." for one in stage.missing))
    return scenario, stage
