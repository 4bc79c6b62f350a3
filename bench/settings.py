"""The settings module that ``BENCH_SETTINGS`` names, without the middleware of ``BENCH_WITHOUT``; without the recorder,
nothing is recorded."""

import os
from importlib import import_module

measured = import_module(os.environ["BENCH_SETTINGS"])
globals().update({name: value for name, value in vars(measured).items() if name.isupper()})

LOGGING = {**measured.LOGGING, "loggers": {"django": {"level": "ERROR"}}}  # a refusal that is measured is no news
WITHOUT = os.environ["BENCH_WITHOUT"].split()
MIDDLEWARE = [name for name in measured.MIDDLEWARE if name not in WITHOUT]
SESSION_INSPECTOR = {
    **measured.SESSION_INSPECTOR,
    "RECORDING": "session_inspector.recorder.middleware.RecorderMiddleware" not in WITHOUT,
}
