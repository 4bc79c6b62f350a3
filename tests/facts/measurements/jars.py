"""Which hosts share a jar of cookies: a port makes no difference, a name does."""

from tests.facts.bench import LEFT, RIGHT, A, B, Bench, measurement, names, sent, values


@measurement
def other_port(bench: Bench) -> str:
    return bench.carry("c=1", bench.url("localhost"), bench.url("localhost", port=1))


@measurement
def same_name_from_two_ports(bench: Bench) -> str:
    bench.set(bench.url("localhost"), "c=first")
    bench.set(bench.url("localhost", port=1), "c=second")
    return values(bench.visit(bench.url("localhost")))


@measurement
def deleted_by_another_port(bench: Bench) -> str:
    bench.set(bench.url("localhost"), "c=1")
    return bench.carry("c=; Max-Age=0", bench.url("localhost", port=1), bench.url("localhost"))


@measurement
def any_name_below_localhost(bench: Bench) -> str:
    reach = "url => fetch(url, {mode: 'no-cors'}).then(() => 'reached', () => 'not reached')"
    bench.show(bench.url("localhost"))
    return str(bench.tab.evaluate(reach, bench.url("never-heard-of.localhost")))


@measurement
def two_names_below_localhost(bench: Bench) -> str:
    return bench.carry("c=1", bench.url(A), bench.url(B))


@measurement
def localhost_and_a_name_below(bench: Bench) -> str:
    return bench.carry("c=1", bench.url("localhost"), bench.url(A))


@measurement
def localhost_and_127_0_0_1(bench: Bench) -> str:
    return bench.carry("c=1", bench.url("localhost"), bench.url("127.0.0.1"))


@measurement
def localhost_and_ipv6(bench: Bench) -> str:
    return bench.carry("c=1", bench.url("localhost"), bench.url("[::1]"))


@measurement
def domain_localhost(bench: Bench) -> str:
    return bench.carry("c=1; Domain=localhost", bench.url(A), bench.url(A))


@measurement
def domain_localhost_of_localhost(bench: Bench) -> str:
    return bench.carry("c=1; Domain=localhost", bench.url("localhost"), bench.url("localhost"))


@measurement
def domain_localhost_beside_none(bench: Bench) -> str:
    bench.set(bench.url("localhost"), "c=first")
    bench.set(bench.url("localhost", port=1), "c=second; Domain=localhost")
    return values(bench.visit(bench.url("localhost")))


@measurement
def domain_of_an_address(bench: Bench) -> str:
    return bench.carry("c=1; Domain=127.0.0.1", bench.url("127.0.0.1"), bench.url("127.0.0.1"))


@measurement
def domain_of_another_host(bench: Bench) -> str:
    return bench.carry(f"c=1; Domain={B}", bench.url(A), bench.url(B))


@measurement
def domain_of_a_shared_parent(bench: Bench) -> str:
    return bench.carry("c=1; Domain=lab.localhost", bench.url(LEFT), bench.url(RIGHT))


@measurement
def paths(bench: Bench) -> str:
    bench.set(bench.url("localhost"), "a=1; Path=/a", "b=1; Path=/b")
    at_a, at_b = (bench.visit(bench.url("localhost", path, port=1)) for path in ("/a", "/b"))
    return f"/a: {names(at_a)}; /b: {names(at_b)}"


@measurement
def two_of_one_name_by_path(bench: Bench) -> str:
    bench.set(bench.url(A), "c=general; Path=/", "c=special; Path=/a")
    return values(bench.visit(bench.url(A, "/a")))


@measurement
def two_of_one_name_by_domain(bench: Bench) -> str:
    bench.set(bench.url(LEFT), "c=own")
    bench.set(bench.url(RIGHT), "c=of the parent; Domain=lab.localhost")
    return values(bench.visit(bench.url(LEFT)))


@measurement
def two_of_one_name_by_domain_the_parents_first(bench: Bench) -> str:
    bench.set(bench.url(RIGHT), "c=of the parent; Domain=lab.localhost")
    bench.set(bench.url(LEFT), "c=own")
    return values(bench.visit(bench.url(LEFT)))


@measurement
def clear_site_data_at_another_port(bench: Bench) -> str:
    bench.set(bench.url("localhost", port=1), "c=1")
    bench.show(bench.url("localhost"), headers={"Clear-Site-Data": '"cookies"'})
    return sent(bench.visit(bench.url("localhost", port=1)))


@measurement
def clear_site_data_at_another_name(bench: Bench) -> str:
    bench.set(bench.url(A), "c=1")
    bench.show(bench.url("localhost"), headers={"Clear-Site-Data": '"cookies"'})
    return sent(bench.visit(bench.url(A)))
