"""The inspector in projects fresh from ``startproject``, as ``docs/session-inspector.md`` says: two that log each other
out on one host, and others whose sessions, users or databases are not the usual ones."""

import html
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from session_inspector.journal.database import NO_PSYCOPG
from tests.browser import chromium
from tests.browser.person import Person
from tests.interop.elsewhere import CAROL
from tests.page import text_in
from tests.processes import free_ports
from tests.wheels.project import EXAMPLE, Document, Environment, Project, example_of, inspector_of

DOCUMENT = Document("session-inspector.md")
INSTALL = DOCUMENT.commands[0]
RECORDED = DOCUMENT.files["settings.py"]
USER = """
from django.contrib.auth import get_user_model
get_user_model().objects.create_superuser(**{name})
"""
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
UNCHANGING = ["/", "/nothing/", "/admin/jsi18n/", "/static/admin/css/base.css"]  # they hold no token of their own
PAGES = [
    *("/", "/ladder/", "/visitors/", "/devtools/", "/paste/", "/glossary/", "/export/"),
    *("/journal.json", "/journal.har"),
]

UVICORN = ["-m", "uvicorn", "--log-level", "warning", "asgi.asgi:application", "--port"]

# Each is the settings of a project, with whatever else is in its folder.
CACHED = {
    "settings.py": """
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_NAME = "cached"
"""
}
IN_FILES = {
    "settings.py": """
INSTALLED_APPS.remove("django.contrib.sessions")
SESSION_ENGINE = "django.contrib.sessions.backends.file"
SESSION_FILE_PATH = BASE_DIR
SESSION_COOKIE_NAME = "in_files"
"""
}
OF_OWN_USERS = {
    "settings.py": """
INSTALLED_APPS += ["people"]
AUTH_USER_MODEL = "people.Person"
SESSION_COOKIE_NAME = "of_own_users"
""",
    "people/__init__.py": "",
    "people/models.py": """
import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models


class People(BaseUserManager):
    def create_superuser(self, email, password):
        person = self.model(email=email, is_staff=True, is_superuser=True)
        person.set_password(password)
        person.save()


class Person(AbstractBaseUser, PermissionsMixin):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    email = models.EmailField(unique=True)
    is_staff = models.BooleanField(default=False)
    USERNAME_FIELD = "email"
    objects = People()
""",
    "people/migrations/__init__.py": "",
}
WITH_TOOLBAR = {
    "settings.py": """
INSTALLED_APPS += ["debug_toolbar"]
MIDDLEWARE += ["debug_toolbar.middleware.DebugToolbarMiddleware"]
DEBUG_TOOLBAR_PANELS = ["debug_toolbar.panels.request.RequestPanel"]
INTERNAL_IPS = ["127.0.0.1"]
""",
    "urls.py": """
from debug_toolbar.toolbar import debug_toolbar_urls
from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("", lambda request: HttpResponse("<body>A page that reads no session.</body>"))]
urlpatterns += debug_toolbar_urls()
""",
}
SIGNED_IN_ELSEWHERE = {
    "settings.py": """
SESSION_COOKIE_NAME = "stranger"
""",
    "urls.py": """
import os
from functools import cache

from authlib.integrations.django_client import OAuth
from django.contrib.auth import get_user_model, login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path


@cache
def provider():
    return OAuth().register(
        "elsewhere",
        client_id=os.environ["OIDC_RP_CLIENT_ID"],
        client_secret=os.environ["OIDC_RP_CLIENT_SECRET"],
        server_metadata_url=os.environ["OIDC_OP_ISSUER"] + "/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile", "token_endpoint_auth_method": "client_secret_post"},
    )


def go(request):
    return provider().authorize_redirect(request, request.build_absolute_uri("/welcome/"))


def welcome(request):
    said = provider().authorize_access_token(request)["userinfo"]
    login(request, get_user_model().objects.get_or_create(username=said["sub"], first_name=said["name"])[0])
    return redirect("/")


urlpatterns = [
    path("", lambda request: HttpResponse(f"You are {getattr(request.user, 'first_name', 'nobody')}.")),
    path("go/", go),
    path("welcome/", welcome),
]
""",
}
WITH_OWN_ROWS = {
    "settings.py": """
INSTALLED_APPS += ["rows"]
SESSION_ENGINE = "rows.store"
SESSION_COOKIE_NAME = "with_own_rows"
""",
    "rows/__init__.py": "",
    "rows/models.py": """
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Row(AbstractBaseSession):
    account = models.IntegerField(null=True)

    @classmethod
    def get_session_store_class(cls):
        from rows.store import SessionStore

        return SessionStore
""",
    "rows/store.py": """
from django.contrib.sessions.backends.db import SessionStore as DBStore


class SessionStore(DBStore):
    @classmethod
    def get_model_class(cls):
        from rows.models import Row

        return Row
""",
    "rows/migrations/__init__.py": "",
}
ROUTED = {
    "settings.py": """
DATABASES = {"default": {}, "all": DATABASES["default"]}
DATABASES["sessions"] = DATABASES["all"] | {"NAME": BASE_DIR / "sessions.sqlite3"}
DATABASE_ROUTERS = ["routers.BySubject"]
SESSION_COOKIE_NAME = "routed"
""",
    "routers.py": """
class BySubject:
    def db_for_read(self, model, **hints):
        return "sessions" if model._meta.app_label == "sessions" else "all"

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, **hints):
        return (db == "sessions") == (app_label == "sessions")
""",
}


