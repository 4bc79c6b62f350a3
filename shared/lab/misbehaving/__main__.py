"""``python -m lab.misbehaving``: sleep until a run wants the provider, then be it.

As long as it sleeps it is a bare Python, smaller by half than with the modules that know what a run is.
"""

import json
import os
import time

STATE = os.environ.get("LAB_STATE") or os.path.join(os.path.dirname(__file__), "..", "..", "..", "var")
RUN = os.path.join(STATE, "run.json")


def is_wanted() -> bool:
    """Whether the file of the run names a mode. What is read properly is read by whoever wakes."""
    try:
        with open(RUN) as file:
            return bool(json.load(file).get("provider"))
    except (OSError, ValueError, AttributeError, RecursionError):
        return False


def sleep() -> None:
    """Until it is wanted. Ends the process once the one that started it is gone."""
    parent = int(os.environ.get("LAB_STARTED_BY") or os.getppid())
    while not is_wanted():
        if os.getppid() != parent:
            raise SystemExit
        time.sleep(0.5)


if __name__ == "__main__":
    sleep()
    from lab.misbehaving.serving import serve  # not above: it takes 30 MB

    serve()
