"""``docs/relying-party.md``, done to a fresh project: its commands, its files, nothing else."""

import shlex

import pytest

from tests.browser.person import Person, resolve_to_loopback
from tests.interop.elsewhere import CAROL
from tests.processes import WAIT_TIMEOUT
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

RENDER_ONE = """
from django.template.loader import render_to_string
print(render_to_string("relying_party/failures/refused.html"))
"""
REGISTER = """
from allauth.idp.oidc.models import Client
from django.contrib.auth.hashers import make_password
Client.objects.create(
    id="mine", name="mine", scopes="openid\\nprofile\\nemail", skip_consent=True,
    secret=make_password("a secret", hasher="sha256_of_random"), redirect_uris="{origin}/oidc/callback/",
    data={{"client_metadata": {{
        "post_logout_redirect_uris": ["{origin}/"],
        "backchannel_logout_uri": "{origin}/oidc/backchannel-logout/",
    }}}},
)
"""

DOCUMENT = Document("relying-party.md")


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    environment = Environment(tmp_path_factory.mktemp("relying-party") / "environment")
    environment.run(DOCUMENT.commands[0])
    return environment


def set_up(project):
    project.write(DOCUMENT.files)
    check, migrate = DOCUMENT.manage
    project.run(f"{check} --fail-level WARNING && {migrate}")


@pytest.fixture(scope="module")
def project(environment, elsewhere):
    project = Project(environment)
    project.variables |= elsewhere.register(f"{project.origin}/oidc/callback/")
    set_up(project)
    with project.served():
        yield project


@pytest.fixture
def project_at_the_lab(environment, started_before, monkeypatch):
    """Its provider is Identity."""
    lab = started_before
    resolve_to_loopback(monkeypatch, lab.domain)
    lab.start("identity")
    project = Project(environment, "project-at-the-lab")
    issuer = lab.origin("identity")
    metadata = Person(lab, "nobody").get(f"{issuer}/.well-known/openid-configuration").json()
    project.variables |= {
        "OIDC_OP_ISSUER": issuer,
        "OIDC_OP_AUTHORIZATION_ENDPOINT": metadata["authorization_endpoint"],
        "OIDC_OP_TOKEN_ENDPOINT": metadata["token_endpoint"],
        "OIDC_OP_USER_ENDPOINT": metadata["userinfo_endpoint"],
        "OIDC_OP_JWKS_ENDPOINT": metadata["jwks_uri"],
        "OIDC_OP_END_SESSION_ENDPOINT": metadata["end_session_endpoint"],
        "OIDC_RP_CLIENT_ID": "mine",
        "OIDC_RP_CLIENT_SECRET": "a secret",
    }
    lab.manage("identity", "shell", "-c", REGISTER.format(origin=project.origin))
    set_up(project)
    with project.served():
        yield project


@pytest.fixture
def carol():
    return Person(None, "carol")


def test_the_document_has_the_files_that_it_speaks_of():
    assert DOCUMENT.files.keys() == {"settings.py", "urls.py", "templates/home.html"}


def send(person, address, **kwargs):
    """Press a button of the home page."""
    fields = {"csrfmiddlewaretoken": person.session.cookies["mine_csrftoken"]}
    return person.session.post(address, data=fields, timeout=WAIT_TIMEOUT, **kwargs)


def test_somebody_signs_in_and_out(project, carol):
    home = carol.get(f"{project.origin}/")
    assert '<a href="/oidc/authenticate/">Sign in</a>' in home.text
    page = carol.get(f"{project.origin}/oidc/authenticate/")
    answer = carol.send_form(page, sub=CAROL["sub"])
    home = carol.get(answer.headers["Location"])
    assert home.url == f"{project.origin}/", home.text
    assert f"You are {CAROL['name']}." in home.text
    assert 'action="/oidc/logout/"' in home.text
    assert 'formaction="/oidc/logout-everywhere/"' in home.text
    assert {"mine_session", "mine_csrftoken"} <= set(carol.session.cookies.keys())
    home = send(carol, f"{project.origin}/oidc/logout/")
    assert home.url == f"{project.origin}/"
    assert "Sign in" in home.text


def test_somebody_signs_out_here_and_is_asked_at_the_provider(project, carol, elsewhere):
    page = carol.get(f"{project.origin}/oidc/authenticate/")
    carol.get(carol.send_form(page, sub=CAROL["sub"]).headers["Location"])
    assert carol.get(f"{project.origin}/oidc/logout-everywhere/").status_code == 405
    answer = send(carol, f"{project.origin}/oidc/logout-everywhere/", allow_redirects=False)
    assert answer.headers["Location"].startswith(elsewhere.metadata["end_session_endpoint"] + "?client_id=")
    assert "id_token_hint=" in answer.headers["Location"]
    assert carol.get(answer.headers["Location"]).status_code == 200
    assert "Sign in" in carol.get(f"{project.origin}/").text


def test_what_is_no_logout_token_is_refused(project, carol):
    address = f"{project.origin}/oidc/backchannel-logout/"
    answer = carol.session.post(address, data={"logout_token": "x"}, timeout=WAIT_TIMEOUT)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_sign_in_that_fails_ends_on_a_page(project, carol):
    page = carol.get(f"{project.origin}/oidc/callback/?code=anybody&state=anybody")
    assert page.status_code == 400
    assert "does not find the session in which it began" in page.text
    assert 'href="/oidc/authenticate/?next=%2F"' in page.text
    assert 'href="/static/relying_party/relying_party.css"' in page.text
    assert carol.get(f"{project.origin}/static/relying_party/relying_party.css").status_code == 200


def test_every_page_of_a_failure_needs_nothing_of_the_lab(project):
    project.run(shlex.join(["python", "manage.py", "shell", "-c", RENDER_ALL]))


def test_a_frame_of_ones_own_takes_the_place_of_the_packages(project):
    frame = "{% block heading %}{% endblock %} in a frame of mine"
    rendered = shlex.join(["python", "manage.py", "shell", "-c", RENDER_ONE])
    assert "in a frame of mine" not in project.run(rendered)
    project.write({"templates/relying_party/frame.html": frame})
    try:
        assert "Sign-in not finished in a frame of mine" in project.run(rendered)
    finally:
        (project.folder / "templates/relying_party/frame.html").unlink()


def test_with_the_lab_as_provider_somebody_signs_in_and_out_at_either_end(project_at_the_lab, started_before):
    project, lab = project_at_the_lab, started_before
    alice = Person(lab, "alice")
    home = alice.get(alice.go_from(f"{project.origin}/oidc/authenticate/"))
    assert home.url == f"{project.origin}/", home.text
    assert "You are alice." in home.text

    alice.send_form(alice.get(f"{lab.origin('identity')}/accounts/logout/"))
    assert "Sign in" in alice.get(f"{project.origin}/").text

    home = alice.get(alice.go_from(f"{project.origin}/oidc/authenticate/"))
    assert "You are alice." in home.text
    question = send(alice, f"{project.origin}/oidc/logout-everywhere/")
    question.url = f"{lab.origin('identity')}/identity/o/logout/decide"  # where its form leads
    answer = alice.send_form(question, decision="leave")
    assert answer.headers["Location"].split("?")[0] == f"{project.origin}/"
    assert "Sign in" in alice.get(answer.headers["Location"]).text
