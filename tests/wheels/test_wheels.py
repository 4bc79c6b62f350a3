"""What is in the four wheels, what they ask for, and that none needs more than it says."""

import re
import zipfile
from email.parser import Parser

import pytest

from tests.processes import ROOT
from tests.wheels.project import Document, Environment, wheels

OURS = {
    "common": ["bounded_http", "trace_context"],
    "session_inspector": ["session_inspector"],
    "relying_party": ["relying_party"],
    "backchannel_logout": ["backchannel_logout"],
}
# What a project that installs that package alone can import of it, without settings.
IMPORTS = {
    "common": "import bounded_http, trace_context",
    "session_inspector": "import session_inspector.apps, session_inspector.redaction, session_inspector.participant",
    "relying_party": "import relying_party.settings, relying_party.apps",
    "backchannel_logout": "import backchannel_logout.apps",
}
LOADED = "import sys; print(*{name.partition('.')[0] for name in sys.modules})"


@pytest.fixture(scope="module", params=list(OURS))
def alone(request, tmp_path_factory):
    """An environment in which that package is, with the common one and what others have made."""
    name = request.param
    environment = Environment(tmp_path_factory.mktemp(f"alone-{name}") / "environment")
    environment.install(*third_parties([name, "common"]))
    needed = wheels({name, "common"})
    # No index may be asked for anything of ours: there, somebody else could have taken the name.
    environment.run("pip install --quiet --no-index " + " ".join(map(str, needed)))
    return name, environment


def metadata(name):
    (wheel,) = wheels([name])
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (path for path in archive.namelist() if path.endswith("/METADATA"))
        return Parser().parsestr(archive.read(path).decode())


def third_parties(names):
    asked = {one for name in names for one in metadata(name).get_all("Requires-Dist", [])}
    return sorted(one for one in asked if not one.startswith("keyrow-"))


@pytest.mark.parametrize("name", OURS)
def test_a_wheel_holds_its_package_whole_and_nothing_else(name):
    (wheel,) = wheels([name])
    with zipfile.ZipFile(wheel) as archive:
        held = {path for path in archive.namelist() if ".dist-info/" not in path}
        assert any(path.endswith("licenses/LICENSE") for path in archive.namelist())
    expected = set()
    for module in OURS[name]:
        here = ROOT / "shared" / module
        files = here.rglob("*") if here.is_dir() else [here.with_suffix(".py")]
        expected |= {str(file.relative_to(ROOT / "shared")) for file in files if file.is_file()}
    assert held == {path for path in expected if "__pycache__" not in path}


@pytest.mark.parametrize("name", OURS)
def test_a_wheel_asks_for_the_common_one_in_one_version_and_for_nothing_else_of_ours(name):
    told = metadata(name)
    assert told["Name"] == f"keyrow-{name.replace('_', '-')}"
    assert told["License-Expression"] == "MIT"
    ours = [one for one in told.get_all("Requires-Dist", []) if one.startswith("keyrow")]
    assert ours == ([] if name == "common" else [f"keyrow-common=={metadata('common')['Version']}"])


def test_it_is_imported_alone_and_brings_nothing_of_the_lab_along(alone):
    name, environment = alone
    loaded = environment.run(f'python -W error -c "{IMPORTS[name]}; {LOADED}"').split()
    ours = {module for modules in OURS.values() for module in modules} | {"lab", "identity", "site_a", "site_b"}
    assert ours & set(loaded) <= {*OURS[name], *OURS["common"]}


@pytest.mark.parametrize("document", ["relying-party.md", "back-channel-logout.md"])
def test_a_document_names_files_for_all_of_ours_so_that_no_index_is_asked(document):
    text = Document(document)
    assert len(text.text.splitlines()) <= 80
    (install,) = (command for command in text.commands if "pip install" in command)
    assert re.findall(r"\S*keyrow\S*", install) == re.findall(r'"\$LAB"/dist/keyrow_\w+-\*\.whl', install)
    assert "keyrow_common" in install
