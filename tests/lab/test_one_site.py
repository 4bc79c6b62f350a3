"""Under which domains a browser takes the servers of the lab for one site, and that the start says so."""

import os
import subprocess
import sys

import pytest

SAYS = "from lab.launch import ready; print(ready.ARE_ONE_SITE, ready.ONE_SITE)"


@pytest.mark.parametrize(("domain", "are_one"), [("localhost", False), ("lab", False), ("lab.test", True)])
def test_names_under_one_parent_are_one_site(domain, are_one, tmp_path):
    environment = {**os.environ, "LAB_DOMAIN": domain, "LAB_STATE": str(tmp_path)}
    said = subprocess.run([sys.executable, "-c", SAYS], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.startswith(f"{are_one} Under {domain} the servers are one site to a browser")
