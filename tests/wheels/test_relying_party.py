"""``docs/relying-party.md``, done to a fresh project: its commands, its files, nothing else."""

import shlex

import pytest

from tests.browser.person import Person
from tests.interop.elsewhere import CAROL
from tests.processes import PATIENCE
from tests.wheels.project import Document, Environment, Project

RENDER_ALL = """
from django.template.loader import render_to_string
from relying_party.failures import FAILURES, SignInFailed
for reason in FAILURES:
    try:
        raise SignInFailed(reason, "the detail")
    except SignInFailed as failure:
        assert "the detail" in render_to_string(f"relying_party/failures/{reason}.html", {"failure": failure})
assert "/oidc/authenticate/" in render_to_string("relying_party/left.html", {"next": "/"})
"""


DOCUMENT = Document("relying-party.md")


@pytest.fixture(scope="module")
def project(tmp_path_factory, elsewhere):
    environment = Environment(tmp_path_factory.mktemp("relying-party") / "environment")
    environment.run(DOCUMENT.commands[0])
    project = Project(environment)
    project.variables |= elsewhere.register(f"{project.origin}/oidc/callback/")
    project.write(DOCUMENT.files)
    project.run("python manage.py check --fail-level WARNING && python manage.py migrate")
    try:
        project.serve()
        yield project
    finally:
        project.stop()


@pytest.fixture
def carol():
    return Person(None, "carol")


def test_the_document_has_the_files_that_it_speaks_of():
    assert DOCUMENT.files.keys() == {"settings.py", "urls.py"}


def send(person, address, **kwargs):
    """A form of a page of one's own: what it repeats of the CSRF cookie may be any secret that its cookie has, too."""
    token = "t" * 32
    person.session.cookies.set("mine_csrftoken", token, domain="localhost.local")
    return person.session.post(address, data={"csrfmiddlewaretoken": token}, timeout=PATIENCE, **kwargs)


def test_somebody_signs_in_and_out(project, carol):
    page = carol.get(f"{project.origin}/oidc/authenticate/")
    answer = carol.send_form(page, sub=CAROL["sub"])
    home = carol.get(answer.headers["Location"])
    assert home.url == f"{project.origin}/", home.text
    assert f"You are {CAROL['name']}." in home.text
    assert "mine_session" in carol.session.cookies
    home = send(carol, f"{project.origin}/oidc/logout/")
    assert home.url == f"{project.origin}/"
    assert "You are not signed in." in home.text


def test_somebody_signs_out_here_and_is_asked_at_the_provider(project, carol, elsewhere):
    page = carol.get(f"{project.origin}/oidc/authenticate/")
    carol.get(carol.send_form(page, sub=CAROL["sub"]).headers["Location"])
    assert carol.get(f"{project.origin}/oidc/logout-everywhere/").status_code == 405
    answer = send(carol, f"{project.origin}/oidc/logout-everywhere/", allow_redirects=False)
    assert answer.headers["Location"].startswith(elsewhere.metadata["end_session_endpoint"] + "?client_id=")
    assert "id_token_hint=" in answer.headers["Location"]
    assert carol.get(answer.headers["Location"]).status_code == 200
    assert "You are not signed in." in carol.get(f"{project.origin}/").text


def test_what_is_no_logout_token_is_refused(project, carol):
    address = f"{project.origin}/oidc/backchannel-logout/"
    answer = carol.session.post(address, data={"logout_token": "x"}, timeout=PATIENCE)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_sign_in_that_fails_ends_on_a_page(project, carol):
    page = carol.get(f"{project.origin}/oidc/callback/?code=anybody&state=anybody")
    assert page.status_code == 400
    assert "came back without the session that asked" in page.text
    assert 'href="/oidc/authenticate/?next=%2F"' in page.text


def test_every_page_of_a_failure_needs_nothing_of_the_lab(project):
    project.run(shlex.join(["python", "manage.py", "shell", "-c", RENDER_ALL]))
