#!/usr/bin/env python
"""Commands of the inspector: ``python shared/inspector/manage.py``."""

import os
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent.parent)

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shared.inspector.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
