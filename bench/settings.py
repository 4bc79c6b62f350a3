"""Site A's settings without the middleware that ``BENCH_WITHOUT`` names."""

import os

from site_a.settings import *
from site_a.settings import MIDDLEWARE

MIDDLEWARE = [name for name in MIDDLEWARE if name not in os.environ["BENCH_WITHOUT"].split()]
