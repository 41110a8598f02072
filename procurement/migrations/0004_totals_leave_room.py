from django.db import migrations

TABLES = ("unittotal", "regiontotal", "regiondaytotal")


def _each(setting: str) -> str:
    return " ".join(f"ALTER TABLE procurement_{table} {setting};" for table in TABLES)


class Migration(migrations.Migration):
    """Every import updates rows of sums: beside each there is room for its next version.

    So the version stays on its page and no index is written. Sums that stand already move
    apart as they are updated and vacuumed.
    """

    dependencies = [
        ('procurement', '0003_unit_held_by_statement'),
    ]

    operations = [
        migrations.RunSQL(_each("SET (fillfactor = 50)"), _each("RESET (fillfactor)")),
    ]
