"""Put a stage in force at a server: its settings are changed, and what was changed is written down."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import global_settings

from lab import runs
from lab.runs import Run
from lab.servers import SERVERS, Server
from lab.staging.serving import BehindNginx
from lab.state import folder
from session_inspector import private_file


@dataclass(frozen=True)
class Difference:
    """``name`` is a setting, ``usual`` and ``now`` are written as in a settings module."""

    name: str
    usual: str
    now: str
    why: str


def changed_by_stage(server: Server, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of that server which the run under way changes, with their values."""
    run = runs.current()
    if run.is_usual:
        return {}
    from lab.staging.pointing import changes_in  # not above: the usual run needs none of the scenarios

    changes = changes_in(run, server)
    usual = {name: settings.get(name, getattr(global_settings, name, None)) for name in changes}
    write(server, run, [Difference(name, *one.shown(usual[name]), one.why) for name, one in changes.items()])
    return {name: one.applied_to(usual[name]) for name, one in changes.items()}


def write(server: Server, run: Run, found: list[Difference]) -> None:
    folder(runs.folder_of(run))
    private_file.replace(path_of(server, run), json.dumps([asdict(one) for one in found]))


def path_of(server: Server, run: Run) -> Path:
    return runs.folder_of(run) / f"{server.name}.differences.json"


def differences_of(server: Server) -> list[Difference]:
    """What that server has changed in the run under way, as it said when it started."""
    try:
        return [Difference(**one) for one in json.loads(path_of(server, runs.current()).read_text())]
    except FileNotFoundError:
        return []


@dataclass(frozen=True)
class InForce:
    """A setting that differs at these servers for one reason; what it is usually and now, each value once."""

    servers: tuple[Server, ...]
    name: str
    usual: tuple[str, ...]
    now: tuple[str, ...]
    why: str


def differences_in_force() -> list[InForce]:
    """Of all servers; the host names come first, and then how each is served."""
    found: dict[tuple[str, str], list[tuple[Server, Difference]]] = {}
    for server in SERVERS:
        for one in [*difference_of_host(server), *difference_of_serving(server), *differences_of(server)]:
            found.setdefault((one.name, one.why), []).append((server, one))
    return [
        InForce(
            tuple(server for server, _ in differing),
            name,
            tuple(dict.fromkeys(one.usual for _, one in differing)),
            tuple(dict.fromkeys(one.now for _, one in differing)),
            why,
        )
        for (name, why), differing in found.items()
    ]


def difference_of_host(server: Server) -> list[Difference]:
    if server.host == server.usual_host:
        return []
    return [Difference("host", server.usual_host, server.host, "The ports stay.")]


def difference_of_serving(server: Server) -> list[Difference]:
    from lab.staging.catalogue import serving_of  # not above: the usual run needs none of the scenarios

    serving = serving_of(server, runs.current())
    if not serving:
        return []
    headers = serving.headers if isinstance(serving, BehindNginx) else ()
    told = [Difference("nginx", "", f"proxy_set_header {one.name} {one.value}", one.why) for one in headers]
    return [Difference("served by", "one process of runserver", serving.now, serving.why), *told]
