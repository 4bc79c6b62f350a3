"""What holds of an SQLite file for each server."""

from tests.lab.databases.killed import kill_while_it_migrates
from tests.processes import Lab


def test_who_is_killed_while_the_tables_are_made_starts_the_next_time(tmp_path):
    lab = Lab(tmp_path)
    kill_while_it_migrates(lab)
    try:
        lab.start("site_a")
    finally:
        lab.stop()
