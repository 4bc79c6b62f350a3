"""What the check of a cart at two processes says of other traffic, and what Django puts into Redis."""

import pickle

import pytest
from django.core.cache.backends.redis import RedisSerializer

from lab.scenarios import session_stores
from tests.session_inspector.inspector.traffic import exchange, row

CART = row("b1", cart={"ink": 1})


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [(CART, CART, "ink"), (None, None, "nothing"), (CART, None, "one"), (None, CART, "one")],
)
def test_what_is_in_the_cart_at_two_processes(first, second, shown):
    looks = [
        exchange("site_b", "/cart/", before=before, process=number) for number, before in enumerate((first, second))
    ]
    assert session_stores.is_cart_found_by_both([exchange("site_b"), *looks]).shown == {"cart": shown}


def test_two_looks_at_one_process_show_nothing():
    looks = [exchange("site_b", "/cart/", before=CART, process=1)] * 2
    assert session_stores.is_cart_found_by_both(looks).shown == {"cart": ""}


class Ran:
    def __reduce__(self):
        return list, (["ran"],)  # any function


def test_what_somebody_has_written_into_redis_is_run_when_it_is_read():
    assert RedisSerializer().loads(pickle.dumps(Ran())) == ["ran"]
