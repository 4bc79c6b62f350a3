"""Errors end in a page of the lab's own that says what to do."""

import logging

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from lab.servers import INSPECTOR, SITE_A
from lab.state import in_terminal
from lab.web.logs import PagesOnly, WithoutSecrets
from lab.web.wsgi import application
from site_a.urls import handler400, handler403, handler404, handler500  # noqa: F401  Django finds them here by name
from site_a.urls import urlpatterns as of_site_a
from tests.page import text_of

pytestmark = pytest.mark.django_db


def raises(error):
    def view(request):
        raise error

    return view


def deletes_own_row(request):
    request.session["seen"] = 1
    Session.objects.filter(session_key=request.session.session_key).delete()
    return HttpResponse("too late")


urlpatterns = [
    path("own-row/", deletes_own_row),
    path("400/", raises(SuspiciousOperation("odd"))),
    path("twice/", raises(BadRequest("A parameter comes twice."))),
    path("403/", raises(PermissionDenied("no"))),
    path("500/", raises(RuntimeError("broken"))),
    *of_site_a,
]


@pytest.fixture
def lenient(client):
    client.raise_request_exception = False
    return client


@pytest.mark.urls("tests.lab.web.test_errors")
@pytest.mark.parametrize(
    ("status", "sentence"),
    [(400, "could not be understood"), (403, "You may not do this"), (404, "no such page"), (500, "made a mistake")],
)
def test_each_error_has_a_page_with_its_status_and_what_to_do(lenient, status, sentence):
    response = lenient.get(f"/{status}/")
    page = response.content.decode()
    assert response.status_code == status
    assert sentence in page
    assert "What to do" in page
    assert f'<a href="{INSPECTOR.origin}/ladder/">See the newest exchanges in the inspector</a>' in page
    assert f"Site A answered {status}" in page
    assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.urls("tests.lab.web.test_errors")
@pytest.mark.parametrize("status", [400, 403, 404])
def test_what_is_for_the_developer_is_folded(lenient, status):
    page = lenient.get(f"/{status}/").content.decode()
    folded = page.partition('<details class="fold">')[2].partition("</details>")[0]
    assert "For the developer" in folded
    assert f"<code>GET /{status}/</code>" in folded


@pytest.mark.urls("tests.lab.web.test_errors")
@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_each_error_page_names_the_command_that_examines_the_set_up(lenient, status):
    assert f"{in_terminal('make doctor')}, in the lab’s folder, says what is amiss with it." in text_of(
        lenient.get(f"/{status}/")
    )


@pytest.mark.urls("tests.lab.web.test_errors")
def test_a_bad_request_gives_the_reason_that_a_view_of_ours_gave(lenient):
    assert "Reason A parameter comes twice." in text_of(lenient.get("/twice/"))
    assert "odd" not in text_of(lenient.get("/400/"))  # Django's own words may quote what is no business of a page


@pytest.mark.urls("tests.lab.web.test_errors")
def test_a_session_that_ends_during_a_request_is_said_to_have_ended(client):
    client.get("/begin/value/")
    response = client.get("/own-row/")
    assert response.status_code == 400
    page = response.content.decode()
    assert "The session of this request ended while the request was under way." in text_of(response)
    assert "malformed" not in page
    assert "Nothing was done" not in page
    assert not Session.objects.exists()


def test_a_forged_form_is_refused_with_a_page_that_says_why(settings):
    strict = Client(enforce_csrf_checks=True, headers={"host": settings.SERVER.netloc})
    response = strict.post("/oidc/logout/")
    assert response.status_code == 403
    assert "before this server looked at what it brought" in response.content.decode()
    assert "<q>CSRF cookie not set.</q>" in response.content.decode()


def test_an_unknown_path_full_of_markup_shows_as_text(client):
    page = client.get("/<script>alert(1)</script>").content.decode()
    assert "<script>" not in page


def shown(message, *args):
    record = logging.LogRecord("django.server", logging.INFO, "", 0, message, args, None)
    assert PagesOnly().filter(record)
    return WithoutSecrets("%(message)s").format(record)


KEY = "k3ybcdefghijklmnop0qrstuvwxyz123"


