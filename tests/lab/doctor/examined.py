"""The doctor as a process of its own, with the variables of one lab."""

import json
import subprocess
import sys

from tests.processes import ROOT, Lab

ONE_CHECK = """
import json, sys
from dataclasses import asdict
from lab.doctor.checks import CHECKS, findings_of
print(json.dumps([asdict(one) for one in findings_of(dict(CHECKS)[sys.argv[1]])]))
"""
BEGIN = """
import sys
from lab import runs
from lab.staging.catalogue import asked_for
scenario, stage = asked_for(sys.argv[1])
runs.begin(scenario.name, stage.name, stage.hosts, stage.provider)
"""


def examine(lab: Lab) -> subprocess.CompletedProcess:
    return python(lab, "-m", "lab.doctor")


def found_by(check: str, lab: Lab) -> list[dict[str, str]]:
    """What one check finds, by its title."""
    done = python(lab, "-c", ONE_CHECK, check)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def begin(scenario: str, lab: Lab) -> None:
    """Let a stage be in force in a lab that does not run."""
    assert python(lab, "-c", BEGIN, scenario).returncode == 0


def python(lab: Lab, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=lab.environment, capture_output=True, text=True, check=False
    )