@dataclass(frozen=True)
class Kind:
    """Of project: ``kept_as`` is what its pages call a session, ``databases`` those with tables, ``user`` who signs in
    and is not simply called ann."""

    name: str
    files: dict[str, str]
    kept_as: str = "row"
    databases: tuple[str, ...] = ("default",)
    user: dict[str, str | None] = field(default_factory=dict)

    @property
    def person(self) -> str:
        return self.user.get("email") or "ann"


KINDS = [
    Kind("cached", CACHED, "cached row"),
    Kind("in_files", IN_FILES, "file"),
    Kind("of_own_users", OF_OWN_USERS, user={"username": None, "email": "ann@example.org"}),
    Kind("with_own_rows", WITH_OWN_ROWS),
    Kind("routed", ROUTED, databases=("all", "sessions")),
]


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    environment = Environment(tmp_path_factory.mktemp("own-projects") / "venv")
    environment.install("django", "uvicorn", "django-debug-toolbar", "authlib", "requests")
    environment.run(INSTALL)
    return environment


@pytest.fixture(autouse=True)
def journal_of_its_own(environment, tmp_path, monkeypatch):
    """No test sees what another has recorded."""
    monkeypatch.setitem(environment.variables, "XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def inspector(environment):
    """Asks a page of the inspector, which belongs to no project."""
    with inspector_of(environment, free_ports()) as origin:
        yield lambda path: requests.get(f"{origin}{path}", headers={"User-Agent": BROWSER}, timeout=60)


@pytest.fixture
def made(environment, tmp_path):
    """Makes a project of that name with somebody who may sign in; it ends with the test."""
    projects = []

    def make(name, files, databases=("default",), **user):
        project = Project(environment, str(tmp_path / name), name)
        projects.append(project)
        project.write({"settings.py": RECORDED})
        project.write(files)
        project.run("python manage.py makemigrations --verbosity 0")
        for database in databases:
            project.run(f"python manage.py migrate --verbosity 0 --database {database}")
        user = {"username": "ann", "email": "", "password": "ann"} | user
        code = USER.format(name={one: value for one, value in user.items() if value is not None})
        project.environment.run(f'python manage.py shell -v 0 -c "{code}"', project.folder)
        return project

    yield make
    for project in projects:
        project.stop()


@pytest.fixture
def browser():
    browser = requests.Session()
    browser.headers["User-Agent"] = BROWSER
    return browser


def sign_in(browser, project, name="ann"):
    form = browser.get(f"{project.origin}/admin/login/", timeout=60)
    token = html.unescape(re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)[1])
    typed = {"username": name, "password": "ann", "csrfmiddlewaretoken": token, "next": "/admin/"}
    assert "Site administration" in browser.post(form.url, data=typed, timeout=60).text


def shown(inspector, browser, project, path="/"):
    """A page of the inspector as the visitor to whom the project's own address leads."""
    answer = browser.get(f"{project.origin}/__session_inspector__/", allow_redirects=False, timeout=60)
    return text_in(inspector(f"{path}?{answer.headers['Location'].partition('?')[2]}").text)


