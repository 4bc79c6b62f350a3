"""A cart in the session of whoever fills it, signed in or not."""

import pytest
from django.contrib.auth import login
from django.contrib.messages.storage import default_storage
from django.contrib.sessions.models import Session
from django.test import RequestFactory

from site_b.views import GOODS, MAX_OF_ONE
from tests.page import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def carol(django_user_model):
    return django_user_model.objects.create(pk=7, username="oidc:7", first_name="carol", password="!")


@pytest.fixture
def sign_in(client, carol):
    """What the callback does once it knows who somebody is, in the session that the browser has."""

    def sign_in():
        request = RequestFactory().get("/")
        request.session, request.COOKIES = client.session, client.cookies
        request._messages = default_storage(request)
        login(request, carol, "relying_party.backend.Backend")
        request._messages.update(None)
        request.session.save()
        client.cookies["site_b_session"] = request.session.session_key

    return sign_in


def put(client, item, **fields):
    return client.post("/cart/add/", {"item": item, **fields})


def test_an_anonymous_visitor_has_a_cart_and_looking_alone_makes_none(client):
    client.get("/cart/")
    assert not Session.objects.exists()
    put(client, "ink")
    put(client, "ink")
    put(client, "nib")
    assert client.session["cart"] == {"ink": 2, "nib": 1}
    page = text_of(client.get("/cart/"))
    assert "Your cart, without a sign-in" in page
    assert "Total: 15 €" in page


def test_taking_something_out_is_saved_too(client):
    put(client, "ink")
    put(client, "nib")
    client.post("/cart/remove/", {"item": "ink"})
    assert client.session["cart"] == {"nib": 1}


def test_the_cart_is_kept_through_sign_in_while_the_key_changes_and_the_page_says_so_once(client, sign_in):
    put(client, "ink")
    key = client.session.session_key
    sign_in()
    assert client.session.session_key != key
    page = text_of(client.get("/cart/"))
    assert "Your cart is still here. Signing in gave your session a new key" in page
    assert "Your cart, carol" in page
    assert "Your cart is still here" not in text_of(client.get("/cart/"))


def test_without_a_cart_nothing_is_said_to_have_come_along(client, sign_in):
    client.get("/cart/")
    sign_in()
    assert "came along" not in text_of(client.get("/cart/"))


def test_signing_out_takes_the_cart_with_it_and_the_page_says_so(client, sign_in):
    put(client, "ink")
    sign_in()
    page = text_of(client.post("/oidc/logout/", follow=True))
    assert "You are signed out of site B only." in page
    assert "deletes the row with every value in it, the cart too" in page
    assert "Your cart is empty" in text_of(client.get("/cart/"))
    assert not Session.objects.exists()


@pytest.mark.parametrize("item", ["", "gold", "<script>alert(1)</script>", "a\0b", "x" * 5000, "__class__"])
@pytest.mark.parametrize("action", ["add", "remove"])
def test_a_thing_that_does_not_exist_is_refused_and_the_cart_is_kept(client, action, item):
    put(client, "ink")
    response = client.post(f"/cart/{action}/", {"item": item})
    assert response.status_code == 400
    assert ("The shop has no such thing" if action == "add" else "That is not in your cart") in text_of(response)
    assert b"<script>alert" not in response.content
    assert client.session["cart"] == {"ink": 1}


def test_there_is_an_end_to_one_thing(client):
    session = client.session
    session["cart"] = {"ink": MAX_OF_ONE}
    session.save()
    client.cookies["site_b_session"] = session.session_key
    response = put(client, "ink")
    assert response.status_code == 400
    assert client.session["cart"] == {"ink": MAX_OF_ONE}


def test_a_thing_the_shop_has_no_more_does_not_break_the_page(client):
    session = client.session
    session["cart"] = {"gone": 1, "ink": 1}
    session.save()
    client.cookies["site_b_session"] = session.session_key
    assert client.get("/cart/").status_code == 200


def test_a_cart_filled_after_its_session_ended_says_that_it_is_a_new_one(client):
    put(client, "ink")
    Session.objects.all().delete()
    page = text_of(client.post("/cart/add/", {"item": "nib", "opened_in_session": "1"}, follow=True))
    assert "The session in which you opened this page has ended, with all that was in it. This is a new one." in page
    assert client.session["cart"] == {"nib": 1}


def test_a_forged_token_is_refused(new_client):
    client = new_client(enforce_csrf_checks=True)
    client.get("/cart/")
    response = client.post("/cart/add/", {"item": "ink", "csrfmiddlewaretoken": "f" * 64})
    assert response.status_code == 403
    assert "item ink" in text_of(response)
    assert not Session.objects.exists()


@pytest.mark.parametrize("action", ["add", "remove"])
def test_beside_each_action_stand_the_lines_that_do_it(client, action):
    put(client, "ink")
    lines = {"add": 'request.session["cart"] = cart | {item:', "remove": 'del request.session["cart"][item]'}
    assert lines[action] in text_of(client.get("/cart/"))


def test_the_goods_are_all_there(client):
    page = text_of(client.get("/cart/"))
    assert all(thing["title"] in page for thing in GOODS.values())


def test_where_the_lesson_ends_it_leads_to_djangos_documentation_of_it(client):
    assert (
        b"https://docs.djangoproject.com/en/5.2/topics/auth/default/#how-to-log-a-user-in"
        in client.get("/cart/").content
    )
