"""Where the journal lies."""

JOURNAL = "journal"


class JournalRouter:
    """The journal's table in its own database, and nothing else there."""

    def db_for_read(self, model, **hints):
        return JOURNAL if model._meta.app_label == JOURNAL else None

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, **hints):
        return (db == JOURNAL) == (app_label == JOURNAL)
