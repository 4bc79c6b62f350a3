"""What is in the four wheels, what they ask for, and that none needs more than it says."""

import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

from tests.processes import ROOT
from tests.wheels.package_index import PackageIndex
from tests.wheels.project import Document, Environment

OURS = {
    "common": ["bounded_http", "compiled_query", "loopback", "pooled_connections", "text_comparison", "trace_context"],
    "session_inspector": ["session_inspector"],
    "relying_party": ["relying_party"],
    "backchannel_logout": ["backchannel_logout"],
}
LAB = {"lab", "identity", "site_a", "site_b"}
# As their documents say. For the two that have none: the same way.
INSTALL = {
    "common": 'pip install "$LAB"/dist/keyrow_common-*.whl',
    "session_inspector": 'pip install "$LAB"/dist/keyrow_common-*.whl "$LAB"/dist/keyrow_session_inspector-*.whl',
    "relying_party": Document("relying-party.md").commands[0],
    "backchannel_logout": Document("back-channel-logout.md").commands[0],
}

# The smallest settings with which every module can be imported.
MODELS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"]
SETTINGS = {
    "session_inspector": {
        "INSTALLED_APPS": [*MODELS, "session_inspector"],
        "SESSION_INSPECTOR": {"JOURNAL": "journal.sqlite3"},
    },
    "relying_party": {"INSTALLED_APPS": [*MODELS, "mozilla_django_oidc", "relying_party"]},
    "backchannel_logout": {
        "INSTALLED_APPS": [
            *MODELS,
            "allauth.account",
            "allauth.usersessions",
            "allauth.idp.oidc",
            "backchannel_logout",
        ],
        "MIDDLEWARE": ["allauth.account.middleware.AccountMiddleware"],
    },
}
SET_UP = """
import django
from django.conf import settings
settings.configure(**{settings})
django.setup()
"""
IMPORT_ALL = """
import importlib, pkgutil, sys
for name in {names}:
    module = importlib.import_module(name)
    for found in pkgutil.walk_packages(getattr(module, "__path__", []), name + "."):
        if found.name not in {left_out}:
            importlib.import_module(found.name)
print(*sorted(sys.modules))
"""
# They are imported where another package is installed, and only there.
OF_ANOTHER_PACKAGE = ["session_inspector.recorder.relying_party_signals", "session_inspector.journal.postgresql"]


@dataclass(frozen=True)
class Wheel:
    """One of those in ``dist/``; ``files`` are what it installs, by path, but for what describes it."""

    path: Path
    metadata: Message
    licence: bytes
    files: dict[str, bytes]

    @property
    def requirements(self) -> list[str]:
        return self.metadata.get_all("Requires-Dist", [])


def wheel(name: str) -> Wheel:
    found = list((ROOT / "dist").glob(f"keyrow_{name}-*.whl"))
    assert len(found) == 1, "run make wheels"
    with zipfile.ZipFile(found[0]) as archive:
        content = {path: archive.read(path) for path in archive.namelist()}
    about = {path.partition(".dist-info/")[2]: content.pop(path) for path in list(content) if ".dist-info/" in path}
    metadata = Parser().parsestr(about["METADATA"].decode())
    return Wheel(found[0], metadata, about["licenses/LICENSE"], content)


def sources(name: str) -> list[Path]:
    """The module or package in ``shared/`` that the wheel of that name is made of."""
    found = [ROOT / "shared" / module for module in OURS[name]]
    return [path if path.is_dir() else path.with_suffix(".py") for path in found]


def third_parties(*names: str) -> list[str]:
    """What pip installs with them, if nobody asks for more."""
    asked = {one for name in names for one in wheel(name).requirements}
    return sorted(one for one in asked if not one.startswith("keyrow-") and "extra ==" not in one)


@pytest.fixture(scope="module")
def index():
    index = PackageIndex()
    yield index
    index.close()


@dataclass(frozen=True)
class Alone:
    """An environment in which that package is, with the common one and what others have made, and nothing else."""

    name: str
    environment: Environment
    asked_for: list[str]  # at the index, when it was installed


@pytest.fixture(scope="module", params=list(OURS))
def alone(request, tmp_path_factory, index):
    name = request.param
    environment = Environment(tmp_path_factory.mktemp(f"alone-{name}") / "environment")
    environment.install(*third_parties(name, "common"))
    index.asked.clear()
    environment.run(INSTALL[name], **index.variables)
    return Alone(name, environment, list(index.asked))


@pytest.mark.parametrize("name", OURS)
def test_a_wheel_holds_its_package_whole_and_nothing_else(name):
    files = [file for source in sources(name) for file in ([source] if source.is_file() else source.rglob("*"))]
    expected = {str(file.relative_to(ROOT / "shared")): file.read_bytes() for file in files if file.is_file()}
    held = wheel(name).files
    assert held.keys() == {path for path in expected if "__pycache__" not in path}
    assert [path for path in held if held[path] != expected[path]] == [], "run make wheels"


