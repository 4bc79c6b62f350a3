"""``python3 -m lab.doctor.environment``: Python and the virtual environment, where neither needs to be right.

Runs in any Python 3.8 or newer, with nothing installed. All other checks need what this one looks for.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from lab.doctor.finding import Finding

ROOT = Path(__file__).resolve().parents[3]
OLDEST = (3, 11)
WHERE_LAB_IS = "import os, lab; print(os.path.dirname(lab.__file__))"


def findings(environment: Path, version: tuple[int, ...] = sys.version_info[:2]) -> Iterator[Finding]:
    """Of the virtual environment in that folder. ``version`` is that of the Python which would make a new one."""
    if not environment.exists():
        if version < OLDEST:
            yield too_old(version)
        yield Finding(f"There is no {environment}.", "It has the packages that the lab needs.", "make run")
    elif why := fault_of(environment):
        yield Finding(f"{environment} is broken.", why, f"rm -r {environment} && make run")


def too_old(version: tuple[int, ...]) -> Finding:
    return Finding(
        f"python3 is Python {version[0]}.{version[1]}.",
        f"The lab needs Python {OLDEST[0]}.{OLDEST[1]} or newer.",
        f"make run PYTHON=python{OLDEST[0]}.{OLDEST[1]}",
    )


def fault_of(environment: Path) -> str:
    """The first fault, which hides those that follow from it; empty if there is none."""
    if not (environment / "installed").exists():
        return "Its installation was cut short."
    place = printed_by(environment, "-c", WHERE_LAB_IS)
    if place is None:
        return "Its Python does not start, or does not find the lab."
    if Path(place).resolve() != ROOT / "shared" / "lab":
        return "It leads to the lab in another folder: one of the two was copied or moved."
    if printed_by(environment, "-m", "pip", "check") is None:
        return "A package that the lab needs is missing in it, or has the wrong version."
    return ""


def printed_by(environment: Path, *arguments: str) -> str | None:
    """What its Python prints; None if that fails or cannot be started. It ignores this folder and all variables."""
    command = [str(environment / "bin" / "python"), "-I", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return None if done.returncode else done.stdout.strip()


if __name__ == "__main__":
    found = list(findings(Path(sys.argv[1])))
    if found:
        sys.exit("\n\n".join(["FAULT  virtual environment", *map(str, found)]))
