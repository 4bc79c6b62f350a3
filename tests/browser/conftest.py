import shutil

import pytest

from tests.browser import chromium
from tests.lab import Lab


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = chromium.find()
    assert path, "no browser: run python -m tests.browser.chromium"
    return {**browser_type_launch_args, "executable_path": path, "args": chromium.arguments()}


@pytest.fixture(scope="session")
def base_url():
    """None: each lab has its own. The plugin's fixture of this name is deprecated by pytest itself."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Print what the servers said beside the failure."""
    report = yield
    lab = getattr(item, "lab", None)
    if lab and report.failed:
        report.sections.append(("what the servers printed", lab.output))
    return report


@pytest.fixture
def cold_lab(request, tmp_path):
    """A lab that is not started yet."""
    lab = Lab(tmp_path / "lab")
    request.node.lab = lab
    yield lab
    lab.stop()


@pytest.fixture(scope="session")
def first_start(tmp_path_factory):
    """The state folder that a first start leaves, without a journal: keys and tables take longer than most tests."""
    lab = Lab(tmp_path_factory.mktemp("first-start"))
    try:
        lab.start("identity", "site_a", "site_b")
    finally:
        lab.stop()
    for file in (lab.state / "var").glob("journal.sqlite3*"):
        file.unlink()
    return lab.state / "var"


@pytest.fixture
def started_before(cold_lab, first_start):
    """A lab with a state folder of its own, that is not started."""
    shutil.copytree(first_start, cold_lab.state / "var")
    return cold_lab


@pytest.fixture
def lab(started_before):
    """The three servers; what watches them, ``watched_lab`` has too."""
    started_before.start("identity", "site_a", "site_b")
    return started_before


@pytest.fixture
def watched_lab(started_before):
    started_before.start()
    return started_before
