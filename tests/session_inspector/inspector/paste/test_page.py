"""The page: what it answers, what it never shows, and that nothing of what is pasted stays anywhere."""

import json
import logging
import tempfile
from base64 import urlsafe_b64encode
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from session_inspector.configuration import configuration
from session_inspector.inspector.paste.kinds import MAX_TEXT, read
from session_inspector.inspector.paste.upload import MAX_PASTED
from session_inspector.redaction import SHOWN
from tests.foreign_texts import JSON, SECRETS, TEXTS
from tests.page import expect_page_of_inspector, text_of
from tests.recorded import configure, number_of_entries
from tests.session_inspector.inspector.paste.reading import said_in

HERE = "http://localhost:8000/"
COOKIE = "Set-Cookie: sessionid=q2w3e4r5t6y7u8i9o0p1a2s3d4f5g6h7; Domain=localhost; HttpOnly; Path=/"


def paste(client, text="", file=None, address=""):
    sent = {"text": text, "address": address, **({"file": SimpleUploadedFile("x.har", file)} if file else {})}
    return client.post("/paste/", sent, headers={"origin": configuration().inspector})


def test_it_has_a_form_that_sends_by_post_and_says_what_becomes_of_it(client):
    response = client.get("/paste/")
    expect_page_of_inspector(response)
    page = response.content.decode()
    assert '<form class="stack paste" method="post" enctype="multipart/form-data" action="/paste/"' in page
    assert "Nothing leaves your machine, and nothing is kept." in text_of(response)


def test_what_is_wrong_comes_before_the_parts_and_the_form_is_empty(client):
    response = paste(client, COOKIE, address="http://a.localhost:8000/")
    expect_page_of_inspector(response)
    page = text_of(response)
    assert "This is a Set-Cookie line." in page
    assert (
        page.index("Domain=localhost is a name of one part") < page.index("Its parts") < page.index("Paste something")
    )
    assert "q2w3e4…" in page
    assert "></textarea>" in response.content.decode()


def test_a_file_is_read_like_a_text(client):
    assert "This is a Set-Cookie line." in text_of(paste(client, file=COOKIE.encode()))
    assert "This is a Set-Cookie line." in text_of(paste(client, "other", file=COOKIE.encode()))


def test_the_address_that_is_named_is_compared(client):
    line = "Set-Cookie: a=b; Domain=y.example; Path=/"
    assert "x.example is no part of it" in text_of(paste(client, line, address="https://x.example/"))
    assert "no part of it" not in text_of(paste(client, line))


@pytest.mark.parametrize("text", ["", "  \n", "\ufeff"])
def test_nothing_is_said_to_be_nothing(client, text):
    assert "There was nothing to read: paste a text, or choose a file." in text_of(paste(client, text))


def test_what_is_not_known_is_said_and_not_shown(client):
    page = text_of(paste(client, "Dear Sir or Madam"))
    assert "This is none of what this page knows." in page
    assert "Madam" not in page


def test_a_good_one_is_said_to_be_good(client):
    assert "Nothing wrong was found in it." in text_of(paste(client, "Cookie: theme=dark"))


def test_a_form_of_another_origin_is_refused(client):
    response = client.post("/paste/", {"text": COOKIE}, headers={"origin": "http://evil.example"})
    assert response.status_code == 403


def test_the_lab_leads_to_a_scenario_about_it(client):
    page = paste(client, COOKIE).content.decode()
    assert 'href="/scenarios/sibling_hosts/planted/"' in page


@pytest.mark.parametrize("said", [{"own_only": True, "key": "x" * 20}, {"inspector": "https://class.example"}])
def test_where_others_come_it_is_not_there_and_says_why(client, settings, said):
    configure(settings, **said)
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if not one.endswith("ViewerMiddleware")]
    for response in (client.get("/paste/"), paste(client, COOKIE)):
        assert response.status_code == 404
        page = text_of(response)
        assert "This page is not offered here: what you paste would go to another machine." in page
        assert "Set-Cookie line" not in page
        assert 'href="/paste/"' not in response.content.decode()


# In memory, and no more than fits.


