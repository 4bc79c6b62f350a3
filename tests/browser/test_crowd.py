"""Many at once, servers that die, ports and names that change."""

import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.browser.person import Person, new_people, resolve_to_loopback
from tests.processes import Lab, free_ports


@pytest.fixture(autouse=True)
def loopback(monkeypatch):
    resolve_to_loopback(monkeypatch, "localhost")


def test_sixteen_people_sign_in_at_once_at_both_sites_and_each_is_themselves(lab):
    people = new_people(lab, *[(f"person{n}", f"person{n}") for n in range(16)])
    together = threading.Barrier(len(people))

    def visit_both(person):
        together.wait()
        pages = [person.sign_in("site_a"), person.sign_in("site_b")]
        return [page.status_code for page in pages], person.known_at("site_a"), person.known_at("site_b")

    with ThreadPoolExecutor(len(people)) as pool:
        results = list(pool.map(visit_both, people))
    assert results == [([200, 200], person.name, person.name) for person in people]
    for server in ("identity", "site_a", "site_b"):
        assert len({person.session_key(server) for person in people}) == 16
    assert "locked" not in lab.output


def test_identity_killed_before_the_code_is_redeemed_still_redeems_it(lab):
    alice = Person(lab, "alice")
    callback = alice.go_to_callback("site_a")
    lab.stop("identity", how=signal.SIGKILL)
    lab.start("identity")
    page = alice.get(callback)
    assert page.status_code == 200
    assert alice.known_at("site_a") == "alice"


def test_identity_dead_while_the_code_is_redeemed_says_so_and_the_next_try_works(lab):
    alice = Person(lab, "alice")
    callback = alice.go_to_callback("site_a")
    lab.stop("identity", how=signal.SIGKILL)
    page = alice.get(callback)
    assert page.status_code == 502
    assert "provider cannot be reached" in page.text
    assert alice.known_at("site_a") is None
    lab.start("identity")
    assert alice.sign_in("site_a").status_code == 200
    assert alice.known_at("site_a") == "alice"


@pytest.mark.parametrize("change", ["port", "domain"])
def test_another_port_or_domain_on_an_old_state_signs_in_and_makes_nobody_another(cold_lab, monkeypatch, change):
    cold_lab.start()
    alice, bob = Person(cold_lab, "alice"), Person(cold_lab, "bob")
    for person in (alice, bob):
        for site in ("site_a", "site_b"):
            person.sign_in(site)
    cold_lab.stop()

    elsewhere = next(port for port in iter(free_ports, None) if port != cold_lab.port)
    moved = Lab(cold_lab.state, elsewhere) if change == "port" else Lab(cold_lab.state, cold_lab.port, "lab.test")
    assert moved.origin("site_a") != cold_lab.origin("site_a")
    resolve_to_loopback(monkeypatch, moved.domain)
    try:
        moved.start()
        alice.lab = bob.lab = moved
        for person in (bob, alice):  # in another order than before
            for site in ("site_a", "site_b"):
                assert person.known_at(site) in (None, person.name)  # an old cookie may still fit
                assert person.sign_in(site).status_code == 200
                assert person.known_at(site) == person.name
    finally:
        moved.stop()
