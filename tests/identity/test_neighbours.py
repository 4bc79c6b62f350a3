"""What a page of another origin can send to Identity, with all cookies: every address is asked."""

from tests.every_address import given_to_neighbours, open_to_neighbours

# Any client may send these, and says in them who it is; the first and the last ask the person, on a page of Identity.
OPEN = [
    "/identity/o/authorize",
    *(f"/identity/o/api/{name}" for name in ("token", "userinfo", "revoke", "introspect")),
    "/identity/o/logout",
]
# For scripts of every client.
PUBLIC = [f"GET /.well-known/{name}" for name in ("openid-configuration", "oauth-authorization-server", "jwks.json")]
LED_AWAY = ["/session/reveal/"]  # to the page that reveals nothing


def test_no_form_of_a_neighbour_is_taken(new_client, alice):
    def somebody(**options):
        client = new_client(**options)
        client.force_login(alice)
        return client

    assert open_to_neighbours(somebody) == OPEN + LED_AWAY


def test_no_answer_is_given_to_a_neighbour(new_client, alice):
    assert given_to_neighbours(new_client) == PUBLIC