def test_a_text_and_a_file_of_the_largest_size_are_read_in_memory(client, monkeypatch):
    def no_file(*args, **kwargs):
        raise AssertionError("a file on disk")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", no_file)
    monkeypatch.setattr("django.core.files.uploadedfile.TemporaryUploadedFile.__init__", no_file)
    large = json.dumps({"log": {"entries": [], "comment": "x" * (MAX_PASTED - 100)}})
    assert "This is a HAR file with 0 messages." in text_of(paste(client, large))
    assert "This is a HAR file with 0 messages." in text_of(paste(client, file=large.encode()))


def test_more_is_refused_before_it_is_read_whole(client):
    response = paste(client, file=b"x" * (MAX_PASTED + 20_000))
    assert response.status_code == 413
    assert "That is more than 20 MB: it was not read." in text_of(response)
    assert "Its parts" not in text_of(response)


class Body(BytesIO):
    """Notes how much was asked of it at once."""

    most = 0

    def read(self, size=-1):
        self.most = max(self.most, size if size >= 0 else 10**12)
        return super().read(size)


def test_of_what_is_too_large_only_a_small_piece_is_in_memory_at_a_time(client):
    body = Body(b"x" * 100)
    response = client.generic(
        "POST", "/paste/", headers={"origin": configuration().inspector}, CONTENT_LENGTH=str(10**10),
        CONTENT_TYPE="multipart/form-data; boundary=x", **{"wsgi.input": body},
    )  # fmt: skip
    assert response.status_code == 413
    assert body.read() == b""
    assert body.most > 0
    assert body.tell() == 100


@pytest.mark.parametrize("said", ["-1", "x", "²"])
def test_a_length_that_is_none_is_refused(client, said):
    response = client.generic("POST", "/paste/", headers={"origin": configuration().inspector}, CONTENT_LENGTH=said)
    assert response.status_code in (400, 413)


def test_what_the_form_does_not_send_so_is_not_read(client):
    response = client.post(
        "/paste/", f"text={COOKIE}", "application/x-www-form-urlencoded", headers={"origin": configuration().inspector}
    )
    assert response.status_code == 415
    assert "Set-Cookie line." not in text_of(response)


def test_a_form_that_breaks_off_is_no_error_of_the_server(client):
    response = client.post(
        "/paste/", b"--x\r\nbroken", "multipart/form-data; boundary=x", headers={"origin": configuration().inspector}
    )
    assert response.status_code in (200, 400)


# What is never shown, and never kept.


def token(claims):
    pieces = [urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in ({"alg": "RS256"}, claims)]
    return ".".join([*pieces, "c2ln"])


WITH_SECRET = {
    "code": "http://localhost:8000/cb?code={}&state=s",
    "state": "http://localhost:8000/cb?code=a&state={}",
    "another parameter": "http://localhost:8000/cb?code=a&state=s&x={}",
    "path": "http://localhost:8000/cb/{}/?code=a&state=s",
    "user": "http://me:{}@localhost:8000/cb?code=a&state=s",
    "fragment": "http://localhost:8000/cb#access_token={}&state=s",
    "error": "http://localhost:8000/cb?error={}&state=s",
    "error_description": "http://localhost:8000/cb?error=access_denied&error_description=it+is+{}&state=s",
    "issuer": "http://localhost:8000/cb?code=a&state=s&iss={}",
    "issuer, user": "http://localhost:8000/cb?code=a&state=s&iss=https://me:{}@x.example/?x={}",
    "set-cookie": "Set-Cookie: sessionid={}; Path=/; Max-Age=0",
    "set-cookie, name": "Set-Cookie: {}=a; Path=/",
    "set-cookie, quotes": 'Set-Cookie: a="{}"; Path=/',
    "set-cookie, attribute": "Set-Cookie: a=b; Path=/{}; Domain={}; {}=x; SameSite={}; Max-Age={}; Expires={}",
    "set-cookie, second": "Set-Cookie: a=b; Path=/, c={}; Path=/",
    "cookie": "Cookie: sessionid={}; csrftoken={}; x={}; x=y",
    "cookie, name": "Cookie: {}=a; {}=b",
    "answer of a token endpoint": '{{"access_token": "{}", "id_token": "{}"}}',
    "opaque": "{}",
    "bearer": "Bearer {}",
    "settings": "SESSION_COOKIE_NAME = 'a'\nSECRET_KEY = '{}'",
    "settings, within": "SESSION_COOKIE_NAME = 'a'\nDATABASES = {{'default': {{'PASSWORD': '{}', 'OPTIONS': ['{}']}}}}",
    "settings, of others": "SESSION_COOKIE_NAME = 'a'\nPAYMENT = '{}'\nX = call('{}')\n# {}",
    "settings, address": "OIDC_OP_TOKEN_ENDPOINT = 'https://x.example/token?key={}'",
    "settings, name": "SESSION_COOKIE_NAME = '{}'",
    "settings, origin": "CSRF_TRUSTED_ORIGINS = ['{}']",
    "settings, domain": "SESSION_COOKIE_DOMAIN = 'https://me:{}@x.example/'",
    "settings, broken": "SECRET_KEY = '{}",
    "variables": "SECRET_KEY={}\nOTHER={}",
    "json": '{{"token": "{}"}}',
    "letter": "Dear Sir, my password is {}. Yours",
    "markup": "<b>{}</b>",
}


