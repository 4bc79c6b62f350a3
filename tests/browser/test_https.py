"""The lab over https in a browser that trusts its authority, and in one that does not."""

import os
import shutil
import subprocess

import pytest
from playwright.sync_api import Error, expect

from tests import distribution
from tests.browser import chromium
from tests.browser.browsing import Browsing

pytestmark = pytest.mark.slow

NAME = "Session lab"


@pytest.fixture(scope="module")
def running_lab(start_once):
    return start_once(LAB_HTTPS="1")


@pytest.fixture
def lab(rewound_lab):
    return rewound_lab


@pytest.fixture(scope="module")
def certutil():
    if not shutil.which("certutil"):
        distribution.install("libnss3-tools")
    return shutil.which("certutil") or pytest.skip("there is no certutil")


@pytest.fixture
def home(tmp_path, certutil):
    """Of a person, whose Chromium looks there for what it trusts."""
    database = tmp_path / ".pki" / "nssdb"
    database.mkdir(parents=True)
    subprocess.run([certutil, "-d", f"sql:{database}", "-N", "--empty-password"], check=True)
    return tmp_path


@pytest.fixture
def browser_at(home, playwright):
    """Chromium, started by that person."""
    opened = []

    def browser_at():
        environment = {**os.environ, "HOME": str(home)}
        options = {"executable_path": chromium.find(), "args": chromium.arguments(), "env": environment}
        opened.append(playwright.chromium.launch(**options))
        return opened[-1].new_page()

    yield browser_at
    for browser in opened:
        browser.close()


def as_documented(home, lab, row, column):
    """Run a command of ``docs/https.md`` with this home and this state folder."""
    lines = (lab.root / "docs" / "https.md").read_text().splitlines()
    (cells,) = (line.split("|") for line in lines if line.startswith(f"| {row} |"))
    command = cells[column].strip().strip("`")
    environment = {**os.environ, "HOME": str(home)}
    subprocess.run(command, shell=True, cwd=lab.state, env=environment, check=True)


def test_a_browser_that_was_told_to_trusts_it_until_that_is_taken_back(lab, home, browser_at):
    as_documented(home, lab, "Chromium on Linux", 2)
    page = browser_at()
    person = Browsing(page, lab)
    person.sign_in_everywhere("alice")
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert {f"__Host-{server}_session" for server in ("identity", "site_a", "site_b")} <= cookies.keys()
    assert all(cookie["secure"] for cookie in cookies.values())
    person.visit("inspector")
    expect(page.locator("main")).to_contain_text("alice")
    page.context.browser.close()
    as_documented(home, lab, "Chromium on Linux", 3)
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        browser_at().goto(lab.origin("site_a"))


def test_one_that_was_not_told_warns(lab, browser_at):
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        browser_at().goto(lab.origin("site_a"))
    assert "Traceback" not in lab.output
