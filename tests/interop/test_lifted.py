"""The README's section on lifting the Relying Party, done to a fresh project: its commands, its files, nothing else."""

import shlex

import pytest

from tests.browser.person import Person
from tests.interop.elsewhere import CAROL
from tests.interop.lifted import Project, Section
from tests.processes import PATIENCE

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


SECTION = Section("Lift the Relying Party into your own project")


@pytest.fixture(scope="module")
def project(tmp_path_factory, elsewhere):
    project = Project(tmp_path_factory.mktemp("lifted") / "project")
    project.environment |= elsewhere.register(f"{project.origin}/oidc/callback/")
    project.run(SECTION.commands[0])
    project.write(SECTION.files)
    project.run("python manage.py check --fail-level WARNING && python manage.py migrate")
    try:
        project.serve()
        yield project
    finally:
        project.stop()


@pytest.fixture
def carol():
    return Person(None, "carol")


def test_the_section_has_the_files_that_it_speaks_of():
    assert SECTION.files.keys() == {"settings.py", "urls.py", "templates/error.html", "templates/home.html"}


def test_somebody_signs_in_and_out(project, carol):
    page = carol.get(f"{project.origin}/oidc/authenticate/")
    answer = carol.send_form(page, sub=CAROL["sub"])
    home = carol.get(answer.headers["Location"])
    assert home.url == f"{project.origin}/", home.text
    assert f"You are {CAROL['name']}." in home.text
    assert {"mine_session", "mine_csrftoken"} <= set(carol.session.cookies.keys())
    fields = {"csrfmiddlewaretoken": carol.session.cookies["mine_csrftoken"]}
    home = carol.session.post(f"{project.origin}/oidc/logout/", data=fields, timeout=PATIENCE)
    assert home.url == f"{project.origin}/"
    assert "Sign in" in home.text


def test_somebody_signs_out_here_and_is_asked_at_the_provider(project, carol, elsewhere):
    page = carol.get(f"{project.origin}/oidc/authenticate/")
    carol.get(carol.send_form(page, sub=CAROL["sub"]).headers["Location"])
    assert carol.get(f"{project.origin}/oidc/logout-everywhere/").status_code == 405
    fields = {"csrfmiddlewaretoken": carol.session.cookies["mine_csrftoken"]}
    address = f"{project.origin}/oidc/logout-everywhere/"
    answer = carol.session.post(address, data=fields, timeout=PATIENCE, allow_redirects=False)
    assert answer.headers["Location"].startswith(elsewhere.metadata["end_session_endpoint"] + "?client_id=")
    assert "id_token_hint=" in answer.headers["Location"]
    assert carol.get(answer.headers["Location"]).status_code == 200
    assert "Sign in" in carol.get(f"{project.origin}/").text


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
