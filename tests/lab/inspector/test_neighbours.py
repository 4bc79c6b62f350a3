"""What a page of another origin can send to the inspector: every address is asked."""

from tests.every_address import every_address, given_to_neighbours, open_to_neighbours


def test_no_form_of_a_neighbour_is_taken(new_client, visitor):
    assert open_to_neighbours(new_client) == []


def test_no_answer_is_given_to_a_neighbour(new_client, visitor):
    assert given_to_neighbours(new_client) == []


def test_no_window_of_a_neighbour_has_a_handle_of_the_inspectors_tab(new_client):
    for address in every_address():
        assert new_client().get(address).headers["Cross-Origin-Opener-Policy"] == "same-origin-allow-popups", address
