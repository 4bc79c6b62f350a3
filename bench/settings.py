"""Site A's settings without the middleware that ``BENCH_WITHOUT`` names; without the recorder, nothing is recorded."""

import os

from site_a.settings import *
from site_a.settings import MIDDLEWARE

WITHOUT = os.environ["BENCH_WITHOUT"].split()
MIDDLEWARE = [name for name in MIDDLEWARE if name not in WITHOUT]
RECORDING = "shared.recorder.middleware.RecorderMiddleware" not in WITHOUT
