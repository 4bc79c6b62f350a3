"""A server that has another name inside of a network of containers."""

import pytest
from django.http import HttpResponse

from lab.servers import IDENTITY
from lab.staging.proxy import ProxyMiddleware, inside_name


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ("site-a:8001", "site-a.localhost:8001"),
        ("site-a.localhost:8001", "site-a.localhost:8001"),
        ("site-a:8002", "site-a:8002"),
        ("evil.example", "evil.example"),
    ],
)
def test_the_name_of_inside_is_replaced_and_no_other(rf, asked, seen):
    proxy = ProxyMiddleware(lambda request: HttpResponse(request.META["HTTP_HOST"]))
    assert proxy(rf.get("/", headers={"host": asked})).content.decode() == seen


def test_a_request_without_a_host_goes_on(rf):
    assert ProxyMiddleware(lambda request: HttpResponse("on"))(rf.get("/")).content == b"on"


def test_inside_a_server_is_called_by_its_label():
    assert inside_name(IDENTITY) == "identity:8000"
