"""What the settings of the projects promise."""

import ast
import difflib
import importlib
import itertools
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT, SERVERS, Lab


def test_the_two_sites_differ_only_in_lines_that_carry_a_reason():
    site_a, site_b = (Path(ROOT, site, "settings.py").read_text().splitlines() for site in ("site_a", "site_b"))
    differing = [line for line in difflib.ndiff(site_a[1:], site_b[1:]) if line.startswith(("- ", "+ "))]
    assert differing
    assert [line for line in differing if "  # " not in line] == []
    assert site_a[0].startswith('"""')  # the first line says which site it is


@pytest.mark.parametrize("project", SERVERS)
def test_a_project_passes_djangos_checks_and_needs_no_migration(project, tmp_path):
    lab = Lab(tmp_path)
    assert "no issues" in lab.manage(project, "check", "--fail-level", "WARNING")
    assert "No changes" in lab.manage(project, "makemigrations", "--check", "--dry-run")


@pytest.mark.parametrize("project", SERVERS)
def test_over_https_a_project_passes_the_checks_for_what_is_deployed(project, tmp_path):
    lab = Lab(tmp_path)
    lab.settings["LAB_HTTPS"] = "1"
    assert "no issues" in lab.manage(project, "check", "--deploy", "--fail-level", "WARNING")


@pytest.mark.parametrize(
    ("settings", "is_open"),
    [({}, True), ({"LAB_ADDRESS": "0.0.0.0", "LAB_DOMAIN": "class.test"}, False)],
)
def test_in_a_class_nobody_registers_clients_at_identity(tmp_path, settings, is_open):
    lab = Lab(tmp_path)
    lab.settings |= settings
    script = "from identity.provider.registrations import is_open; print(is_open())"
    assert lab.manage("identity", "shell", "-v", "0", "-c", script).strip() == str(is_open)


def test_nothing_is_shared_between_the_servers_but_code(tmp_path):
    script = (
        "from django.conf import settings as s;"
        "print(s.SECRET_KEY, s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.DATABASES['default']['NAME'])"
    )
    lab = Lab(tmp_path)
    rows = [
        lab.manage(project, "shell", "-v", "0", "-c", script).split() for project in ("identity", "site_a", "site_b")
    ]
    for column in zip(*rows, strict=True):
        assert len(set(column)) == 3


COMPARE = """
import copy, importlib, sys
first, second = sys.argv[1:]
kept = vars(importlib.import_module(first))
before = {name: copy.deepcopy(value) for name, value in kept.items() if name.isupper()}
importlib.import_module(second)
assert {name: value for name, value in kept.items() if name.isupper()} == before
"""
MODULES = [
    f"{project}.settings" for project in ("identity", "site_a", "site_b", "lab.inspector", "lab", "lab.client_site")
]


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(MODULES, 2)))
def test_the_settings_of_one_project_change_nothing_of_another(first, second, tmp_path):
    lab = Lab(tmp_path)
    done = lab.run(f"{sys.executable} -c '{COMPARE}' {first} {second}")
    assert done.wait(timeout=60) == 0, lab.output


@pytest.mark.parametrize("site", ["site_a", "site_b"])
def test_what_makes_a_site_fits_on_a_screen(site):
    tree = ast.parse(Path(ROOT, site, "settings.py").read_text())
    imported = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    assert len([node for node in tree.body if isinstance(node, ast.Assign)]) <= 15
    assert [node.module for node in imported if node.names[0].name == "*"] == ["lab.client_site.settings"]


def test_what_makes_a_relying_party_safe_is_set_by_nobody_else():
    """So the order of the two star imports in ``lab.client_site.settings`` means nothing."""
    of_relying_party, of_lab = (
        {name for name in dir(importlib.import_module(module)) if name.isupper()}
        for module in ("relying_party.settings", "lab.settings")
    )
    assert of_relying_party
    assert of_relying_party.isdisjoint(of_lab)
