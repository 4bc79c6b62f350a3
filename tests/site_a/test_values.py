"""Values in a session: the library's, and one's own."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from site_a.forms import MAX_OWN, TIMEOUTS
from site_a.languages import LANGUAGES
from site_a.session_meanings import MEANINGS
from tests.page import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, django_user_model):
    user = django_user_model.objects.create(pk=7, username="oidc:7", first_name="Zoë", password="!")
    client.force_login(user, "relying_party.backend.Backend")
    return client


def test_a_key_is_32_characters_by_chance_and_has_nothing_of_the_person(signed_in):
    keys = set()
    for _ in range(5):
        signed_in.post("/values/new-key/")
        keys.add(signed_in.session.session_key)
    assert len(keys) == 5
    assert all(re.fullmatch("[a-z0-9]{32}", key) for key in keys)
    assert not set.intersection(*({*zip(range(32), key, strict=True)} for key in keys))


def test_there_are_languages_in_both_directions():
    assert len(LANGUAGES) >= 5
    assert {language.direction for language in LANGUAGES.values()} == {"ltr", "rtl"}


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_greeting_lang_and_dir_follow_the_language(signed_in, language):
    response = signed_in.post("/values/language/", {"language": language.code, "page": "home"}, follow=True)
    assert response.request["PATH_INFO"] == "/"
    page = response.content.decode()
    marked = f'lang="{language.code}" dir="{language.direction}"'
    assert f"<h1 {marked}>{language.to_somebody.format(name='Zoë')}</h1>" in page
    assert f"<table {marked}>" in page
    assert f'<option value="{language.code}" selected>' in page
    assert signed_in.session["language"] == language.code


def test_the_months_are_those_of_the_language(signed_in):
    signed_in.post("/values/language/", {"language": "fr"})
    assert "1 décembre" in text_of(signed_in.get("/shelf/"))


@pytest.mark.parametrize("seconds", TIMEOUTS)
def test_a_timeout_is_what_djangos_set_expiry_makes_of_it(client, seconds):
    response = client.post("/values/timeout/", {"timeout": seconds})
    cookie = response.cookies["site_a_session"]
    assert cookie["max-age"] == (seconds or "")
    lasts = Session.objects.get().expire_date - timezone.now()
    assert abs(lasts - timedelta(seconds=seconds or 1_209_600)) < timedelta(seconds=20)
    assert f'<option value="{seconds}" selected>' in client.get("/values/").content.decode()


def test_the_login_time_is_kept_and_shown(signed_in):
    login_time = signed_in.session["login_time"]
    assert f"Signed in at {login_time[11:19]} UTC" in text_of(signed_in.get("/"))


def test_visits_are_counted_where_there_is_a_session_only(client):
    client.get("/")
    assert not Session.objects.exists()
    client.get("/begin/value/")
    client.get("/")
    client.get("/")
    assert client.session["visits"] == 2
    assert "Visits to the front page 2" in text_of(client.get("/values/"))


def test_a_value_of_ones_own_is_set_read_and_deleted(client):
    client.post("/values/own/", {"name": "color", "value": "red"})
    assert client.session["color"] == "red"
    assert "color is 'red'" in text_of(client.get("/values/", {"name": "color"}))
    client.post("/values/own/delete/", {"name": "color"})
    assert "color" not in client.session
    assert "color is None" in text_of(client.get("/values/", {"name": "color"}))


@pytest.mark.parametrize(("number", "is_open"), [(1, True), (5, True), (6, False), (20, False)])
def test_few_values_of_ones_own_stand_there_and_many_are_folded(client, number, is_open):
    for name in "abcdefghijklmnopqrst"[:number]:
        client.post("/values/own/", {"name": name, "value": "v"})
    page = client.get("/values/").content.decode()
    assert f"Your {'value' if number == 1 else f'{number} values'}" in page
    assert ("<details open>" in page) is is_open
    assert page.count("Delete <span") == number


def test_a_value_that_changes_changes_the_row_and_not_the_key(client):
    client.get("/begin/value/")
    key = client.cookies["site_a_session"].value
    client.post("/values/language/", {"language": "fr"})
    assert client.cookies["site_a_session"].value == key
    assert client.session["language"] == "fr"


def test_flush_deletes_the_row_and_signs_out_here(signed_in):
    page = text_of(signed_in.post("/values/flush/", follow=True))
    assert not Session.objects.exists()
    assert "Here you are not signed in" in page


def test_a_new_key_keeps_every_value(signed_in):
    before = dict(signed_in.session.items())
    key = signed_in.session.session_key
    signed_in.post("/values/new-key/")
    assert signed_in.session.session_key != key
    assert dict(signed_in.session.items()) == before
    assert Session.objects.count() == 1


def test_expire_now_ends_the_session_and_leaves_the_row(signed_in):
    signed_in.post("/values/expire/")
    assert Session.objects.get().expire_date < timezone.now()
    assert "Here you are not signed in" in text_of(signed_in.get("/"))


@pytest.mark.parametrize(
    "line",
    [
        'request.session["language"] = language',
        "request.session.set_expiry(seconds)",
        "request.session[name] = value",
        "value = request.session.get(name)",
        "request.session.cycle_key()",
        "request.session.set_expiry(-1)",
        "request.session.flush()",
        'request.session["login_time"] = timezone.now().isoformat(timespec="seconds")',
        'request.session["visits"] = request.session.get("visits", 0) + 1',
    ],
)
def test_beside_each_action_stands_the_line_that_does_it(client, line):
    client.get("/begin/value/")
    assert f"<code>{line}</code>" in client.get("/values/").content.decode().replace("&quot;", '"')


BAD = [
    ("language", {"language": "xx"}, "The library does not have that language"),
    ("language", {}, "This field is required."),
    ("timeout", {"timeout": "31"}, "There is no such timeout"),
    ("timeout", {"timeout": "-1"}, "There is no such timeout"),
    ("timeout", {"timeout": "soon"}, "There is no such timeout"),
    ("own", {"name": "", "value": "x"}, "Give the value a name."),
    ("own", {"name": "n" * 41, "value": "x"}, "That name is too long: at most 40 characters."),
    ("own", {"name": "color", "value": "v" * 201}, "That value is too long: at most 200 characters."),
    ("own", {"name": "_auth_user_id", "value": "1"}, "Names that begin with _ are Django’s own."),
    ("own", {"name": "_session_expiry", "value": "99999999"}, "Names that begin with _ are Django’s own."),
    ("own", {"name": "oidc_states", "value": "x"}, "Names that begin with oidc_ belong to the sign-in."),
    *[("own", {"name": name, "value": "x"}, f"The library keeps its own {name} there.") for name in MEANINGS],
    ("own", {"name": "<script>alert(1)</script>", "value": "x"}, "A name begins with a letter"),
    ("own", {"name": "visits\n", "value": "x"}, "A name begins with a letter"),
    ("own", {"name": "a\0b", "value": "x"}, "Null characters are not allowed."),
    ("own", {"name": "color", "value": "a\0b"}, "Null characters are not allowed."),
    ("own/delete", {"name": "nothing_there"}, "There is no nothing_there in your session."),
    ("own/delete", {"name": "_auth_user_id"}, "Names that begin with _ are Django’s own."),
    ("own/delete", {"name": "language"}, "The library keeps its own language there."),
]


@pytest.mark.parametrize(("action", "typed", "said"), BAD)
def test_bad_input_is_refused_with_a_message_and_stays_in_its_form(signed_in, action, typed, said):
    before = dict(signed_in.session.items())
    response = signed_in.post(f"/values/{action}/", typed)
    assert response.status_code == 400
    assert said in text_of(response)
    assert dict(signed_in.session.items()) == before
    assert b"<script>alert" not in response.content
    described = re.findall(r'aria-describedby="([^"]+)"', response.content.decode())
    assert all(f'id="{one}"' in response.content.decode() for one in described)
    if action == "own":
        for name, value in typed.items():
            if value and "\0" not in value and "<" not in value:
                assert re.search(rf'name="{name}" value="{value}"', response.content.decode())


def test_markup_as_a_value_is_shown_as_text(client):
    client.post("/values/own/", {"name": "color", "value": "<script>alert(1)</script>"})
    page = client.get("/values/", {"name": "color"}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("name", ["_auth_user_hash", "oidc_states", "<script>", "x" * 5000, ""])
def test_reading_a_value_never_shows_what_is_not_ones_own_and_never_fails(signed_in, name):
    session = signed_in.session
    session["oidc_states"] = {"a": "b"}
    session.save()
    response = signed_in.get("/values/", {"name": name})
    assert response.status_code == 200
    assert "is '" not in text_of(response)
    assert "is {" not in text_of(response)
    assert re.search("Choose another|Give the value a name|A name begins|too long", text_of(response))
    assert b"<script>" not in response.content


def test_there_is_an_end_to_values_of_ones_own(client):
    for n in range(MAX_OWN):
        assert client.post("/values/own/", {"name": f"name{n}", "value": "x"}).status_code == 302
    response = client.post("/values/own/", {"name": "one_more", "value": "x"})
    assert response.status_code == 400
    assert f"at most {MAX_OWN} values of your own" in text_of(response)
    assert client.post("/values/own/", {"name": "name0", "value": "changed"}).status_code == 302


def test_a_form_whose_session_ended_while_it_was_open_says_so_and_keeps_what_was_typed(client):
    client.get("/begin/value/")
    assert 'name="opened_in_session"' in client.get("/values/").content.decode()
    Session.objects.all().delete()
    typed = {"name": "color", "value": "red", "opened_in_session": "1"}
    response = client.post("/values/own/", typed)
    assert response.status_code == 400
    assert "The session in which you opened this page has ended" in text_of(response)
    page = response.content.decode()
    assert 'name="name" value="color"' in page
    assert 'name="value" value="red"' in page
    assert 'role="alert"' in page
    assert 'name="opened_in_session"' not in page  # so that sending it again works
    assert not Session.objects.exists()


@pytest.mark.parametrize("action", ["new-key", "expire", "flush"])
def test_without_a_session_there_is_nothing_to_change(client, action):
    response = client.post(f"/values/{action}/")
    assert response.status_code == 400
    assert "There is no session to change." in text_of(response)
    ended = client.post(f"/values/{action}/", {"opened_in_session": "1"})
    assert "has ended. Nothing was changed." in text_of(ended)
    assert "What you typed" not in text_of(ended)


def test_a_session_without_values_is_a_session_all_the_same(client):
    client.post("/values/own/", {"name": "color", "value": "red"})
    client.post("/values/own/delete/", {"name": "color"})
    assert dict(client.session.items()) == {}
    assert 'name="opened_in_session"' in client.get("/values/").content.decode()
    assert client.post("/values/own/", {"name": "b", "value": "c", "opened_in_session": "1"}).status_code == 302
    client.post("/values/own/delete/", {"name": "b"})
    assert client.post("/values/flush/").status_code == 302
    assert not Session.objects.exists()


@pytest.mark.parametrize("key", ["a" * 32, "short", "<b>", "../../x", "x" * 5000, "%00"])
def test_a_made_up_key_leads_to_nobodys_session(signed_in, new_client, key):
    stranger = new_client()
    stranger.cookies["site_a_session"] = key
    response = stranger.get("/")
    assert response.status_code == 200
    assert "Here you are not signed in" in text_of(response)
    assert stranger.post("/values/own/", {"name": "color", "value": "red"}).status_code == 302
    assert stranger.session.session_key != key


def test_a_forged_token_is_refused_and_what_was_typed_is_shown(new_client):
    client = new_client(enforce_csrf_checks=True)
    client.get("/values/")
    forged = {"name": "color", "value": "<b>red</b>", "csrfmiddlewaretoken": "f" * 64}
    response = client.post("/values/own/", forged)
    assert response.status_code == 403
    assert "This form was refused" in text_of(response)
    assert "name color value <b>red</b>" in text_of(response)
    assert b"<b>red" not in response.content
    assert "f" * 64 not in response.content.decode()
    assert not Session.objects.exists()


@pytest.mark.parametrize("path", ["language", "timeout", "own", "own/delete", "new-key", "expire", "flush"])
def test_a_get_request_changes_nothing(client, path):
    client.get("/begin/value/")
    before = client.session.session_key
    assert client.get(f"/values/{path}/").status_code == 405
    assert client.session.session_key == before
