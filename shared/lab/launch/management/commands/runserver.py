"""Django's ``runserver``, at home in the lab: prepared, at the address and port of this server and nowhere else."""

import os
import resource
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError, SystemCheckError
from django.core.management.commands import runserver
from django.core.servers.basehttp import run

from lab import runs
from lab.launch.http_server import HTTPServer
from lab.launch.ports import IPV6, can_bind, fault_of_address, is_free, said_of
from lab.launch.prepare import prepare
from lab.launch.supervision import start_anew, start_anew_with_each_run, wait_for_helpers
from lab.servers import ADDRESS, IDENTITY, IS_CLASS, IS_HTTPS, LOOPBACK, SCHEME, SERVERS
from lab.staging.serving import BehindNginx, InTurn, InTurnWithRedis, Serving
from lab.state import running
from session_inspector.recorder.announcement import announce_this

MAX_OPEN_FILES = 4096


class Command(runserver.Command):
    help = "Prepare this server of the lab and start it; it starts anew when its code is edited."
    default_addr = ADDRESS
    default_port = str(settings.SERVER.port)
    server_cls = HTTPServer
    protocol = SCHEME
    handler: Callable[..., Any]
    serving: Serving | None

    def handle(self, *args, **options):
        if options["addrport"]:
            raise CommandError("LAB_PORT sets the port, and LAB_ADDRESS the address: give neither here.")
        super().handle(*args, **options)

    def run(self, **options):
        """In this process: what watches its files is in ``lab.launch.supervision``."""
        wait_for_helpers()
        check_port_is_free(settings.SERVER.port)
        allow_many_open_files()
        if settings.SERVER == IDENTITY:  # one of the processes does it for all
            begin_what_is_asked_for()
        with running(settings.SERVER.name):
            self.inner_run(**options)

    def inner_run(self, *args, **options):
        if settings.SERVER in SERVERS:
            start_anew_with_each_run(settings.RUN, settings.SERVER.name, settings.DATABASES["default"]["NAME"])
        self.serving = serving_under_way()
        if isinstance(self.serving, BehindNginx):
            self.addr, self.port = LOOPBACK, "0"  # nginx has those of the server
        elif IS_HTTPS:
            from lab.launch.secure_server import SecureServer  # not above: over http, nothing needs certificates

            self.server_cls = SecureServer
        prepare()  # at each reload: another database may be set now
        self.check_code()
        super().inner_run(*args, **{**options, "skip_checks": True})

    def check_code(self):
        """What Django's checks find is a mistake like any other: it waits for an edit. A ``CommandError`` would end."""
        try:
            self.check()
        except SystemCheckError as found:
            raise ImproperlyConfigured(found) from None

    def check_migrations(self):
        """``prepare`` has just applied them."""

    def get_handler(self, *args, **options):
        if isinstance(self.serving, InTurn):
            from lab.launch import in_turn  # not above: the usual run needs none of this

            self.handler = in_turn.start()
            if isinstance(self.serving, InTurnWithRedis):
                from lab.launch import redis_server

                redis_server.start()
        else:
            self.handler = super().get_handler(*args, **options)
        return self.handler

    def on_bind(self, server_port):
        if isinstance(self.serving, BehindNginx):
            from lab.launch import nginx  # not above: the usual run needs none of this

            if not nginx.start(settings.SERVER, server_port, self.serving.headers):
                return  # it has printed why
        elif not IS_CLASS and can_bind(IPV6, server_port):  # "localhost" is both: http://[::1]/ must find it too
            threading.Thread(
                target=run,
                args=(IPV6, server_port, self.handler),
                kwargs={"ipv6": True, "threading": True, "server_cls": self.server_cls},
                daemon=True,
            ).start()
        announce_this()
        runs.note_ready(settings.SERVER.name, settings.RUN)
        print(f"{settings.SERVER.title} answers at {settings.SERVER.origin}", flush=True)


def serving_under_way() -> Serving | None:
    """How the stage of the run lets this server be served; None where that is as usual."""
    if settings.RUN.is_usual:
        return None
    from lab.staging.catalogue import serving_of  # not above: the usual run needs none of the scenarios

    return serving_of(settings.SERVER, settings.RUN)


def begin_what_is_asked_for() -> None:
    """By ``LAB_SCENARIO``: a new run, for which this process starts again. Ends it with one line if that names none."""
    if words := os.environ.get("LAB_SCENARIO"):
        from lab.staging.catalogue import asked_for  # not above: the usual run needs none of the scenarios

        scenario, stage = asked_for(words)
        runs.begin(scenario.name, stage.name, stage.hosts, stage.provider, is_by_variable=True)
        start_anew()


def allow_many_open_files() -> None:
    """Each request under way has a few database files open; macOS lets a process have 256 unless it asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(MAX_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def check_port_is_free(port: int) -> None:
    """Refuse to start beside another server, or at an address of another machine, with the one line that helps."""
    if fault := fault_of_address():
        raise CommandError(fault)
    if not is_free(port):
        raise CommandError(said_of(port))
