import pytest
from django.conf import settings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8001", "127.0.0.1:8001", "127.0.0.1:9", "[::1]", "[::1]:8001"]
)
@pytest.mark.parametrize("method", ["get", "head"])
def test_loopback_names_lead_to_the_servers_own_origin(client, host, method):
    response = getattr(client, method)("/shelf/?a=1&b=%2F", headers={"host": host})
    assert response.status_code == 302
    assert response["Location"] == f"{settings.SERVER.origin}/shelf/?a=1&b=%2F"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "site-a.localhost",
        "site-a.localhost:9",
        "site-b.localhost:8002",
        "x.site-a.localhost:8001",
        "site-a.localhost.:8001",
        "localhost.evil.example",
        "",
        "[",
        "<script>",
        "127.0.0.1@evil.example",
    ],
)
def test_any_other_host_is_refused_with_a_page_that_names_the_right_one(client, host):
    response = client.get("/", headers={"host": host})
    assert response.status_code == 400
    page = response.content.decode()
    assert f"This server answers at {settings.SERVER.origin}" in page
    assert "<script>" not in page


def test_a_form_sent_to_a_loopback_name_is_refused(client):
    assert client.post("/oidc/logout/", headers={"host": "localhost:8001"}).status_code == 400


def test_the_address_may_be_written_in_capitals(client):
    assert client.get("/", headers={"host": settings.SERVER.netloc.upper()}).status_code == 200


def test_static_files_too_are_served_under_one_name_only(client):
    own = client.get("/static/lab.css")
    assert own.status_code == 200
    assert b"@layer" in b"".join(own.streaming_content)
    assert client.get("/static/lab.css", headers={"host": "evil.example"}).status_code == 400
