import shutil

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests import postgresql
from tests.processes import Lab

# The same examples in each run, on however slow a machine; a test clears away what an example left.
hypothesis_settings.register_profile(
    "lab",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hypothesis_settings.load_profile("lab")


@pytest.fixture
def new_client(settings):
    """Make one more client, with cookies of its own."""
    from django.test import Client

    class Browser(Client):
        """Django's test client, asking this server under its own name, that forgets a cookie when it is told to."""

        def request(self, **request):
            response = super().request(**request)
            for name, morsel in response.cookies.items():
                if str(morsel["max-age"]) == "0":
                    self.cookies.pop(name)
            return response

    return lambda **options: Browser(headers={"host": settings.SERVER.netloc, "accept": "text/html"}, **options)


@pytest.fixture(scope="session")
def postgresql_cluster():
    """A PostgreSQL for this run of pytest: what Django's ``DATABASES`` say of it."""
    programs = postgresql.find()
    if not programs:
        pytest.skip("there is no PostgreSQL")
    with postgresql.cluster(programs) as about:
        yield about


@pytest.fixture
def journal_file(tmp_path_factory):
    return tmp_path_factory.mktemp("journal") / "journal.sqlite3"


@pytest.fixture
def journal_address(postgresql_cluster, monkeypatch):
    """Of a schema of this test's own, and empty. To connect may take as long as this machine is busy."""
    monkeypatch.setattr("session_inspector.journal.postgresql.CONNECT_TIMEOUT", 10)
    with postgresql.new_schema(postgresql_cluster) as address:
        yield address


@pytest.fixture
def journal_place(request):
    """Tests that ask for it have their journal elsewhere than in a file, see ``IN_EACH_ENGINE``."""
    return request.getfixturevalue(getattr(request, "param", "journal_file"))


@pytest.fixture
def journal(settings, journal_place, tmp_path_factory, django_db_blocker):
    """A journal of this test's own, and empty. pytest-django keeps tests from every database, this one too."""
    from session_inspector.journal import database, writer
    from tests.recorded import configure

    folder = tmp_path_factory.mktemp("journal")
    configure(settings, journal=journal_place, fingerprint_key=folder / "journal.fingerprint_key")
    writer.waiting.clear()
    with django_db_blocker.unblock():
        yield
        database.close()
    writer.waiting.clear()


@pytest.fixture
def recording(journal, settings, monkeypatch):
    """What happens is kept in the journal, and at once, however busy this machine is."""
    from session_inspector.journal import writer
    from tests.recorded import configure

    configure(settings, recording=True)
    monkeypatch.setattr(writer, "resting_until", 0.0)
    monkeypatch.setattr(writer, "OWN_WORK_TIMEOUT", 5.0)


@pytest.fixture
def client(new_client):
    return new_client()


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


@pytest.fixture(scope="module")
def start_once(first_start, tmp_path_factory):
    """Start these processes for all tests of a module, with further ``LAB_`` variables."""
    labs = []

    def start_once(*names: str, **variables: str) -> Lab:
        lab = Lab(tmp_path_factory.mktemp("started-once"))
        labs.append(lab)
        shutil.copytree(first_start, lab.state / "var")
        lab.settings.update(variables)
        lab.start(*names)
        lab.note()
        return lab

    yield start_once
    for lab in labs:
        lab.stop()


@pytest.fixture(scope="module")
def running_lab(start_once):
    """The three servers and what watches them; a module that needs others has a fixture of this name."""
    return start_once()


@pytest.fixture
def rewound_lab(request, running_lab):
    """The processes of the module, with databases, journal and logs as they were after their start.

    For tests that leave nothing else behind: no file, and nothing in the memory of a server that another would meet.
    """
    running_lab.rewind()
    request.node.lab = running_lab
    return running_lab
