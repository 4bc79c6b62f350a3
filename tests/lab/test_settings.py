"""What the settings of the projects promise."""

import difflib
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
