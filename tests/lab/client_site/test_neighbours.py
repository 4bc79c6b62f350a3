"""What a page of another origin can send to a site, with all cookies: every address is asked."""

import pytest

from tests.every_address import given_to_neighbours, open_to_neighbours

pytestmark = pytest.mark.django_db


LED_AWAY = ["/session/reveal/"]  # to the page that reveals nothing
OPEN = [
    "/oidc/initiate-login/",  # begins a sign-in, as a link does
    "/oidc/backchannel-logout/",  # no cookie counts there: Identity signs what it sends
]


def test_no_form_of_a_neighbour_is_taken(new_client, django_user_model):
    user = django_user_model.objects.create(username="oidc:1", first_name="Alice")

    def somebody(**options):
        client = new_client(**options)
        client.force_login(user)
        return client

    assert open_to_neighbours(somebody) == LED_AWAY + OPEN


def test_no_answer_is_given_to_a_neighbour(new_client):
    assert given_to_neighbours(new_client) == []
