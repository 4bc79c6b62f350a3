"""Packages of the distribution, where it is Debian's kind and one may install them."""

import os
import shutil
import subprocess


def install(*packages: str) -> None:
    """The first of these that can be installed."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-q"], check=False, env=environment)
    for package in packages:
        command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", package]
        if subprocess.run(command, check=False, env=environment).returncode == 0:
            return
