"""A server that is killed while it makes its tables."""

import signal
import subprocess
import sys

from tests.processes import Lab

PREPARES = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "site_a.settings"
import django
django.setup()
from lab.launch.prepare import prepare
prepare()
"""
KILLED_BEFORE_IT_IS_NOTED = """
import os, signal
from django.db.migrations.recorder import MigrationRecorder
note = MigrationRecorder.record_applied
def killed_or_noted(recorder, app, name):
    if app == "auth":
        os.kill(os.getpid(), signal.SIGKILL)
    note(recorder, app, name)
MigrationRecorder.record_applied = killed_or_noted
"""


def kill_while_it_migrates(lab: Lab) -> None:
    """Site A, where Django has applied a migration and not yet noted it."""
    ended = subprocess.run(
        [sys.executable, "-c", KILLED_BEFORE_IT_IS_NOTED + PREPARES], env=lab.environment, cwd=lab.root, check=False
    )
    assert ended.returncode == -signal.SIGKILL
