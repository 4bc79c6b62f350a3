import pytest

from loopback import is_loopback


@pytest.mark.parametrize("host", ["localhost", "a.localhost", "127.0.0.1", "127.0.0.2", "::1", "[::1]"])
def test_names_and_addresses_of_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "localhost.example", "notlocalhost", "127.shop.example", "10.0.0.1", "0.0.0.0", "::", "[::2]"]
)
def test_what_only_looks_like_it_is_elsewhere(host):
    assert not is_loopback(host)