@pytest.mark.parametrize("kind", WITH_SECRET)
@given(secret=SECRETS)
def test_of_a_secret_no_more_than_its_beginning_is_said(kind, secret):
    text = WITH_SECRET[kind].replace("{}", secret).replace("{{", "{").replace("}}", "}")
    assert secret[: SHOWN + 1] not in said_in(read(text, HERE))


@given(secret=SECRETS)
def test_nor_of_one_in_a_token(secret):
    for claims in (
        {"sid": secret},
        {"x": secret},
        {"a": [{"b": secret}]},
        {"iss": secret},
        {secret: 1},
        {"typ": secret},
    ):
        text = token(claims)
        said = said_in(read(text, HERE))
        assert secret[: SHOWN + 1] not in said
        assert text[-20:] not in said


@given(secret=SECRETS)
def test_nor_of_one_in_a_har_file(secret):
    ask = f"http://a.example/authorize?response_type=code&client_id=x&state={secret}"
    message = {
        "request": {
            "method": secret,
            "url": f"http://localhost/{secret}?code={secret}&state={secret}",
            "headers": [{"name": "Cookie", "value": f"session={secret}"}, {"name": "Authorization", "value": secret}],
            "postData": {"text": f"password={secret}", "params": [{"name": "password", "value": secret}]},
        },
        "response": {
            "status": 500,
            "headers": [{"name": "Set-Cookie", "value": f"session=x{secret}; Path=/{secret}; Domain={secret}"},
                        {"name": "Location", "value": ask}],
            "content": {"text": secret},
        },
    }  # fmt: skip
    text = json.dumps({"log": {"entries": [message, message, message]}})
    assert secret[: SHOWN + 1] not in said_in(read(text, HERE))


@pytest.mark.parametrize("kind", ["code", "set-cookie", "cookie", "settings", "variables", "letter", "json"])
def test_nothing_is_recorded_anywhere(client, caplog, kind):
    secret = "x7QaB3cD5eF7gH9aB3cD5"
    before = number_of_entries()
    with caplog.at_level(logging.DEBUG):
        response = paste(client, WITH_SECRET[kind].replace("{}", secret))
    assert response.status_code == 200
    assert number_of_entries() == before
    assert secret[: SHOWN + 1] not in caplog.text
    assert secret[: SHOWN + 1] not in response.content.decode()
    assert secret[: SHOWN + 1] not in str(response.headers)
    assert not response.cookies


@pytest.mark.parametrize("text", [
    "http://localhost/cb?code=a&state=b&iss=https://me:hunter2@x.example/?y",
    "SESSION_COOKIE_DOMAIN = 'https://me:hunter2@x.example/'",
    json.dumps({"log": {"entries": [{"request": {"url": "http://me:hunter2@x.example/;hunter2"},
                                     "response": {"status": 302}}] * 4}}),
])  # fmt: skip
def test_a_password_in_an_address_is_not_shown_though_it_does_not_look_random(text):
    reading = read(text, HERE)
    assert "x.example" in said_in(reading)
    assert "hunter2" not in said_in(reading)


# Hostile texts.

