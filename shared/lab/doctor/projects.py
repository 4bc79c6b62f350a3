"""The projects as their settings are in the run under way: their system checks, their cookies, and their issuer."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

from bounded_http import NoAnswer, Request, exchange
from lab import runs
from lab.doctor.finding import Finding
from lab.launch.ready import answers
from lab.servers import IDENTITY, INSPECTOR, PROVIDER, SERVERS, SITES, Server
from lab.state import ROOT, is_running

COOKIES = ("SESSION_COOKIE", "CSRF_COOKIE")
METADATA = "/.well-known/openid-configuration"


@dataclass(frozen=True)
class Project:
    """``messages`` are those of Django's system checks: id, text, and whether it is an error. ``fault`` is why the
    settings cannot be read; if there is one, the rest is empty."""

    server: Server
    messages: tuple[tuple[str, str, bool], ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""

    @property
    def module(self) -> str:
        return "lab.inspector.settings" if self.server == INSPECTOR else f"{self.server.name}.settings"


@cache
def projects() -> tuple[Project, ...]:
    """Of all servers. Settings make secrets when they are read, so these are read with a state folder of their own."""
    with tempfile.TemporaryDirectory() as state:
        if runs.path().exists():
            shutil.copy(runs.path(), state)
        return tuple(probed(Project(server), state) for server in (*SERVERS, INSPECTOR))


def probed(project: Project, state: str) -> Project:
    done = subprocess.run(
        [sys.executable, "-m", "lab.doctor.probe"],
        cwd=ROOT,
        env={**os.environ, "LAB_STATE": state, "DJANGO_SETTINGS_MODULE": project.module},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return Project(project.server, fault=last_line_of(done.stderr) or f"status {done.returncode}")
    said = json.loads(last_line_of(done.stdout))
    return Project(project.server, tuple(map(tuple, said["messages"])), said["settings"])


def last_line_of(text: str) -> str:
    """Before it may stand what settings print, or a traceback."""
    return text.strip().rpartition("\n")[2]


def check_settings() -> Iterator[Finding]:
    for project in projects():
        if project.fault:
            yield Finding(
                f"The settings of {project.server.title} cannot be used: {project.fault}.",
                "It does not start.",
                edit(project),
            )
        for name, text, is_error in project.messages:
            why = (
                f"It does not start: {name} is an error." if is_error else f"It starts all the same: {name} warns only."
            )
            yield Finding(f"{project.server.title}: {text}", why, edit(project))


def edit(project: Project) -> str:
    return f"${{EDITOR:-vi}} {'shared/' if project.server == INSPECTOR else ''}{project.module.replace('.', '/')}.py"


def check_cookie_names() -> Iterator[Finding]:
    taken: dict[tuple[str, str, str], Server] = {}
    for project in projects_with_settings(SERVERS):
        for cookie in COOKIES:
            name, path = project.settings[f"{cookie}_NAME"], project.settings[f"{cookie}_PATH"]
            other = taken.setdefault((project.server.host, path, name), project.server)
            if other != project.server:
                yield Finding(
                    f"{other.title} and {project.server.title} both set a cookie {name} at {project.server.host}.",
                    "Cookies know hosts, not ports: each of the two servers replaces the cookie of the other.",
                    edit(project),
                )


def projects_with_settings(servers: tuple[Server, ...]) -> list[Project]:
    return [project for project in projects() if project.server in servers and not project.fault]


def check_issuer() -> Iterator[Finding]:
    if not is_running(IDENTITY.name):
        return
    if not answers(IDENTITY):
        yield Finding(
            f"Identity runs with this state folder, and does not answer at {IDENTITY.origin}.",
            "It was started with other variables than this command, or it hangs.",
            "LAB_PORT=... LAB_DOMAIN=... make doctor  # with what make run was given",
        )
        return
    for project in projects_with_settings(SITES):
        if project.settings["OIDC_OP_ISSUER"] != PROVIDER.origin:  # which misbehaves: then it is not Identity's
            yield from findings_of_issuer(project)


def findings_of_issuer(project: Project) -> Iterator[Finding]:
    """As a browser is told it, which goes to the authorization endpoint, and as the site is told it, which goes to the
    token endpoint."""
    expected = project.settings["OIDC_OP_ISSUER"]
    channels = {
        "a browser": ("OIDC_OP_AUTHORIZATION_ENDPOINT", IDENTITY.back_channel_address),
        project.server.title: ("OIDC_OP_TOKEN_ENDPOINT", project.settings["OIDC_OP_ADDRESS"]),
    }
    for who, (endpoint, address) in channels.items():
        said = issuer_said_at(project.settings[endpoint], address)
        if said != expected:
            yield Finding(
                f"{project.server.title} expects the issuer {expected}. Identity tells {who}: {said or 'nothing'}.",
                "A site compares the two character by character, and refuses the sign-in.",
                edit(project),
            )


def issuer_said_at(endpoint: str, address: str) -> str:
    """Which issuer the metadata names that belong to an endpoint; empty if there is no such answer."""
    url = urlsplit(endpoint)._replace(path=METADATA).geturl()
    try:
        answer = exchange(Request("GET", url, address=address), 2, 5, 100_000)
    except NoAnswer:
        return ""
    return answer.json.get("issuer", "") if isinstance(answer.json, dict) else ""
