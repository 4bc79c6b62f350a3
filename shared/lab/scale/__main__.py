"""``python -m lab.scale``, which is ``make scale``: start two of everything, or say in one line why not."""

import os
import sys

from lab.scale.missing import said_of_missing

OWN = "LAB_DATABASE_URL" not in os.environ  # whether it has a PostgreSQL server of its own
if missing := said_of_missing(without_postgresql=not OWN):
    sys.exit(missing)
os.environ.update(LAB_HTTPS="1", LAB_PROXIES="1")

# Only now: they read these variables.
from lab.launch.__main__ import refusal, start  # noqa: E402
from lab.state import ROOT  # noqa: E402

if OWN:
    from lab.scale.postgresql import url

    os.environ["LAB_DATABASE_URL"] = url()

if __name__ == "__main__":
    sys.exit(refusal() or start(ROOT / "Procfile.scale", without=() if OWN else ("postgresql",)))
