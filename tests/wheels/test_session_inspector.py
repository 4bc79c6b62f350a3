"""The inspector's wheel in a project fresh from ``startproject``, which is nobody's Relying Party."""

import html
import re

import pytest
import requests

from tests.page import text_in
from tests.wheels.project import Environment, Project

INSTALL = 'pip install --quiet "$LAB"/dist/keyrow_common-*.whl "$LAB"/dist/keyrow_session_inspector-*.whl'

SETTINGS = """
INSTALLED_APPS += ["session_inspector"]
MIDDLEWARE = [
    "session_inspector.panel.middleware.PanelMiddleware",
    "session_inspector.recorder.middleware.RecorderMiddleware",
    *MIDDLEWARE,
]
SESSION_INSPECTOR = {"JOURNAL": BASE_DIR / "journal.sqlite3", "NAME": "mine", "ORIGIN": "ORIGIN_OF_MINE"}
"""
INSPECTOR = """
from mine.settings import BASE_DIR, SECRET_KEY

DEBUG = True
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "session_inspector.inspector.urls"
INSTALLED_APPS = ["django.contrib.staticfiles", "session_inspector"]
MIDDLEWARE = [
    "session_inspector.inspector.middleware.from_own_pages_only",
    "session_inspector.inspector.middleware.JournalMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request"],
            "libraries": {"inspector": "session_inspector.inspector.tags"},
        },
    }
]
STATIC_URL = "static/"
DATABASES = {}
SESSION_INSPECTOR = {"JOURNAL": BASE_DIR / "journal.sqlite3", "INSPECTOR": "ORIGIN_OF_INSPECTOR"}
"""
PAGES = ["/", "/ladder/", "/visitors/", "/export/", "/journal.json", "/journal.har"]
USER = """
from django.contrib.auth.models import User
User.objects.create_superuser("ann", password="ann", first_name="ann")
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    environment = Environment(tmp_path_factory.mktemp("inspected") / "venv")
    environment.install("django")
    environment.run(INSTALL)
    project = Project(environment)
    origin_of_inspector = f"http://localhost:{project.port + 1}"
    project.write(
        {
            "settings.py": SETTINGS.replace("ORIGIN_OF_MINE", project.origin),
            "mine_inspector.py": INSPECTOR.replace("ORIGIN_OF_INSPECTOR", origin_of_inspector),
        }
    )
    project.run("python manage.py migrate --verbosity 0")
    project.run(f"python manage.py shell -v 0 -c '{USER}'")
    with project.served():
        project.start("runserver", "--noreload", str(project.port + 1), "--settings", "mine_inspector")
        yield project


@pytest.fixture(scope="module")
def inspector(project):
    """Asks a page of the inspector, once somebody has signed in to the admin."""
    person = requests.Session()
    form = person.get(f"{project.origin}/admin/login/", timeout=60)
    token = html.unescape(re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)[1])
    typed = {"username": "ann", "password": "ann", "csrfmiddlewaretoken": token, "next": "/admin/"}
    assert "Site administration" in person.post(form.url, data=typed, timeout=60).text
    address = f"http://localhost:{project.port + 1}"
    retries = requests.adapters.HTTPAdapter(max_retries=requests.adapters.Retry(20, backoff_factor=0.1))
    watching = requests.Session()
    watching.mount("http://", retries)
    return lambda path: watching.get(address + path, timeout=60)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers(inspector, path):
    assert inspector(path).status_code == 200


def test_side_by_side_knows_the_project_from_what_it_said(inspector):
    page = text_in(inspector("/").text)
    assert "mine" in page
    assert "One session cookie, at mine." in page
    assert "Here you are ann" in page
    assert "sessionid" in page


def test_the_ladder_says_where_the_password_went(inspector):
    page = text_in(inspector("/ladder/").text)
    assert "program → mine POST /admin/login/" in page
    assert "site A" not in page


def test_the_project_has_no_table_of_it(project):
    tables = project.run("python manage.py inspectdb")
    assert "journal" not in tables.lower()
    assert project.run("python manage.py makemigrations --check --dry-run").strip() == "No changes detected"
