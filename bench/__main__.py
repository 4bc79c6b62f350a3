"""``python -m bench [--quick] [NAME...]``: the table of all figures, or of those parts.

Ends with 1 if a limit is exceeded or anything went wrong. What cannot be measured on a machine fails nothing.
``python -m bench load`` is none of the parts: a crowd, with a table of its own.
"""

import argparse
import signal
import sys

from bench import growth, inspector, ladder, load, recorder, run, sign_in, words
from bench.figures import FULL, QUICK
from bench.table import show

MODULES = (sign_in, recorder, growth, run, ladder, inspector, words)
PARTS = {module.__name__.removeprefix("bench."): module for module in MODULES}

if __name__ == "__main__":
    if sys.argv[1:2] == ["load"]:
        sys.exit(load.main(sys.argv[2:]))
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller databases")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(PARTS):
        parser.error(f"no such part: {', '.join(unknown)}")
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # all that was started ends, too
    sys.exit(show([PARTS[name] for name in asked.names or PARTS], QUICK if asked.quick else FULL))
