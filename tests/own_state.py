"""Loaded by pytest before Django's settings: tests write into a folder of their own and know no LAB_ variable."""

import os
import tempfile

for name in [name for name in os.environ if name.startswith("LAB_")]:
    del os.environ[name]

folder = tempfile.TemporaryDirectory(prefix="lab-tests-")
os.environ["LAB_STATE"] = folder.name
os.environ["LAB_RECORDER"] = "off"  # its own tests switch it on