@pytest.mark.parametrize(
    ("line", "logged"),
    [
        ("GET /oidc/callback/?code=secret&state=x HTTP/1.1", "GET /oidc/callback/?… HTTP/1.1"),
        ("GET\t/oidc/callback/?code=secret HTTP/1.1", "GET␣/oidc/callback/?… HTTP/1.1"),
        ("GET /?x='&password=short HTTP/1.1", "GET /?… HTTP/1.1"),
        ("GET /?x=a b\xa0&password=short HTTP/1.1", "GET /?… HTTP/1.1"),
        ("GET //alice:short@host/x HTTP/1.1", "GET //…@host/x HTTP/1.1"),
        ("GET /oidc/callback/%3fcode=secret HTTP/1.1", "GET /oidc/callback/%3f… HTTP/1.1"),
        ("GET / HTTP/1.1", "GET / HTTP/1.1"),
        ("GET /a?b ?c HTTP/1.1", "GET /a?… HTTP/1.1"),
        (f"GET /nope/{KEY}/ HTTP/1.1", "GET /nope/k3ybcd…/ HTTP/1.1"),
    ],
)
def test_the_terminal_shows_no_query_string_and_no_key(line, logged):
    assert shown('"%s" %s %s', line, "200", "1") == f'"{logged}" 200 1'


@pytest.mark.parametrize(
    ("message", "args"),
    [
        ('"%s" %s', ("GET /oidc/callback/?code=short", "200")),  # HTTP/0.9
        ("%s: %s", ("Not Found", "/nope?x 'password=short")),
        ("%s: %s", ("Not Found", "/nope%253Fpassword=short")),
        ("code %d, message %s", (400, "Bad request syntax ('GET /x password=short')")),
        ("code %d, message %s", (400, "Bad request version ('b&password=short')")),
    ],
)
def test_the_terminal_shows_no_short_secret_of_a_request_that_is_none(message, args):
    assert "short" not in shown(message, *args)


def test_a_traceback_is_indented_and_masked():
    try:
        raise ValueError(f"Invalid boundary: {KEY}\nERROR fake: a line of its own")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "oops", (), (type(error), error, error.__traceback__))
    first, *rest = WithoutSecrets("%(message)s").format(record).splitlines()
    assert first == "oops"
    assert rest
    assert all(line.startswith("    ") for line in rest)
    assert KEY not in "".join(rest)


def test_what_a_request_brings_never_looks_like_a_line_of_the_log():
    assert "\n" not in shown("Sign-in not finished: %s", "evil\n07:00:00 site_a.1 | FAKE\x1b[31m")
    assert "\x1b" not in shown("%s", "\x1b[31m")


def test_the_terminal_shows_no_static_files():
    record = logging.LogRecord("django.server", logging.INFO, "", 0, "%s", ("GET /static/lab.css?x HTTP/1.1",), None)
    assert not PagesOnly().filter(record)


MALFORMED = {"CONTENT_TYPE": "multipart/form-data", "HTTP_COOKIE": f"site_a_csrftoken={'a' * 32}"}


@pytest.mark.parametrize("path", ["/nothing/here/", "/static/nothing/", "/values/own/"])
def test_a_malformed_form_is_refused_and_no_500(lenient, path):
    response = lenient.generic("POST", path, b"x", **MALFORMED)
    assert response.status_code in (400, 403, 404)


@pytest.mark.parametrize("length", ["abc", "-1", "1e3", "²", "9" * 5000])
def test_a_length_that_is_no_number_is_refused(lenient, length):
    response = lenient.generic("POST", "/values/own/", b"x=1", CONTENT_LENGTH=length)
    assert response.status_code == 400
    assert "could not be understood" in response.content.decode()


def test_an_address_that_belongs_to_a_button_says_so(client):
    response = client.get("/values/own/")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "Nothing was done: this address does not take GET." in response.content.decode()
    assert "It belongs to a button." in response.content.decode()
    assert "It can only be looked at: GET, HEAD." in client.post("/").content.decode()


@pytest.mark.parametrize("path", ["/nothing/here/", "/values/own/"])
def test_an_error_page_still_says_who_one_is(client, django_user_model, path):
    client.force_login(django_user_model.objects.create(username="oidc:1", first_name="Zoë"))
    assert "Here you are <strong>Zoë" in client.get(path).content.decode()


def test_a_page_made_before_anybody_asked_who_one_is_claims_nothing(client, django_user_model):
    client.force_login(django_user_model.objects.create(username="oidc:1", first_name="Zoë"))
    page = client.get("/", headers={"host": "evil.example"}).content.decode()
    assert "Here you are" not in page


@pytest.mark.parametrize(
    "header",
    [
        "text/plain; charset*=zzz''x",
        "multipart/form-data; boundary*=zzz''x",
        "text/plain; charset=a\x00",
        "text/plain; charset=rot13",
        "text/plain; charset=hex",
        "text/plain; charset=idna",
    ],
)
def test_a_content_type_of_no_known_encoding_is_answered(header):
    environ = RequestFactory().get("/begin/", headers={"host": SITE_A.netloc}).environ | {"CONTENT_TYPE": header}
    statuses = []
    b"".join(application(environ, lambda status, headers: statuses.append(status)))
    assert statuses == ["200 OK"]