def test_of_two_that_log_each_other_out_the_cause_is_named_first(made, inspector, browser):
    shop, blog = (made(name, {}) for name in ("shop", "blog"))
    with shop.served(), blog.served():
        sign_in(browser, shop)
        sign_in(browser, blog)
        assert "Log in" in browser.get(f"{shop.origin}/admin/", timeout=60).text
        page = shown(inspector, browser, blog)
        ladder = shown(inspector, browser, blog, "/ladder/")
    assert "have one host, localhost, and one name for their session cookies, sessionid" in page
    assert "Shop and blog do not know you." in page  # the browser has no cookie of either any more
    assert "Shop deleted the session cookie of blog, with GET /admin/ at" in page
    assert "Shop found no row for the key that came, which blog has set, so it did not know you" in ladder
    assert "Password sent to shop, which then began a new session" in ladder
    assert {inspector(path).status_code for path in PAGES} == {200}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_cookie_session_and_user_are_shown_of_other_projects_too(made, inspector, browser, kind):
    project = made(kind.name, kind.files, kind.databases, **kind.user)
    with project.served():
        sign_in(browser, project, kind.person)
        page = shown(inspector, browser, project)
        ladder = shown(inspector, browser, project, "/ladder/")
    assert f"Here you are {kind.person}" in page
    assert f"{kind.kept_as} found" in page
    assert f"Password sent to {kind.name}, which then began a new session" in ladder
    assert "_auth_user_hash (str)" in page
    assert "The recorder failed" not in project.log.read_text()
    tables = [project.run(f"python manage.py inspectdb --database {database}") for database in kind.databases]
    assert "journal" not in "".join(tables)
    assert_recorder_changes_no_page(project, browser)


def test_a_toolbar_in_the_wrong_place_deletes_a_cookie_and_is_named(made, inspector, browser):
    shop, blog = made("shop", WITH_TOOLBAR), made("blog", {})
    assert "session_inspector.W005" in shop.environment.attempt("python manage.py check", shop.folder).stderr
    with shop.served(), blog.served():
        sign_in(browser, blog)
        browser.get(f"{shop.origin}/", timeout=60)
        page = shown(inspector, browser, blog)
        assert "Log in" in browser.get(f"{blog.origin}/admin/", timeout=60).text
    assert "Shop deleted the session cookie of blog, with GET / at" in page
    assert "Blog and shop do not know you" in page
    assert "was started anew" not in page


def test_a_toolbar_before_the_session_deletes_none(made, browser):
    shop, blog = made("shop", WITH_TOOLBAR), made("blog", {})
    shop.write({"settings.py": "MIDDLEWARE.insert(1, MIDDLEWARE.pop())\n"})  # behind the recorder alone
    assert "no issues" in shop.run("python manage.py check")
    with shop.served(), blog.served():
        sign_in(browser, blog)
        assert 'id="djDebug"' in browser.get(f"{shop.origin}/", timeout=60).text
        assert "Site administration" in browser.get(f"{blog.origin}/admin/", timeout=60).text


def test_a_sign_in_at_a_provider_is_recognised_by_its_parameters(made, inspector, elsewhere):
    stranger, carol = made("stranger", SIGNED_IN_ELSEWHERE), Person(None, "carol")
    carol.session.headers["User-Agent"] = BROWSER
    stranger.variables |= elsewhere.register(f"{stranger.origin}/welcome/")
    with stranger.served():
        answer = carol.send_form(carol.get(f"{stranger.origin}/go/"), sub=CAROL["sub"])
        assert carol.get(answer.headers["Location"]).text == f"You are {CAROL['name']}."
        ladder = shown(inspector, carol.session, stranger, "/ladder/")
    assert f"Stranger asks {elsewhere.origin.partition('//')[2]} who you are" in ladder
    assert f"Stranger knows you as {CAROL['name']} now: the browser brought it a code" in ladder
    kinds = {entry["kind"] for entry in inspector("/journal.json").json()["entries"] if entry["server"] == "stranger"}
    assert kinds == {"exchange"}  # its calls to the provider are its own library's
    assert_recorder_changes_no_page(stranger, carol.session)


def test_under_asgi_what_comes_at_once_is_told_apart(made, inspector):
    project = made("asgi", {"settings.py": 'SESSION_COOKIE_NAME = "asgi"\n'})
    browsers = [requests.Session() for _ in range(8)]
    for number, browser in enumerate(browsers):
        browser.headers["User-Agent"] = f"{BROWSER} {number}"
    with project.served(*UVICORN):
        with ThreadPoolExecutor(len(browsers)) as pool:
            list(pool.map(lambda browser: sign_in(browser, project), browsers))
        pages = [shown(inspector, browser, project) for browser in browsers]
    assert [page for page in pages if "Here you are ann" not in page] == []
    agents = {}
    for entry in inspector("/journal.json").json()["entries"]:
        if entry["server"] == "asgi" and entry["visitor"]:
            agents.setdefault(entry["visitor"], set()).add(entry["content"]["headers"]["User-Agent"])
    assert len(agents) == len(browsers)
    assert {len(of_one) for of_one in agents.values()} == {1}
    assert "The recorder failed" not in project.log.read_text()
    assert_recorder_changes_no_page(project, browsers[0], *UVICORN)


