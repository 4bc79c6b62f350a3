from django.db import migrations, models

RENAMED = {
    "began": "began_at",
    "ended": "ended_at",
    "told": "notified_at",
    "tries": "attempts",
    "next_try": "next_attempt_at",
    "outcome": "last_error",
}


class Migration(migrations.Migration):
    dependencies = [("backchannel_logout", "0002_user")]

    operations = [
        migrations.RemoveConstraint("relyingpartysession", "one_for_each_client"),
        *(migrations.RenameField("relyingpartysession", before, after) for before, after in RENAMED.items()),
        migrations.AddConstraint(
            "relyingpartysession",
            models.UniqueConstraint(
                fields=["session_key", "client"], condition=models.Q(ended_at=None), name="one_for_each_client"
            ),
        ),
    ]
