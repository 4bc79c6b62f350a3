"""A HAR file: what of it concerns a sign-in, and each usual fault."""

import json

import pytest

from session_inspector.inspector.paste.har.archive import MAX_MESSAGES, Message, archive_of
from session_inspector.inspector.paste.har.cookies import MAX_FOLLOWED
from session_inspector.inspector.paste.kinds import read
from session_inspector.inspector.paste.reading import MAX_FINDINGS
from tests.session_inspector.inspector.paste.reading import said_in, statements

SITE, OTHER, PROVIDER = "http://localhost:8001", "http://localhost:8002", "https://op.example"
ASK = f"{PROVIDER}/authorize?response_type=code&client_id=x&state=s&redirect_uri=http%3A%2F%2Flocalhost%3A8001%2Fcb"
BACK = f"{SITE}/cb?code=SplxlOBeZQQYbYS6WxSbIA&state=s"
LAX = "; Path=/; HttpOnly; SameSite=Lax"


def entry(url, status=200, location="", sends="", tells=(), method="GET", form=()):
    """As Chrome writes it: a header for each cookie. ``tells`` that is one text is one header for all."""
    lines = tells.split("\n\n") if isinstance(tells, str) else tells
    headers = [{"name": "Set-Cookie", "value": line} for line in lines]
    request = {"method": method, "url": url, "headers": [{"name": "Cookie", "value": sends}] if sends else []}
    if form:
        request["postData"] = {"mimeType": "x", "params": [{"name": name, "value": "x"} for name in form]}
    if location:
        headers.append({"name": "Location", "value": location})
    return {"request": request, "response": {"status": status, "headers": headers, "redirectURL": location}}


def har(*entries):
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "x"}, "entries": entries}})


def sign_in(begin=SITE, back=BACK, status=302, error=False, tells=f"site_session=k1{LAX}", sends="site_session=k1"):
    return [
        entry(f"{begin}/login/", 302, ASK, tells=[tells] if tells else []),
        entry(ASK, 302, back, sends="op=1"),
        entry(back, status, "/", sends=sends, tells=[f"site_session=k2{LAX}"]),
        entry(f"{SITE}/", sends="site_session=k2"),
    ]