HOSTILE = [
    "<script>x()</script>",
    '"><img src=x onerror=x()>',
    "\x00\x1b[31m",
    "\u202egnp.exe\u2028",
    "\ud800",
    "{{ 7|add:7 }}",
    "a" * 20_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("kind", WITH_SECRET)
def test_every_text_is_shown_as_text(client, kind, text):
    text = text.encode(errors="replace").decode()
    response = paste(client, WITH_SECRET[kind].replace("{}", text).replace("{{'", "{'"))
    assert response.status_code == 200
    page = response.content.decode()
    assert "<script>x" not in page
    assert "<img" not in page
    assert not {"\x00", "\x1b", "\u202e", "\u2028"} & set(page)
    assert len(page) < 60_000


NESTED = {
    "lists": "[" * 2_000_000,
    "objects": '{"log":' * 100_000,
    "within a HAR file": '{"log": {"entries": [' + "[" * 100_000,
    "closed": "[" * 100_000 + "]" * 100_000,
    "a number": '{"log": ' + "9" * 100_000 + "}",
    "brackets in settings": "SESSION_COOKIE_AGE = " + "(" * 90_000,
    "signs in settings": "SESSION_COOKIE_AGE = " + "-" * 90_000 + "1",
    "attributes in settings": "SESSION_COOKIE_AGE = a" + ".a" * 90_000,
    "sums in settings": "SESSION_COOKIE_AGE = 1" + "+1" * 90_000,
    "calls in settings": "SESSION_COOKIE_AGE = a" + "()" * 90_000,
    "blanks": " " * MAX_TEXT,
    "pairs": "a=b&" * 40_000 + "state=x y",
    "line ends": "x" + "\n" * 150_000 + "x",
    "question marks": "/" + "?" * 150_000 + " x",
    "a colon and blanks": "SESSION:" + " " * 150_000 + "x",
    "commas and blanks": "Set-Cookie: a=b" + ("," + " " * 10_000) * 15 + "x",
    "a comma and blanks": "Cookie: a=b," + " " * 150_000 + "x",
    "a long date": "Set-Cookie: a=b; Expires=" + "1 " * 70_000,
    "cookies": "Cookie: " + "a=b; " * 30_000,
    "lines of cookies": "Set-Cookie: a=b; Domain=localhost\n" * 5_000,
    "dots": "eyJhbGciOiJub25lIn0" + "." * 100_000,
    "a token": "eyJhbGciOiJub25lIn0." + "A" * 150_000 + ".",
    "codes": "code=&" * 33_000 + ";",
    "blanks behind a colon": "AAA:" + " " * 199_000 + "x",
    "blanks behind a comma": "Set-Cookie: a=b," + " " * 199_000 + "é",
    "names of cookies": "Cookie: " + ";".join(f"{n:x}=" for n in range(28_000)),
    "long": "x" * (MAX_TEXT + 1),
    "entries": json.dumps({"log": {"entries": [{"request": {"url": "http://a/?code=1&state=2"}}] * 5_000}}),
}


@pytest.mark.parametrize("nested", NESTED)
def test_what_is_huge_or_deep_is_answered_with_a_page_of_usual_size(client, nested):
    response = paste(client, file=NESTED[nested].encode())
    assert response.status_code == 200
    assert len(response.content) < 100_000


def test_that_not_all_is_shown_is_said(client):
    assert "More was found than is shown." in text_of(paste(client, NESTED["cookies"]))
    assert "More was found than is shown." not in text_of(paste(client, COOKIE))


def test_a_compressed_file_is_not_unpacked(client):
    assert "This is none of what this page knows." in text_of(paste(client, file=b"\x1f\x8b\x08\x00" + b"\x00" * 5000))


@given(text=TEXTS)
def test_any_text_has_a_reading(text):
    for address in ("", HERE):
        for start in ("", "Set-Cookie: ", "Cookie: ", "/?code=", "eyJhbGciOiJub25lIn0.", "SESSION_COOKIE_AGE = "):
            assert read(start + text, address).findings is not None


@given(
    content=JSON, claims=st.dictionaries(st.sampled_from(["aud", "exp", "iat", "events", "sub", "iss", "typ"]), JSON)
)
def test_any_json_has_a_reading(content, claims):
    entry = {"request": content, "response": content}
    for one in (content, {"log": content}, {"log": {"entries": [content, entry]}}):
        said_in(read(json.dumps(one)))
    said_in(read(token(claims)))


def test_a_browser_without_script_gets_the_same_page():
    page = Client().get("/paste/").content.decode()
    assert "<script" not in page.partition("<main")[2]
