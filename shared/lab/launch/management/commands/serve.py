"""Serve in several processes behind a proxy: gunicorn on a socket, at home in the lab."""

import os
import signal
from typing import IO

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from lab import runs
from lab.launch.management.commands.runserver import allow_many_open_files, begin_what_is_asked_for
from lab.launch.prepare import prepare
from lab.launch.sockets import socket_of
from lab.launch.supervision import start_anew, with_each_run
from lab.servers import IDENTITY, SERVERS
from lab.state import running
from lab.web.logs import WithoutSecrets
from session_inspector.inspector.live.watch import MAX_LISTENERS
from session_inspector.journal import database as journal
from session_inspector.recorder.announcement import announce_this

PROCESSES = 2
# Of each process: more than people whose passwords may wait (IDENTITY_PASSWORDS_WAITING), so that others need not.
THREADS = 48


class Log(Logger):
    """Gunicorn's own; an address of the inspector may have a private name in it, and no line tells that."""

    def setup(self, cfg) -> None:
        super().setup(cfg)
        for log, written in ((self.error_log, self.error_fmt), (self.access_log, self.access_fmt)):
            for handler in log.handlers:
                handler.setFormatter(WithoutSecrets(written, self.datefmt))


class Gunicorn(BaseApplication):
    """The number of its processes, and what else it is told (gunicorn's documentation, Settings)."""

    def __init__(self, processes: int, lock: IO):
        """``lock`` says that this server runs. If its first process is killed, another one takes it, and the processes
        that are left soon end."""
        self.processes = processes
        self.lock = lock
        super().__init__()

    def load_config(self) -> None:
        said = {
            "bind": f"unix:{socket_of(settings.SERVER)}",
            "workers": self.processes,
            "worker_class": "gthread",
            "threads": THREADS if settings.SERVER in SERVERS else THREADS + MAX_LISTENERS,  # each listener keeps one
            "graceful_timeout": 3,  # seconds: honcho kills what has not ended after five
            "loglevel": "warning",
            "logger_class": Log,
            "accesslog": "-",
            "access_log_format": '"%(m)s %(U)s" %(s)s',  # without the query, in which codes stand
            "post_fork": lambda arbiter, worker: self.lock.close(),
            "when_ready": lambda arbiter: self.say_ready(),
        }
        for name, value in said.items():
            self.cfg.set(name, value)

    def load(self):
        return import_string(settings.WSGI_APPLICATION)

    def say_ready(self) -> None:
        runs.note_ready(settings.SERVER.name, settings.RUN)
        print(f"{settings.SERVER.title} answers at {settings.SERVER.origin}", flush=True)


class Command(BaseCommand):
    help = "Prepare this server of the lab and serve it behind a proxy, in several processes."
    requires_system_checks = []  # they are made once it is prepared

    def add_arguments(self, parser):
        parser.add_argument("--processes", type=int, default=PROCESSES)

    def handle(self, *args, **options):
        allow_many_open_files()
        if settings.SERVER == IDENTITY:  # one of the servers does it for all
            begin_what_is_asked_for()
        with running(settings.SERVER.name) as lock:
            if settings.SERVER in SERVERS:
                with_each_run(self.end, settings.RUN, settings.SERVER.name)
            prepare()
            self.check()
            announce_this()
            journal.close()  # before its processes are made: each has a connection of its own
            try:
                Gunicorn(options["processes"], lock).run()
            except SystemExit:
                if not self.is_to_start_anew:
                    raise
        start_anew()

    is_to_start_anew = False

    def end(self) -> None:
        """For another run."""
        self.is_to_start_anew = True
        os.kill(os.getpid(), signal.SIGTERM)
