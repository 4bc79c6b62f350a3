"""``Secure``, name prefixes and ``HttpOnly``, over plain http."""

from tests.facts.bench import LEFT, RIGHT, A, Bench, measurement, values

HOST_ONLY = "Secure; Path=/"


@measurement
def secure_over_http(bench: Bench) -> str:
    return bench.carry("c=1; Secure", bench.url(A), bench.url(A))


@measurement
def secure_over_http_at_127_0_0_1(bench: Bench) -> str:
    return bench.carry("c=1; Secure", bench.url("127.0.0.1"), bench.url("127.0.0.1"))


@measurement
def host_prefix_over_http(bench: Bench) -> str:
    return bench.carry(f"__Host-c=1; {HOST_ONLY}", bench.url(A), bench.url(A))


@measurement
def host_prefix_without_secure(bench: Bench) -> str:
    return bench.carry("__Host-c=1; Path=/", bench.url(A), bench.url(A))


@measurement
def host_prefix_with_a_path(bench: Bench) -> str:
    return bench.carry("__Host-c=1; Secure; Path=/below/", bench.url(A, "/below/"), bench.url(A, "/below/"))


@measurement
def secure_prefix_without_secure(bench: Bench) -> str:
    return bench.carry("__Secure-c=1", bench.url(A), bench.url(A))


@measurement
def none_without_secure(bench: Bench) -> str:
    return bench.carry("c=1; SameSite=None", bench.url(A), bench.url(A))


@measurement
def none_without_secure_over_another(bench: Bench) -> str:
    bench.set(bench.url(A), "c=first")
    bench.set(bench.url(A), "c=second; SameSite=None")
    return values(bench.visit(bench.url(A)))


@measurement
def host_prefix_between_ports(bench: Bench) -> str:
    bench.set(bench.url("localhost"), f"__Host-c=first; {HOST_ONLY}")
    bench.set(bench.url("localhost", port=1), f"__Host-c=second; {HOST_ONLY}")
    return values(bench.visit(bench.url("localhost")))


@measurement
def host_prefix_against_a_sibling(bench: Bench) -> str:
    bench.set(bench.url(LEFT), f"__Host-c=own; {HOST_ONLY}")
    bench.set(bench.url(RIGHT), f"__Host-c=of the parent; {HOST_ONLY}; Domain=lab.localhost")
    return values(bench.visit(bench.url(LEFT)))


@measurement
def http_prefix_without_http_only(bench: Bench) -> str:
    return bench.carry("__Http-c=1; Secure", bench.url(A), bench.url(A))


@measurement
def http_only_seen_by_script(bench: Bench) -> str:
    bench.set(bench.url(A), "c=1; HttpOnly")
    return "seen" if bench.tab.evaluate("() => document.cookie") else "not seen"


@measurement
def http_only_overwritten_by_script(bench: Bench) -> str:
    bench.set(bench.url(A), "c=own; HttpOnly")
    bench.tab.evaluate("() => { document.cookie = 'c=of the script'; }")
    return values(bench.visit(bench.url(A)))


@measurement
def http_only_overwritten_by_another_port(bench: Bench) -> str:
    bench.set(bench.url("localhost"), "c=own; HttpOnly")
    bench.set(bench.url("localhost", port=1), "c=of the other port")
    return values(bench.visit(bench.url("localhost")))


@measurement
def partitioned_without_secure(bench: Bench) -> str:
    return bench.carry("c=1; Partitioned", bench.url(A), bench.url(A))


@measurement
def control_character_in_value(bench: Bench) -> str:
    return bench.carry("c=a\x01b", bench.url(A), bench.url(A))


@measurement
def two_cookies_in_one_line(bench: Bench) -> str:
    bench.set(bench.url(A), "c=1, d=2; Path=/")
    return ", ".join(f"<{cookie}>" for cookie in bench.visit(bench.url(A)))


@measurement
def path_without_a_slash(bench: Bench) -> str:
    return bench.carry("c=1; Path=app", bench.url(A, "/folder/page"), bench.url(A, "/folder/other"))


@measurement
def attribute_over_1024_bytes(bench: Bench) -> str:
    return bench.carry(f"c=1; Path=/{'x' * 1024}", bench.url(A), bench.url(A))


@measurement
def unreadable_attributes(bench: Bench) -> str:
    line = "c=1; Same-Site=Strict; SameSite=Relaxed; Max-Age=0.5; Expires=21.10.2015"
    return bench.carry(line, bench.url(A), bench.url(A))
