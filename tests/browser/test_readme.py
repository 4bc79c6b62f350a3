"""README's "Try this", step by step, as it says."""

from playwright.sync_api import expect


def test_try_this(lab, page):
    site_a, site_b, identity = (lab.origin(server) for server in ("site_a", "site_b", "identity"))

    def names_at(origin):
        return {cookie["name"] for cookie in page.context.cookies(origin)}

    def value_of(name):
        return next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == name)

    def sign_in():
        page.get_by_role("link", name="Sign in at identity").click()

    def expect_known(origin):
        page.goto(origin)
        expect(page.locator(".here")).to_contain_text("Here you are alice")

    # 1
    page.goto(site_a)
    assert page.context.cookies() == []
    # 2
    sign_in()
    assert page.url.startswith(identity)
    assert names_at(identity) == {"identity_csrftoken"}
    page.go_back()
    assert page.url == site_a + "/"
    assert names_at(site_a) == {"site_a_session"}
    early = value_of("site_a_session")
    # 3
    sign_in()
    page.get_by_label("User name").fill("alice")
    page.get_by_label("Password").fill("alice")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".here")).to_contain_text("Here you are alice")
    assert page.url == site_a + "/"
    assert value_of("site_a_session") != early
    assert value_of("identity_session") not in (early, value_of("site_a_session"))
    assert names_at(identity) == {"identity_session", "identity_csrftoken"}
    # 4
    page.goto(site_b)
    expect(page.get_by_role("heading", level=1)).to_have_text("To the shop you are a stranger.")
    assert names_at(site_b) == set()
    sign_in()
    expect(page.locator(".here")).to_contain_text("Here you are alice")
    assert "site_b_session" in names_at(site_b)
    # 5
    page.goto(site_a)
    page.get_by_role("button", name="Sign out of this site").click()
    expect(page.locator(".here")).to_contain_text("Here you are nobody yet")
    assert "site_a_session" not in names_at(site_a)
    expect_known(site_b)
    expect_known(identity)
    page.goto(site_a)
    sign_in()
    expect(page.locator(".here")).to_contain_text("Here you are alice")
    # 6
    page.goto(identity)
    page.get_by_role("button", name="Sign out at identity").click()
    expect(page.locator(".here")).to_contain_text("Here you are nobody yet")
    expect_known(site_a)
    expect_known(site_b)
