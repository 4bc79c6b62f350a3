import pytest

pytestmark = pytest.mark.django_db


def test_looking_at_the_front_page_makes_no_session_and_no_cookie(client):
    response = client.get("/")
    assert "This server does not know you" in response.content.decode()
    assert not response.cookies
    assert "Cookie" in response["Vary"]


def test_the_shelf_leads_a_stranger_to_sign_in_and_back(client):
    assert client.get("/shelf/")["Location"] == "/oidc/authenticate/?next=/shelf/"


def test_somebody_signed_in_is_greeted_by_name_and_sees_their_shelf(client, django_user_model):
    client.force_login(django_user_model.objects.create(username="oidc:1", first_name="<b>Zoë</b>"))
    assert "Welcome to the library, &lt;b&gt;Zoë&lt;/b&gt;" in client.get("/").content.decode()
    assert "Middlemarch" in client.get("/shelf/").content.decode()


def test_its_cookies_have_names_of_their_own(client, django_user_model):
    client.force_login(django_user_model.objects.create(username="oidc:1"))
    client.get("/")
    assert set(client.cookies) == {"site_a_session", "site_a_csrftoken"}
