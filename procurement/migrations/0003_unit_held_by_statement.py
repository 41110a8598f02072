"""Every record's unit stands: checked once for a statement, not once for a row.

What the foreign key did (docs/decisions/0008), by triggers of our own: those of pgtrigger can be
ignored by a setting of the session.
"""

import django.db.models.deletion
from django.db import migrations, models

# The lock keeps the units until the transaction ends, and waits for whoever deletes one.
RECORDS = """
    CREATE FUNCTION purchase_unit_stands() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        named bigint[];
        standing bigint;
    BEGIN
        IF TG_OP = 'INSERT' THEN
            SELECT array_agg(DISTINCT unit_id) INTO named FROM new_rows;
        ELSE
            SELECT array_agg(unit_id) INTO named
            FROM (SELECT unit_id FROM new_rows EXCEPT SELECT unit_id FROM old_rows) others;
        END IF;
        PERFORM FROM organizations_budgetunit WHERE id = ANY (named) ORDER BY id FOR KEY SHARE;
        GET DIAGNOSTICS standing = ROW_COUNT;
        IF standing < cardinality(named) THEN
            RAISE foreign_key_violation
                USING MESSAGE = 'a purchase record names a unit that does not stand';
        END IF;
        RETURN NULL;
    END $$;

    CREATE TRIGGER purchase_unit_stands_insert AFTER INSERT ON procurement_purchaserecord
        REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION purchase_unit_stands();
    CREATE TRIGGER purchase_unit_stands_update AFTER UPDATE ON procurement_purchaserecord
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION purchase_unit_stands();
"""

# A snapshot older than the statement would not show the records that came in since.
UNITS = """
    CREATE FUNCTION unit_without_purchases() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.id = OLD.id THEN
            RETURN NULL;
        END IF;
        IF current_setting('transaction_isolation') <> 'read committed' THEN
            RAISE feature_not_supported
                USING MESSAGE = 'units are deleted and renumbered in READ COMMITTED only';
        END IF;
        IF EXISTS (SELECT FROM procurement_purchaserecord WHERE unit_id = OLD.id) THEN
            RAISE foreign_key_violation
                USING MESSAGE = format('unit %s has purchase records', OLD.id);
        END IF;
        RETURN NULL;
    END $$;

    CREATE FUNCTION units_without_purchases() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF current_setting('transaction_isolation') <> 'read committed' THEN
            RAISE feature_not_supported
                USING MESSAGE = 'units are emptied in READ COMMITTED only';
        END IF;
        IF EXISTS (SELECT FROM procurement_purchaserecord) THEN
            RAISE foreign_key_violation USING MESSAGE = 'units have purchase records';
        END IF;
        RETURN NULL;
    END $$;

    CREATE TRIGGER unit_without_purchases AFTER DELETE OR UPDATE OF id ON organizations_budgetunit
        FOR EACH ROW EXECUTE FUNCTION unit_without_purchases();
    CREATE TRIGGER units_without_purchases AFTER TRUNCATE ON organizations_budgetunit
        FOR EACH STATEMENT EXECUTE FUNCTION units_without_purchases();
"""

UNDO = """
    DROP TRIGGER purchase_unit_stands_insert ON procurement_purchaserecord;
    DROP TRIGGER purchase_unit_stands_update ON procurement_purchaserecord;
    DROP FUNCTION purchase_unit_stands;
    DROP TRIGGER unit_without_purchases ON organizations_budgetunit;
    DROP TRIGGER units_without_purchases ON organizations_budgetunit;
    DROP FUNCTION unit_without_purchases, units_without_purchases;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0001_initial'),
        ('procurement', '0002_movements_narrowed'),
    ]

    operations = [
        migrations.AlterField(
            model_name='purchaserecord',
            name='unit',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='organizations.budgetunit', verbose_name='attributed unit'),
        ),
        migrations.RunSQL(RECORDS + UNITS, UNDO),
    ]
