"""A server that is killed while it makes its tables."""

import signal
import subprocess
import sys

from tests.processes import Lab

PREPARES = """
import os, signal
os.environ["DJANGO_SETTINGS_MODULE"] = "site_a.settings"
import django
django.setup()
from django.db.migrations.recorder import MigrationRecorder
from lab.launch.prepare import prepare
note = MigrationRecorder.record_applied
def killed_before_it_is_noted(recorder, app, name):
    if app == "auth":
        os.kill(os.getpid(), signal.SIGKILL)
    note(recorder, app, name)
MigrationRecorder.record_applied = killed_before_it_is_noted
prepare()
"""


def kill_while_it_migrates(lab: Lab) -> None:
    """Site A, where Django has applied a migration and not yet noted it."""
    ended = subprocess.run([sys.executable, "-c", PREPARES], env=lab.environment, cwd=lab.root, check=False)
    assert ended.returncode == -signal.SIGKILL
