"""The page with a script of somebody else."""

import pytest
from django.templatetags.static import static

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("journal", "with_the_page")]


@pytest.fixture
def with_the_page(settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "lab.staging.foreign_script.ForeignScriptMiddleware"]


def test_its_script_is_the_sites_own_file(client):
    page = client.get("/visitors/")
    assert f'src="{static("foreign_script.js")}"' in page.content.decode()
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("sent", "said"), [("one two", "<code>one</code>, <code>two</code>"), ("", "saw no cookie")])
def test_it_says_what_the_script_saw(client, sent, said):
    assert said in client.post("/visitors/", {"name": sent}).content.decode()


def test_all_other_addresses_are_the_sites(client):
    assert client.get("/values/").status_code == 200
