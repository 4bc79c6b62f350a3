"""A third site: a copy of site B, a line in ``servers.py``, a line in the Procfile."""

import json
import os
import re
import shutil
import subprocess

import pytest
import requests
from playwright.sync_api import expect

from tests.browser.browsing import sign_out
from tests.processes import ROOT, SERVERS, Lab

LINE = 'SITE_C = Server("site_c", "site C", RELYING_PARTY, "C", 4, PORT + 5, "the garden")\n'
NAMES = {"site_b": "site_c", "SITE_B": "SITE_C", "Site B": "Site C", "site B": "site C"}


@pytest.fixture(scope="module")
def running_lab(tmp_path_factory):
    root = tmp_path_factory.mktemp("third-site") / "copy"
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in (one for one in tracked.splitlines() if (ROOT / one).exists()):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    copy_site(root)
    servers = root / "shared/lab/servers.py"
    text = servers.read_text().replace("INSPECTOR = ", LINE + "INSPECTOR = ")
    servers.write_text(text.replace("SITE_A, SITE_B)", "SITE_A, SITE_B, SITE_C)"))
    with open(root / "Procfile", "a") as procfile:
        procfile.write("site_c: exec python site_c/manage.py runserver\n")
    lab = Lab(root.parent / "lab", root=root, servers=SERVERS | {"site_c": 5})
    lab.settings["PYTHONPATH"] = f"{root}{os.pathsep}{root / 'shared'}"  # before what is installed
    try:
        lab.start()
        lab.note()
        yield lab
    finally:
        lab.stop()


@pytest.fixture
def lab(rewound_lab):
    return rewound_lab


def copy_site(root):
    shutil.copytree(root / "site_b", root / "site_c")
    for folder in ("templates", "static"):
        (root / "site_c" / folder / "site_b").rename(root / "site_c" / folder / "site_c")
    for file in (path for path in (root / "site_c").rglob("*") if path.is_file()):
        text = file.read_text()
        for old, new in NAMES.items():
            text = text.replace(old, new)
        file.write_text(text)


def test_a_third_site_is_on_every_page_as_the_others_are(person, lab, page):
    person.sign_in_at("site_c", "alice")
    person.expect_known_as("alice")
    for site in ("site_a", "site_b"):
        person.visit(site)
        page.get_by_role("link", name="Sign in at Identity").click()
        person.expect_known_as("alice")
    person.visit("inspector")
    expect(page.get_by_role("heading", level=1)).to_have_text("All four say you are alice.")
    expect(page.locator("#beside")).to_contain_text("Four servers, four session cookies, none in common.")
    column = page.locator("section[aria-labelledby=column-site_c]")
    expect(column).to_contain_text("Here you are alice")
    expect(column.locator("h2")).to_contain_text("Site C, the garden")
    row = page.locator(".matrix tr").filter(has=page.get_by_role("rowheader", name="site_c_session"))
    expect(row.locator("td")).to_have_count(5)  # and what devtools show
    expect(row.locator("td[data-label='site C']")).to_contain_text("sent")
    expect(row.locator("td[data-label='site A']")).to_contain_text("another host")
    person.visit("inspector", "/visitors/")
    expect(page.locator("table tbody tr").filter(has_text="site C")).to_contain_text("alice")
    for _ in range(2):
        person.visit("site_a", "/stateless/session/")
    person.visit("inspector", "/first-steps/")
    expect(page.locator(".lesson > .done")).not_to_have_count(0)


def test_its_messages_have_a_lane_of_their_own(person, lab, page):
    page.set_viewport_size({"width": 1400, "height": 900})
    person.sign_in_at("site_c", "alice")
    person.visit("inspector", "/ladder/")
    newest = page.locator(".click[open]")
    expect(newest.locator(".lanes li")).to_have_text(
        [re.compile(name) for name in ("Browser", "Site A", "Identity", "Site B", "Site C")]
    )
    callback = newest.locator(".rung .message", has_text="/oidc/callback/").first
    expect(callback).to_contain_text("browser → site C")
    lanes = {lane.inner_text().split()[-1]: lane.bounding_box() for lane in newest.locator(".lanes li").all()}
    middle = lanes["C"]["x"] + lanes["C"]["width"] / 2
    box = callback.bounding_box()
    assert abs(box["x"] + box["width"] - middle) < 2  # the arrow ends at its lane


def test_signing_out_at_identity_ends_it_too(person, lab, page):
    person.sign_in_at("site_a", "alice")
    person.expect_known_as("alice")
    person.visit("site_c", "/oidc/authenticate/")
    person.expect_known_as("alice")
    person.visit("identity")
    sign_out(page, "Sign out at Identity")
    person.visit("site_c")
    person.expect_stranger()


def test_what_is_exported_names_it(person, lab):
    person.sign_in_at("site_c", "alice")
    origin = f"http://127.0.0.1:{lab.port + 3}"
    host = {"Host": lab.origin("inspector").removeprefix("http://")}
    archive = requests.get(f"{origin}/journal.har", headers=host, timeout=60).json()["log"]["entries"]
    assert any(entry["request"]["url"].startswith(f"{lab.origin('site_c')}/oidc/callback/") for entry in archive)
    assert "site C called Identity" in {entry["comment"] for entry in archive}
    entries = requests.get(f"{origin}/journal.json", headers=host, timeout=60).json()["entries"]
    of_site = {entry["participant"] for entry in entries if entry["server"] == "site_c"}
    assert len(of_site) == 1, json.dumps(entries)
    assert 0 not in of_site
