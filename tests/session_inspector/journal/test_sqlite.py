"""The file that the journal lies in: made, upgraded, repaired and put aside."""

import os
import sqlite3 as engine
from contextlib import closing

import pytest
from django.db import DatabaseError

from session_inspector.configuration import configuration
from session_inspector.journal import database, queries, sqlite
from session_inspector.journal.sqlite import UPGRADES
from tests.recorded import configure, recorded
from tests.session_inspector.journal.test_database import change

pytestmark = [
    pytest.mark.usefixtures("journal"),
    pytest.mark.parametrize("journal_place", ["journal_file"], indirect=True),
]

# As Django's migrations made it until the journal became the package's own.
MADE_BY_MIGRATIONS = """
CREATE TABLE "journal_entry" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "at" datetime NOT NULL,
  "server" varchar(20) NOT NULL, "kind" varchar(20) NOT NULL, "journey" varchar(32) NOT NULL,
  "jar" varchar(16) NOT NULL, "visitor" varchar(16) NOT NULL, "sent_key" varchar(16) NOT NULL,
  "set_key" varchar(16) NOT NULL, "csrf" varchar(16) NOT NULL,
  "content" text NOT NULL CHECK ((JSON_VALID("content") OR "content" IS NULL)));
CREATE INDEX "by_sent_key" ON "journal_entry" ("server", "sent_key", "id");
INSERT INTO journal_entry (at, server, kind, journey, jar, visitor, sent_key, set_key, csrf, content)
  VALUES ('2026-11-24 07:00:00.123456', 'site_a', 'session change', '', '', 'v1', 'k1', '', '',
          '{"what": "deleted", "row": {"key": {"starts": "k", "print": "k1"}, "data": {}, "expires": null}, "by": ""}');
"""


def in_the_file(script: str) -> None:
    with closing(engine.connect(configuration().journal)) as file:
        file.executescript(script)


def test_a_journal_that_django_migrated_is_taken_over_with_its_entries():
    in_the_file(MADE_BY_MIGRATIONS)
    queries.add(change())
    old, new = recorded()
    assert (old.visitor, old.change.what, old.at.isoformat()) == (
        "v1",
        "deleted",
        "2026-11-24T07:00:00.123456+00:00",
    )
    assert new.id == 2
    assert database.execute("PRAGMA user_version") == [(len(UPGRADES),)]
    assert ("by_visitor",) in database.execute("SELECT name FROM sqlite_master")


def test_what_another_process_makes_at_the_same_instant_is_left_alone(monkeypatch):
    path = configuration().journal
    beside_it = path.with_name(f"{path.name}-wal")

    def another_was_first(*args):
        path.touch()
        beside_it.write_text("theirs")

    monkeypatch.setattr(sqlite.locks, "lock", another_was_first)
    with sqlite.one_at_a_time(path):
        sqlite.make_file_if_missing(path)
    assert beside_it.read_text() == "theirs"


def test_a_folder_that_is_not_there_is_an_error_that_says_so(settings, tmp_path):
    configure(settings, journal=tmp_path / "none" / "journal.sqlite3")
    with pytest.raises(DatabaseError, match="unable to open database file"):
        queries.newest_id()


def test_a_fingerprint_has_its_name_in_a_journal_where_it_was_called_print():
    entry = change()
    queries.add(entry)
    database.execute("""UPDATE journal_entry SET content = replace(content, '"fingerprint"', '"print"')""")
    for column in ("version", "participant"):
        database.execute(f"ALTER TABLE journal_entry DROP COLUMN {column}")
    database.execute("DROP TABLE journal_participant")
    database.execute("PRAGMA user_version = 1")
    database.close()
    assert recorded() == [entry]


def test_a_file_that_is_no_database_is_put_aside():
    path = configuration().journal
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(DatabaseError):
        queries.newest_id()
    queries.add(change())
    assert len(recorded()) == 1
    assert path.with_suffix(".unreadable").read_bytes().startswith(b"no database")


def test_it_may_be_named_by_an_address(settings, tmp_path):
    configure(settings, journal=f"sqlite://{tmp_path}/other.sqlite3")
    queries.add(change())
    assert (tmp_path / "other.sqlite3").exists()


def test_the_key_of_the_fingerprints_lies_beside_it_for_its_owner_only(settings):
    configure(settings, fingerprint_key="")
    redactor = database.redactor()
    key = configuration().journal.with_suffix(".fingerprint_key")
    assert key.stat().st_mode & 0o777 == 0o600
    assert redactor.key == key.read_bytes()
    assert database.redactor() is redactor


def test_a_file_that_is_deleted_is_made_anew_and_what_came_then_stays_after_a_restart():
    queries.add(change())
    os.unlink(configuration().journal)
    queries.add(change())
    database.close()  # as a restart does
    queries.add(change())
    assert len(recorded()) == 2
