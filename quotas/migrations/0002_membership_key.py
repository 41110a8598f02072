from django.db import migrations


class Migration(migrations.Migration):
    """A member may only point to a unit that points to itself, checked when all is written.

    Django has no composite foreign keys, hence the SQL.
    """

    dependencies = [("quotas", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE quotas_canteenmembership
            ADD CONSTRAINT membership_representative_represents_itself
            FOREIGN KEY (representative_id, year, representative_id)
            REFERENCES quotas_canteenmembership (unit_id, year, representative_id)
            DEFERRABLE INITIALLY DEFERRED
            """,
            """
            ALTER TABLE quotas_canteenmembership
            DROP CONSTRAINT membership_representative_represents_itself
            """,
        )
    ]
