"""What three requests cost in Django alone: no middleware, one row read and one written in each.

A sign-in is three requests, too. So this is what is left of one if the lab and its libraries did nothing.
"""

import os
import secrets
import sys
from datetime import timedelta
from pathlib import Path

from bench.client import Line
from bench.served import Served

REQUESTS = 3


def start(folder: Path, port: int, threads: int) -> Served:
    folder.mkdir()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", str(threads)]
    command += ["--keep-alive", "600", "--log-level", "warning", "bench.bare:application()"]
    return Served(command, {"BENCH_DATABASE": str(folder / "bare.sqlite3")}, folder / "log", port)


def ask(line: Line) -> None:
    for _ in range(REQUESTS):
        line.ask(200, "/")


def application():
    """The WSGI application, for the process that is measured."""
    from django.conf import settings  # not above: the bench itself has no settings
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse
    from django.urls import path

    def read_and_write(request):
        newest = Session.objects.get(session_key=first.session_key)
        Session.objects.create(session_key=secrets.token_hex(16), session_data="-", expire_date=newest.expire_date)
        return HttpResponse(newest.session_key)

    settings.configure(
        SECRET_KEY=secrets.token_hex(),
        ALLOWED_HOSTS=["127.0.0.1"],
        INSTALLED_APPS=["django.contrib.sessions"],
        ROOT_URLCONF=(path("", read_and_write),),
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": os.environ["BENCH_DATABASE"],
                "CONN_MAX_AGE": None,
                "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL"},
            }
        },
        USE_TZ=True,
    )
    ready = get_wsgi_application()
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    first = Session.objects.create(
        session_key=secrets.token_hex(16), session_data="-", expire_date=timezone.now() + timedelta(days=1)
    )
    return ready
