"""A page with a frame of site A, and what is in the frame."""

import pytest

from lab.servers import IDENTITY, SITE_A
from lab.staging.front_channel import FRAME, PAGE
from lab.staging.parts import Directive

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("journal")]


@pytest.fixture
def with_both(settings):
    both = ("FrontChannelPageMiddleware", "FrontChannelLogoutMiddleware")
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, *(f"lab.staging.front_channel.{name}" for name in both)]
    for name, server in {"frame-src": SITE_A, "frame-ancestors": IDENTITY}.items():
        policy = Directive(name, (server.origin,), "why").applied_to(settings.CONTENT_SECURITY_POLICY)
        settings.CONTENT_SECURITY_POLICY = policy


@pytest.mark.usefixtures("with_both")
def test_the_page_has_a_frame_and_may_have_it(client):
    page = client.get(PAGE)
    assert f'<iframe src="{SITE_A.origin}{FRAME}"' in page.content.decode()
    assert f"frame-src {SITE_A.origin}" in page.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("with_both")
def test_whoever_asks_for_the_frame_with_a_session_is_signed_out(client, django_user_model):
    client.force_login(django_user_model.objects.create(username="alice"))
    frame = client.get(FRAME)
    assert "Site A has signed alice out." in frame.content.decode()
    assert f"frame-ancestors {IDENTITY.origin}" in frame.headers["Content-Security-Policy"]
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("with_both")
def test_whoever_asks_without_one_is_nobody(client):
    assert "Nobody is signed in here." in client.get(FRAME).content.decode()


def test_elsewhere_no_site_may_be_in_a_frame(client):
    assert client.get(FRAME).status_code == client.get(PAGE).status_code == 404
    assert "frame-ancestors 'none'" in client.get("/").headers["Content-Security-Policy"]