@pytest.mark.parametrize("name", OURS)
def test_a_wheel_holds_no_tests_nothing_of_the_lab_and_nothing_compiled(name):
    parts = {part for path in wheel(name).files for part in Path(path).parts}
    assert parts & {*LAB, "tests", "__pycache__"} == set()
    assert [part for part in parts if part.startswith("test_") or part.endswith(".pyc")] == []


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("relying_party", "templates/relying_party/frame.html"),
        ("relying_party", "static/relying_party/relying_party.css"),
        ("relying_party", "migrations/0001_initial.py"),
        ("backchannel_logout", "migrations/0001_initial.py"),
        ("backchannel_logout", "management/commands/deliver_logout_tokens.py"),
        ("backchannel_logout", "management/commands/forget_ended_sessions.py"),
        ("session_inspector", "templates/session_inspector/frame.html"),
        ("session_inspector", "static/session_inspector/session_inspector.css"),
        ("session_inspector", "templatetags/session_inspector.py"),
    ],
)
def test_a_wheel_brings_what_is_no_module_or_is_found_by_its_place(name, path):
    assert f"{name}/{path}" in wheel(name).files


@pytest.mark.parametrize("name", OURS)
def test_built_again_in_another_folder_a_wheel_is_the_same(name, tmp_path):
    project = f"packaging/{name.replace('_', '-')}"
    shutil.copytree(ROOT / project, tmp_path / project, symlinks=True)
    shutil.copy(ROOT / "LICENSE", tmp_path)
    (tmp_path / "shared").mkdir()
    for source in sources(name):
        copied = tmp_path / "shared" / source.name
        if source.is_dir():
            shutil.copytree(source, copied, copy_function=shutil.copy)  # under another date
        else:
            shutil.copy(source, copied)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*build, "--wheel-dir", tmp_path, tmp_path / project], check=True)
    here = wheel(name).path
    assert (tmp_path / here.name).read_bytes() == here.read_bytes(), "run make wheels"


@pytest.mark.parametrize("name", OURS)
def test_a_wheel_asks_for_the_common_one_in_one_version_and_for_nothing_else_of_ours(name):
    told = wheel(name)
    assert told.metadata["Name"] == f"keyrow-{name.replace('_', '-')}"
    ours = [one for one in told.requirements if one.startswith("keyrow")]
    assert ours == ([] if name == "common" else [f"keyrow-common=={wheel('common').metadata['Version']}"])


@pytest.mark.parametrize("name", OURS)
def test_a_wheel_brings_its_licence(name):
    assert wheel(name).metadata["License-Expression"] == "MIT"
    assert wheel(name).licence == (ROOT / "LICENSE").read_bytes()


def test_pip_asks_no_index_for_what_is_named_as_files(alone):
    assert alone.asked_for == []


def test_pip_would_ask_an_index_for_the_common_package_if_its_file_were_not_named(tmp_path, index):
    """So the test before this one can fail."""
    environment = Environment(tmp_path / "environment")
    environment.install(*third_parties("session_inspector", "common"))
    index.asked.clear()
    done = environment.attempt('pip install "$LAB"/dist/keyrow_session_inspector-*.whl', **index.variables)
    assert done.returncode != 0
    assert set(index.asked) == {"keyrow-common"}


@pytest.mark.parametrize("document", ["relying-party.md", "back-channel-logout.md"])
def test_a_document_names_files_for_all_of_ours(document):
    (install,) = (command for command in Document(document).commands if "pip install" in command)
    assert re.findall(r"\S*keyrow\S*", install) == re.findall(r'"\$LAB"/dist/keyrow_\w+-\*\.whl', install)
    assert "keyrow_common" in install


def test_for_a_journal_in_postgresql_the_inspector_s_wheel_asks_for_psycopg_and_only_then():
    asked = [one for one in wheel("session_inspector").requirements if one.startswith("psycopg")]
    assert [one.partition(";")[2].strip() for one in asked] == ["extra == 'postgresql'"]


def test_every_module_can_be_imported_with_nothing_else_of_ours(alone):
    code = IMPORT_ALL.format(names=OURS[alone.name], left_out=OF_ANOTHER_PACKAGE)
    if settings := SETTINGS.get(alone.name):
        code = SET_UP.replace("{settings}", repr(settings)) + code
    loaded = alone.environment.run(shlex.join(["python", "-W", "error", "-c", code])).split()
    assert set(OURS[alone.name]) <= set(loaded)
    ours = {module for modules in OURS.values() for module in modules}
    assert {name.partition(".")[0] for name in loaded} & (ours | LAB) <= {*OURS[alone.name], *OURS["common"]}


@pytest.mark.parametrize("alone", ["common"], indirect=True)
@pytest.mark.parametrize("name", OURS["common"])
def test_a_common_module_needs_nothing_of_ours(alone, name):
    loaded = alone.environment.run(f'python -c "import sys, {name}; print(*sys.modules)"').split()
    ours = {module for modules in OURS.values() for module in modules}
    assert set(loaded) & (ours | LAB) == {name}
