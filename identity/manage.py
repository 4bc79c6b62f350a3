#!/usr/bin/env python
"""Commands of this server: ``python identity/manage.py``."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "identity.settings")
    from lab.launch.command_line import execute

    execute(sys.argv)
