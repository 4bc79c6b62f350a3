"""Which way imports run: projects, the lab, the three packages, the modules that they have in common."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("session_inspector", "relying_party", "backchannel_logout")
OURS = {*PACKAGES, "lab", "identity", "site_a", "site_b"}


@pytest.fixture
def copied(tmp_path):
    """The source, to be changed."""
    for name in ("identity", "site_a", "site_b", "shared"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "templates"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{folder / 'shared'}"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_contracts_are_kept(copied):
    done = lint(copied)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("imported", ["lab.servers", "site_a.forms", "another"])
def test_a_package_that_imports_the_lab_a_project_or_another_package_breaks_a_contract(copied, package, imported):
    if imported == "another":
        imported = f"{PACKAGES[PACKAGES.index(package) - 1]}.apps"
    with (copied / "shared" / package / "apps.py").open("a") as module:
        module.write(f"\nimport {imported}\n")
    done = lint(copied)
    assert done.returncode == 1
    assert f"{package}.apps -> {imported}" in done.stdout


@pytest.mark.parametrize("shows", ["panel", "inspector"])
def test_what_shows_does_not_import_what_records(copied, shows):
    with (copied / "shared" / "session_inspector" / shows / "__init__.py").open("a") as module:
        module.write("\nimport session_inspector.recorder.middleware\n")
    assert lint(copied).returncode == 1


@pytest.mark.parametrize(
    "module", ["bounded_http", "compiled_query", "loopback", "pooled_connections", "text_comparison", "trace_context"]
)
def test_the_common_modules_import_nothing_of_ours(module):
    tree = ast.parse((ROOT / "shared" / f"{module}.py").read_text())
    imported = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    imported += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert imported
    assert OURS.isdisjoint(name.partition(".")[0] for name in imported)


def test_nobody_imports_a_package_under_a_second_name():
    """``shared`` is a folder: ``import shared.lab`` would make a second copy of every module in it."""
    for path in ROOT.glob("*/**/*.py"):
        if ".venv" not in path.parts:
            assert "shared" not in {name.partition(".")[0] for name in names_imported_by(path)}, path


def names_imported_by(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("run", ["", "import lab.staging.catalogue; lab.staging.catalogue.scenarios()"])
def test_a_debug_toolbar_is_loaded_by_its_stage_alone(run):
    code = f"import sys, django; django.setup(); import site_b.urls\n{run}\nsys.exit('debug_toolbar' in sys.modules)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "site_b.settings"}
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=False).returncode == 0
