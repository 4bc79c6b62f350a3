"""What else a request between loopback origins may do, and says about where it comes from."""

from tests.facts.bench import FORM, LINK, A, B, Bench, measurement

READ = "url => fetch(url).then(answer => answer.text(), () => 'refused')"
LISTEN = """url => new Promise(resolve => {
    const stream = new EventSource(url);
    stream.onmessage = message => { stream.close(); resolve(message.data); };
    stream.onerror = () => { stream.close(); resolve('refused'); };
})"""


@measurement
def fetch_with_cors(bench: Bench) -> str:
    bench.answer(bench.url(B), body="read", headers={"Access-Control-Allow-Origin": "*"})
    bench.show(bench.url(A))
    return str(bench.tab.evaluate(READ, bench.url(B)))


@measurement
def fetch_without_cors(bench: Bench) -> str:
    bench.answer(bench.url(B), body="read")
    bench.show(bench.url(A))
    return str(bench.tab.evaluate(READ, bench.url(B)))


@measurement
def event_source_with_cors(bench: Bench) -> str:
    headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "text/event-stream"}
    bench.answer(bench.url(B), body="data: read\n\n", headers=headers)
    bench.show(bench.url(A))
    return str(bench.tab.evaluate(LISTEN, bench.url(B)))


def sec_fetch_site(bench: Bench, target: str) -> str:
    return str(bench.web.request(target).headers["Sec-Fetch-Site"])


@measurement
def sec_fetch_site_between_names_below_localhost(bench: Bench) -> str:
    bench.follow(LINK, bench.url(A), bench.url(B))
    return sec_fetch_site(bench, bench.url(B))


@measurement
def sec_fetch_site_between_ports(bench: Bench) -> str:
    bench.follow(LINK, bench.url("localhost"), bench.url("localhost", port=1))
    return sec_fetch_site(bench, bench.url("localhost", port=1))


@measurement
def sec_fetch_site_after_redirects_between_ports(bench: Bench) -> str:
    there, back = bench.url("localhost", "/there", port=1), bench.url("localhost", "/back")
    bench.answer(there, location=back)
    bench.follow(LINK, bench.url("localhost"), there)
    return sec_fetch_site(bench, back)


REPORT = "<script>document.addEventListener('securitypolicyviolation', () => fetch('/refused'))</script>"


@measurement
def form_action_and_redirects(bench: Bench) -> str:
    """The policy allows the form's own address, and the answer leads to another host."""
    page, form, elsewhere = bench.url(A), bench.url(A, "/form"), bench.url(B)
    bench.answer(form, location=elsewhere)
    policy = {"Content-Security-Policy": "form-action 'self'"}
    bench.show(page, body=FORM.format(form) + REPORT, headers=policy)
    bench.tab.click("button", "go")
    return "followed" if bench.web.first_of(elsewhere, bench.url(A, "/refused")) == elsewhere else "refused"
