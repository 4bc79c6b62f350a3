"""``python -m lab.doctor``: do all checks and print what they find. Ends with 1 if they find anything."""

import sys
from textwrap import indent

from lab import runs
from lab.doctor.checks import CHECKS, findings_of
from lab.servers import IS_HTTPS
from lab.state import STATE


def examine() -> int:
    """Print a line for each check that finds nothing, and what the others find. The status to end with."""
    print(f"State folder  {STATE}" if STATE.exists() else f"State folder  {STATE}, not there yet: make run makes it")
    run = runs.current()
    print("Scenario      none" if run.is_usual else f"Scenario      {run.scenario}, stage {run.stage}: {ON_PURPOSE}")
    is_well = True
    for title, check in CHECKS:
        found = findings_of(check)
        print(f"FAULT  {title}" if found else f"ok     {title}", flush=True)
        for finding in found:
            print(indent(f"{finding}\n", " " * 7))
        is_well = is_well and not found
    return 0 if is_well else 1


ON_PURPOSE = "what it breaks on purpose is found below, until you press Back to normal in the inspector"

if __name__ == "__main__":
    if IS_HTTPS:
        from lab.certificates import trust_authority_if_made  # not above: over http, nothing needs certificates

        trust_authority_if_made()
    sys.exit(examine())
