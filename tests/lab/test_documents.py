"""What README and the documents tell to do can be done: what they name is there."""

import json
import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from django.contrib.humanize.templatetags.humanize import apnumber
from django.core.management import find_commands, get_commands

from lab.inspector.pages import PAGES
from lab.servers import ALL, PORT
from lab.staging.catalogue import scenarios
from tests.processes import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
MAKEFILE = (ROOT / "Makefile").read_text()


def everything() -> str:
    return "\n".join(document.read_text() for document in DOCUMENTS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_leads_to_a_file(document):
    links = re.findall(r"\]\(((?!https?:|#)[^)#]+)[^)]*\)", document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_to_a_section_leads_to_a_heading(document):
    links = re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", document.read_text())
    lost = [one for one in links if one[1] not in sections(document.parent / (one[0] or document.name))]
    assert lost == []


def sections(document: Path) -> set[str]:
    """As GitHub names them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_target_of_make_is_there():
    targets = set(re.findall(r"`(?:[A-Z_]+=\S+ )*make ([a-z-]+)", everything()))
    assert "run" in targets
    assert [target for target in targets if not re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)] == []


def test_every_variable_is_read_somewhere():
    code = "".join(path.read_text() for path in (ROOT / "shared" / "lab").rglob("*.py"))
    variables = set(re.findall(r"\bLAB_[A-Z]+\b", everything()))
    assert "LAB_PORT" in variables
    assert [name for name in variables if f'"{name}"' not in code] == []


def test_every_command_of_a_project_is_there():
    found = re.findall(r"python (\S*manage\.py) ([a-z_]+)", everything())
    assert ("identity/manage.py", "rotate_signing_key") in found
    own = {
        name
        for package in ("identity", "backchannel_logout", "allauth.idp.oidc")
        for name in find_commands(f"{Path(import_module(package).__file__ or '').parent}/management")
    }
    assert [one for one in found if one[0] != "manage.py" and not (ROOT / one[0]).is_file()] == []
    assert [command for _, command in found if command not in own | get_commands().keys()] == []


def test_every_file_and_folder_that_contributing_names_is_there():
    named = re.findall(r"`((?:shared|identity|site_a|site_b|tests|docs|packaging)/[\w./-]*(?:/|\.\w+))`", everything())
    assert "shared/lab/servers.py" in named
    assert [name for name in named if "site_c" not in name and not (ROOT / name).exists()] == []


def test_the_documents_are_as_short_as_promised():
    lines = {document.name: len(document.read_text().splitlines()) for document in DOCUMENTS}
    assert lines["README.md"] <= 150
    assert lines["back-channel-logout.md"] <= 80
    assert lines["relying-party.md"] <= 120


def test_the_first_ten_lines_of_readme_say_what_it_is_how_to_start_it_and_show_it():
    first = "\n".join((ROOT / "README.md").read_text().splitlines()[:10])
    words = ("Django", "sessions", "cookies", "single sign-on", "OpenID Connect", "make run", "make test", "](docs/")
    assert [word for word in words if word not in first] == []


def test_readme_names_each_server_with_its_address():
    readme = (ROOT / "README.md").read_text()
    addresses = [f"http://{one.name.replace('_', '-')}.localhost:{8000 + one.port - PORT}" for one in ALL]
    assert [address for address in addresses if f"<{address}>" not in readme] == []


def test_readme_has_a_row_for_each_page_of_the_inspector():
    readme = (ROOT / "README.md").read_text()
    table = readme[readme.index("## What there is to see") :]
    assert set(re.findall(r"^\| \*([^*]+)\* \|", table, re.MULTILINE)) == {
        *(page.title for page in PAGES),
        "Start over",
    }


def test_readme_has_a_row_for_each_scenario_in_its_own_words():
    readme = (ROOT / "README.md").read_text()
    table = readme[readme.index("## What happens to you?") : readme.index("## Where to go on")]
    rows = re.findall(r"^\| (.+) \| \*(.+)\*: `(\w+)` \| .+ \|$", table, re.MULTILINE)
    assert set(rows) == {(one.happens, one.title, one.name) for one in scenarios()}


def test_the_editor_forwards_the_port_of_each_server():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    expected = {8000 + one.port - PORT: one.title for one in ALL}
    assert sorted(container["forwardPorts"]) == sorted(expected)
    assert {int(port): said["label"] for port, said in container["portsAttributes"].items()} == expected


def test_the_third_site_is_to_be_named_in_as_many_places_as_the_second():
    contributing = (ROOT / "CONTRIBUTING.md").read_text()
    recipe = re.search(r"`Makefile` \((\w+) places\), `pyproject.toml` \((\w+)\)", contributing)
    lines = [
        sum(bool(re.search(r"\bsite_b\b", line)) for line in (ROOT / name).read_text().splitlines())
        for name in ("Makefile", "pyproject.toml")
    ]
    assert recipe
    assert list(recipe.groups()) == [apnumber(number) for number in lines]


def test_every_path_that_the_architecture_gives_is_there():
    text = (ROOT / "docs" / "architecture.md").read_text()
    paths = set(re.findall(r"`((?:recorder|journal|inspector|panel|explain)/[\w/]*(?:\.py|/))`", text))
    assert "recorder/middleware.py" in paths
    assert [path for path in paths if not (ROOT / "shared" / "session_inspector" / path).exists()] == []


@pytest.mark.parametrize("package", sorted((ROOT / "packaging").iterdir()), ids=lambda package: package.name)
def test_a_package_needs_what_the_lab_needs_in_the_same_versions(package):
    """But for Django: the lab installs one release, and a package is for whoever has a later one."""
    of_lab = tomllib.loads((ROOT / "pyproject.toml").read_text())
    of_package = tomllib.loads((package / "pyproject.toml").read_text())
    needed = {line for line in of_package["project"]["dependencies"] if not line.startswith(("keyrow-", "django>"))}
    assert needed <= set(of_lab["project"]["dependencies"])
    assert of_package["build-system"] == of_lab["build-system"]


ASVS = {"3": (1, 3, 5, 8, 8, 1, 5), "7": (3, 4, 2, 5, 3, 2), "9": (3, 4), "10": (2, 3, 5, 16, 5, 2, 3)}
SECURITY = (ROOT / "SECURITY.md").read_text()


def test_each_test_that_security_names_is_there():
    named = re.findall(r"\[(test_\w+)\]\(([\w/]+\.py)\)", SECURITY)
    assert len(named) > 100
    assert [one for one in named if f"\ndef {one[0]}(" not in (ROOT / one[1]).read_text()] == []


def test_security_answers_each_requirement_once():
    """Of the chapters as ASVS 5.0.0 numbers them: how many requirements each of their sections has."""
    rows = re.findall(r"^\| ([\d.]+) \| [^|]+ \| (yes|in part|no|nothing here) \|", SECURITY, re.MULTILINE)
    asked = [
        f"{chapter}.{section}.{number}"
        for chapter, sections in ASVS.items()
        for section, size in enumerate(sections, 1)
        for number in range(1, size + 1)
    ]
    assert [number for number, _ in rows] == asked