def assert_recorder_changes_no_page(project, browser, *server):
    """Byte for byte, to who has signed in and to a stranger; of the headers, all but the clock's."""
    settings = project.folder / project.name / "settings.py"
    with_recorder = settings.read_text()
    answers = []
    for text in (with_recorder, with_recorder.replace(RECORDED, "")):
        settings.write_text(text)
        with project.served(*server):
            answers.append([raw(who, project, path) for who in (browser, requests.Session()) for path in UNCHANGING])
    settings.write_text(with_recorder)
    assert answers[0] == answers[1]
    to_browser, to_stranger = answers[0][: len(UNCHANGING)], answers[0][len(UNCHANGING) :]
    assert to_browser != to_stranger


def raw(browser, project, path):
    answer = browser.get(f"{project.origin}{path}", allow_redirects=False, timeout=60)
    headers = {name: value for name, value in answer.headers.items() if name.lower() not in ("date", "expires")}
    return answer.status_code, headers, answer.content


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("--journal mysql://localhost/journal", "The journal can lie in a file or in PostgreSQL, not at mysql://.\n"),
        ("--journal postgresql://localhost/journal", f"{NO_PSYCOPG}\n"),
        ("--port 70000", "error: argument --port: '70000' is no port: 1 to 65535\n"),
    ],
)
def test_what_keeps_the_inspector_from_starting_is_said_in_one_line(environment, asked, said):
    ended = environment.attempt(f"python -m session_inspector {asked}")
    assert ended.returncode
    assert ended.stderr.endswith(said)
    assert "Traceback" not in ended.stderr


def test_a_taken_port_is_said_in_one_line(environment):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = environment.attempt(f"python -m session_inspector --port {port}")
    assert ended.stderr == f"Port {port} cannot be used: Address already in use. Another one: --port\n"


@pytest.fixture
def example(environment, tmp_path):
    """Its two projects, ready to be started as its README says."""
    projects = example_of(environment, tmp_path)
    yield projects
    for project in projects:
        project.stop()


def test_the_example_is_two_such_projects(example):
    for project in example:
        assert (project.folder / project.name / "settings.py").read_text().endswith(RECORDED)
        assert "no issues" in project.run("python manage.py check")


def test_in_the_example_each_signs_out_the_other_until_their_cookies_have_names(example, inspector, browser):
    """What ``example/README.md`` says, in its order."""
    shop, blog = example
    with shop.served(), blog.served():
        sign_in(browser, shop)
        sign_in(browser, blog)
        assert "Log in" in browser.get(f"{shop.origin}/", timeout=60).text
        page = shown(inspector, browser, blog)
    cause = "Shop and blog have one host, localhost, and one name for their session cookies, sessionid"
    assert text_of(page).startswith(cause)

    for project in example:
        (repair,) = re.findall(f'`(SESSION_COOKIE_NAME = "{project.name}_session")`', EXAMPLE.text)
        project.write({"settings.py": f"{repair}\n"})
    with shop.served(), blog.served():
        sign_in(browser, shop)
        sign_in(browser, blog)
        for project in example:
            assert "Site administration" in browser.get(f"{project.origin}/", timeout=60).text
        page = shown(inspector, browser, blog)
    assert text_of(page).startswith("Both say you are ann.")


def test_a_page_that_was_open_before_names_the_cause_by_itself(environment, example, browser, playwright):
    chrome = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.arguments())
    page = chrome.new_page()
    browser.headers["User-Agent"] = page.evaluate("navigator.userAgent")
    shop, blog = example
    with shop.served(), blog.served(), inspector_of(environment, free_ports()) as origin:
        browser.get(f"{shop.origin}/", timeout=60)
        page.goto(f"{origin}/")
        page.get_by_role("heading", name="Shop does not know you.").wait_for()
        cause = page.get_by_text("one name for their session cookies")
        assert not cause.count()
        sign_in(browser, blog)
        cause.wait_for()
    chrome.close()


def text_of(page):
    """What stands on a page of the inspector below its tabs."""
    return page.partition(" Present ")[2]


def test_the_journal_is_its_owners_alone(made, environment, browser):
    project = made("private", {"settings.py": 'SESSION_COOKIE_NAME = "private"\n'})
    with project.served():
        browser.get(f"{project.origin}/", timeout=60)
    folder = Path(environment.variables["XDG_STATE_HOME"]) / "session_inspector"
    assert folder.stat().st_mode & 0o777 == 0o700
    modes = {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}
    assert {"journal.sqlite3", "journal.fingerprint_key"} <= modes.keys()
    assert set(modes.values()) == {0o600}
