"""Where a request comes from."""

import pytest

from lab.web.wsgi import address_of_client


@pytest.mark.parametrize(
    ("proxies", "said", "address"),
    [
        (0, "198.51.100.1", "127.0.0.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.9, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "127.0.0.1"),
        (1, None, "127.0.0.1"),
    ],
)
def test_of_what_a_request_says_of_its_way_only_what_our_proxies_added_is_believed(proxies, said, address):
    environ = {"REMOTE_ADDR": "127.0.0.1"} | ({} if said is None else {"HTTP_X_FORWARDED_FOR": said})
    assert address_of_client(environ, proxies) == address
