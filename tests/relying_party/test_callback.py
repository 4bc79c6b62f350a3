import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"code": "c"},
        {"state": "s"},
        {"code": "c", "state": "s"},
        {"code": "c", "state": ""},
        {"error": "access_denied"},
        {"error": "access_denied", "state": "s"},
        {"error": "<script>", "state": "\x00", "code": "'"},
    ],
)
def test_a_callback_that_this_session_did_not_begin_changes_nothing(client, come_back, query):
    come_back()
    before = dict(client.session)
    response = client.get("/oidc/callback/", query)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert dict(client.session) == before
    assert "_auth_user_id" in client.session


def test_a_stranger_who_opens_the_callback_gets_a_page_and_no_cookie(client):
    response = client.get("/oidc/callback/", {"code": "c", "state": "s"})
    assert response.status_code == 400
    assert not response.cookies


def test_identitys_no_ends_this_sign_in_and_leaves_the_person_signed_in(client, come_back, begin, provider):
    come_back()
    asked = begin()
    response = client.get("/oidc/callback/", {"error": "access_denied", "state": asked["state"]})
    assert response.status_code == 403
    assert "error=access_denied" in response.content.decode()
    assert "_auth_user_id" in client.session
    assert asked["state"] not in client.session["oidc_states"]


def test_a_state_without_a_code_ends_in_a_page(client, begin):
    response = client.get("/oidc/callback/", {"state": begin()["state"]})
    assert response.status_code == 400


def test_a_state_is_worth_nothing_the_second_time(client, begin, provider):
    query = {"code": "c", "state": begin("/shelf/")["state"]}
    assert client.get("/oidc/callback/", query)["Location"] == "/shelf/"
    asked = len(provider.seen)
    assert client.get("/oidc/callback/", query)["Location"] == "/"
    assert len(provider.seen) == asked


def test_what_identity_says_is_shown_as_text(client, begin):
    query = {"error": "<script>alert(1)</script>", "error_description": "<b>", "state": begin()["state"]}
    page = client.get("/oidc/callback/", query).content.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