FAULTS = {
    "another_host": (
        har(*sign_in(begin="http://127.0.0.1:8001")),
        "Message 3: The sign-in began at 127.0.0.1, and the callback is at localhost: "
        "the cookie with the state is not sent there.",
    ),
    "error": (
        har(*sign_in(back=f"{SITE}/cb?error=access_denied&state=s")),
        "Message 3: The provider answered with the error access_denied, and gave no code.",
    ),
    "by_post": (
        har(
            *sign_in()[:2],
            entry(f"{SITE}/cb", 302, "/", method="POST", form=["code", "state"], sends="theme=dark"),
        ),
        "Message 3: The provider answered by POST, and no session cookie came with it.",
    ),
    "refused": (har(*sign_in(status=400)), "Message 3: The callback was answered with 400: the site refused it."),
    "failed": (har(*sign_in(status=500)), "Message 3: The callback was answered with 500: the site failed."),
    "no_answer": (har(*sign_in(status=0)), "Message 3: The callback got no answer."),
    "loop": (
        har(*[entry(f"{SITE}/{path}", 302, to) for path, to in (("a", "/b?x=1"), ("b", "/a")) * 3], entry(f"{SITE}/a")),
        "The browser was led to http://localhost:8001/a 4 times in one row of redirects.",
    ),
    "never_came_back": (
        har(*sign_in(tells=f"site_session=k1{LAX}; Domain=op.example", sends="op=1")[:3], entry(f"{SITE}/x")),
        "site_session was set by message 1, and never came back.",
    ),
    "replaced": (
        har(
            entry(f"{SITE}/", tells=[f"sessionid=k1{LAX}"]),
            entry(f"{OTHER}/", sends="sessionid=k1", tells=[f"sessionid=k2{LAX}"]),
        ),
        "sessionid of localhost:8001 was replaced by message 2 of port 8002.",
    ),
    "deleted": (
        har(
            entry(f"{SITE}/", tells=[f"sessionid=k1{LAX}"]),
            entry(f"{OTHER}/", sends="sessionid=k1", tells=["sessionid=; Max-Age=0; Path=/"]),
        ),
        "sessionid of localhost:8001 was deleted by message 2 of port 8002.",
    ),
    "another_key": (har(*sign_in()), "Message 3 gave site_session another value."),
    "sanitized": (
        har(*[entry(ASK, 302, BACK), entry(BACK)]),
        "No message has a cookie: the browser has left them out, so nothing can be said of cookies.",
    ),
    "entries_of_another_form": (
        har(*sign_in(), 7, {"request": {"url": "about:blank"}}, {"request": 1}),
        "3 of 7 entries cannot be read.",
    ),
    "no_sign_in": (
        har(entry(f"{SITE}/", sends="a=b")),
        "No message is recognised as one of a sign-in.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_said(fault):
    text, said = FAULTS[fault]
    assert said in statements(text)


def test_of_a_good_sign_in_only_the_new_key_is_said():
    assert statements(har(*sign_in())) == ["Message 3 gave site_session another value."]


def test_the_form_of_the_provider_does_not_begin_the_sign_in():
    begin, ask, back, page = sign_in()
    form = entry(f"{PROVIDER}/login", 302, ASK, method="POST", form=["password"])
    assert statements(har(begin, ask, form, ask, back, page)) == ["Message 5 gave site_session another value."]


def test_its_messages_are_listed_in_order_with_what_they_are_and_the_others_are_not():
    form = entry(f"{PROVIDER}/login", 302, ASK, method="POST", form=["login", "password"])
    style = entry(f"{SITE}/style.css")
    reading = read(har(*sign_in()[:1], form, *sign_in()[1:], style))
    assert reading.kind == "a HAR file with 6 messages"
    assert [(one.name, one.meaning) for one in reading.parts] == [
        ("1. GET", "Sets site_session."),
        ("2. POST", "A form with a password."),
        ("3. GET", "The browser is sent to the provider."),
        ("4. GET", "The provider’s answer, which the browser brings to the site. Sets site_session."),
    ]
    assert "SplxlOBeZQQYbYS6WxSbIA" not in said_in(reading)
    assert "code=Splxl… " in f"{reading.parts[3].value} ".replace("&", " ")


def test_the_cause_of_a_cookie_that_never_came_is_the_attribute_for_which_it_was_refused():
    (said,) = [one for one in read(FAULTS["never_came_back"][0]).findings if "never came" in one.statement]
    assert said.cause.startswith("Domain=op.example, and localhost is no part of it: browsers refuse the cookie.")


def test_a_cookie_that_need_not_come_is_not_missed():
    elsewhere = entry(f"{SITE}/app/", tells=["a=b; Path=/app"], sends="x=y")
    assert not any("never came" in one for one in statements(har(elsewhere, entry(f"{SITE}/"), entry(OTHER))))


def test_an_answer_by_post_with_the_session_cookie_is_none_to_speak_of():
    form = entry(f"{SITE}/cb", 302, "/", method="POST", form=["code", "state"], sends="site_session=k1")
    assert statements(har(*sign_in()[:2], form)) == []


def test_a_cookie_goes_to_the_folder_of_its_page_if_it_has_no_path_and_if_secure_not_to_http():
    folder = entry(f"{SITE}/app/page", tells=["a=b"], sends="x=y")
    secure = entry("https://x.example/", tells=["c=d; Path=/; Secure"])
    others = [entry(f"{SITE}/other/", sends="x=y"), entry("http://x.example/", sends="x=y")]
    assert not any("never came" in one for one in statements(har(folder, secure, *others)))
    assert any("never came" in one for one in statements(har(folder, entry(f"{SITE}/app/other"))))


def test_no_more_is_looked_for_than_a_page_shows():
    lost = [entry(f"{SITE}/{n}", sends="x=y", tells=[f"a{n}=b; Path=/"]) for n in range(100)]
    assert len(statements(har(*lost))) == MAX_FINDINGS + 1


def test_cookies_in_one_header_with_line_ends_between_are_told_apart():
    told = f"one=1{LAX}\nsite_session=2{LAX}"
    (part,) = read(har(entry(f"{SITE}/", tells=told))).parts
    assert part.meaning == "Sets site_session."


def test_cookies_are_read_from_the_list_too():
    """Of some browsers the header is not in the file."""
    listed = entry(f"{SITE}/")
    listed["request"]["cookies"] = [{"name": "sessionid", "value": "k1"}]
    assert not any("No message has a cookie" in one for one in statements(har(listed)))


@pytest.mark.parametrize(
    "content",
    [
        {},
        [],
        {"log": 1},
        {"log": {"entries": {}}},
        {"log": {"entries": [None, [], {"request": {"url": 5, "headers": 5}}]}},
    ],
    ids=str,
)
def test_json_of_another_form_is_read_as_far_as_it_goes(content):
    assert read(json.dumps(content)).kind in (
        "JSON, but no HAR file",
        "a HAR file with 0 messages",
        "a HAR file with 3 messages",
    )


def test_of_many_messages_the_first_are_looked_at_and_that_is_said():
    text = json.dumps({"log": {"entries": [{"request": {"url": "http://localhost/"}}] * (MAX_MESSAGES + 1)}})
    reading = read(text)
    assert reading.kind == f"a HAR file with {MAX_MESSAGES + 1} messages"
    assert reading.note.endswith(f"Only the first {MAX_MESSAGES} messages were looked at.")
    assert "cannot be read" not in said_in(reading)


@pytest.mark.parametrize(
    "entry",
    [
        {"request": {"url": "http://localhost/?" + "a&" * 1_000_000}},
        {"request": {"url": "http://localhost/", "headers": [{"name": "Cookie", "value": "a;" * 1_000_000}]}},
        {"request": {"url": "http://localhost/", "cookies": [{"name": "a", "value": "b"}] * 100_000}},
        {"request": {"url": "http://localhost/"},
         "response": {"headers": [{"name": "Set-Cookie", "value": "a=b\n" * 1_000_000}]}},
        {"request": {"url": "http://localhost/"}, "response": {"redirectURL": "../" * 1_000_000}},
    ],
    ids=["address", "cookies", "listed cookies", "lines", "redirect"],
)  # fmt: skip
def test_of_a_huge_message_only_a_part_is_kept(entry):
    kept = archive_of({"log": {"entries": [entry]}}).messages
    assert all(len(one.sent) <= 200 and len(one.told) <= 50 and len(one.location) <= 100_000 for one in kept)
    assert all(len(one.url) <= 100_000 for one in kept)


def test_of_many_cookies_few_are_followed(monkeypatch):
    entry = (
        '{"request": {"url": "http://localhost/"}, "response": {"headers": [{"name": "Set-Cookie", "value": "%s=b"}]}}'
    )
    asked = []
    monkeypatch.setattr(Message, "would_get", lambda message, cookie: asked.append(cookie) or False)
    read('{"log": {"entries": [' + ",".join(entry % f"c{n}" for n in range(500)) + "]}}")
    assert len({cookie.name for cookie in asked}) == MAX_FOLLOWED


@pytest.mark.parametrize(
    "entries",
    [
        [entry(f"{SITE}/poll", 304)] * 5,
        [entry(f"{SITE}/api", 302, "/login/")] * 5,
        [entry(f"{SITE}/api", 302, "/login/"), entry(f"{SITE}/login/")] * 5,
    ],
    ids=["not modified", "at once", "again and again"],
)
def test_what_is_no_row_of_redirects_is_no_loop(entries):
    assert "in one row of redirects" not in said_in(read(har(*entries)))


FROM_SERVER = entry(f"{SITE}/x")


@pytest.mark.parametrize(
    "later",
    [
        FROM_SERVER | {"_fromCache": "memory"},
        FROM_SERVER | {"response": {"status": 200, "_fetchedViaServiceWorker": True}},
        entry(f"{SITE}/x", method="OPTIONS"),
    ],
    ids=["cache", "service worker", "preflight"],
)
def test_what_a_browser_asks_without_cookies_does_not_show_that_one_is_missing(later):
    told = entry(f"{SITE}/", tells=[f"site_session=k1{LAX}"])
    assert "never came back" not in said_in(read(har(told, later)))
    assert "never came back" in said_in(read(har(told, FROM_SERVER)))


@pytest.mark.parametrize(
    ("first", "path", "second", "other"),
    [(SITE, "/a", OTHER, "/b"), ("http://x.example", "/", "https://x.example", "/")],
    ids=["two paths", "http and https"],
)
def test_a_cookie_that_another_one_leaves_alone_is_not_replaced(first, path, second, other):
    told = entry(f"{first}{path}", tells=[f"sessionid=k1; Path={path}"])
    again = entry(f"{second}{other}", tells=[f"sessionid=k2; Path={other}"])
    assert "was replaced" not in said_in(read(har(told, again)))
