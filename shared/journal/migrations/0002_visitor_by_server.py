from django.db import migrations, models


class Migration(migrations.Migration):
    """Also empties the journal: what was recorded before does not say which cookie was the session cookie."""

    dependencies = [("journal", "0001_entry")]

    operations = [
        migrations.RunSQL("DELETE FROM journal_entry", migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="entry", name="by_visitor"),
        migrations.AddIndex(
            model_name="entry", index=models.Index(fields=["visitor", "server", "id"], name="by_visitor")
        ),
    ]
