"""What a browser keeps, and how long."""

from tests.facts.bench import A, Bench, measurement, names


@measurement
def close_and_reopen(bench: Bench) -> str:
    bench.set(bench.url(A), "browser_length=1", "max_age=1; Max-Age=3600")
    bench.reopen()
    return names(bench.visit(bench.url(A)))


@measurement
def close_and_restore(bench: Bench) -> str:
    bench.set(bench.url(A), "browser_length=1", "max_age=1; Max-Age=3600")
    bench.reopen(is_restoring=True)
    return names(bench.visit(bench.url(A)))


@measurement
def of_4096_bytes(bench: Bench) -> str:
    bench.set(bench.url(A), "c=old")
    bench.set(bench.url(A), "c=" + "x" * 4095)
    return old_or_new(bench.visit(bench.url(A)))


@measurement
def over_4096_bytes(bench: Bench) -> str:
    bench.set(bench.url(A), "c=old")
    bench.set(bench.url(A), "c=" + "x" * 4096)
    return old_or_new(bench.visit(bench.url(A)))


def old_or_new(cookies: list[str]) -> str:
    return "the old value" if cookies == ["c=old"] else "the new value"


@measurement
def as_many_as_a_host_may_have(bench: Bench) -> str:
    bench.set(bench.url("localhost"), *(f"c{number}=1" for number in range(90)))
    bench.set(bench.url("localhost", port=1), *(f"d{number}=1" for number in range(90)))
    return f"{len(bench.visit(bench.url('localhost')))} of 180"


@measurement
def one_more_than_a_host_may_have(bench: Bench) -> str:
    as_many_as_a_host_may_have(bench)
    bench.set(bench.url("localhost"), "one_more=1")
    return f"{len(bench.visit(bench.url('localhost')))} of 181"
