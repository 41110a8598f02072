"""SQL for the rows of the workbook's sheets: units, filings and records of a region and year.

Each takes the parameters of a ``Question`` and says ``key``: the code of the unit in whose row
it stands.
"""

from django.db import connection

from organizations.models import UnitKind
from procurement import queries
from procurement.choices import EXCLUDED_VERDICTS, Fund, Verdict
from reports.workbook.question import Question

#: The table of the records looked up.
RECORDS = "workbook_records"

#: The units that the region answers for: each has a row.
_ANSWERED = f"""
    answered AS MATERIALIZED (
        SELECT u.id AS unit_id, u.code COLLATE "C" AS code, u.name, u.kind, u.region_id,
               r.code AS region_code, r.name AS region_name, r.path AS region_path
        FROM organizations_budgetunit u JOIN organizations_region r ON r.id = u.region_id
        WHERE r.path LIKE %(path)s AND u.kind <> '{UnitKind.STATE_ENTERPRISE}'
    )
"""

#: Any order would do that keeps a unit's rows together; this one is that of progress.
UNIT_ORDER = "code"

#: The row of the summary: the region itself for its own units, else its child above the unit.
_PLACE = """
    coalesce(nullif(split_part(substr(a.region_path, length(%(region_path)s) + 1), '/', 1), ''),
             %(region)s)
"""

# Where nothing is in force, what the unit has begun or handed in says its state.
UNITS = f"""
    WITH {_ANSWERED}
    SELECT a.code AS key, a.*, {_PLACE} AS place_code, f.canteen, f.ratio,
           f.reserved_amount, f.union_amount, f.union_funds, f.assigned_amount,
           representative.code AS representative_code, coalesce(f.state, open.state) AS state
    FROM answered a
    LEFT JOIN quotas_filing f ON f.unit_id = a.unit_id AND f.year = %(year)s AND f.in_force
    LEFT JOIN quotas_filing open ON open.unit_id = a.unit_id AND open.year = %(year)s
        AND open.state IN ('draft', 'submitted', 'endorsed', 'returned')
    LEFT JOIN organizations_budgetunit representative ON representative.id = f.representative_id
"""

FILINGS = f"""
    WITH {_ANSWERED}
    SELECT a.code AS key, a.code, a.name, f.*, representative.code AS representative_code,
           coalesce(nullif(s.name, ''), s.username) AS submitter,
           coalesce(nullif(e.name, ''), e.username) AS endorser,
           coalesce(nullif(d.name, ''), d.username) AS decider
    FROM quotas_filing f
    JOIN answered a ON a.unit_id = f.unit_id
    LEFT JOIN organizations_budgetunit representative ON representative.id = f.representative_id
    LEFT JOIN organizations_user s ON s.id = f.submitted_by_id
    LEFT JOIN organizations_user e ON e.id = f.endorsed_by_id
    LEFT JOIN organizations_user d ON d.id = f.decided_by_id
    WHERE f.year = %(year)s
"""

# The one column that an excluded record moves; its order amount is never zero.
_REASONS = " ".join(f"WHEN {v.name.lower()} <> 0 THEN {v:d}" for v in EXCLUDED_VERDICTS)
_VERDICT = f"CASE {_REASONS} ELSE {Verdict.COUNTED:d} END"

# A canteen purchase of a member counts in the row of its representative, wherever the two are;
# what does not count stays with the buyer.
_GATHER = f"""
    CREATE TEMPORARY TABLE {RECORDS} ON COMMIT DROP AS
    WITH {_ANSWERED},
    member AS MATERIALIZED (
        SELECT unit_id, representative_id FROM quotas_canteenmembership
        WHERE year = %(year)s AND unit_id <> representative_id
    ),
    asked AS MATERIALIZED (
        SELECT unit_id FROM answered
        UNION
        SELECT m.unit_id FROM member m JOIN answered a ON a.unit_id = m.representative_id
    )
    SELECT g.id, g.ordered, g.paid, g.accepted, g.completed, g.verdict, a.code, a.name
    FROM (SELECT *, {_VERDICT} AS verdict FROM ({{by_record}}) given) g
    LEFT JOIN member m ON m.unit_id = g.unit_id AND g.fund = '{Fund.CANTEEN}'
                      AND g.verdict = {Verdict.COUNTED:d}
    JOIN answered a ON a.unit_id = coalesce(m.representative_id, g.unit_id)
"""

_GATHERED = f"""
    SELECT g.code AS key, g.code, g.name, g.ordered, g.paid, g.accepted, g.completed, r.id,
           r.order_no, r.line_no, r.supplier_code, r.origin_code, r.product, r.amount, r.fund,
           r.channel, r.status, r.paid_amount, r.refunded, r.verdict, r.ordered_on, r.paid_on,
           r.accepted_on, r.rated_on, r.refunded_on, buyer.code AS buyer_code,
           buyer.name AS buyer_name, s.name AS supplier_name, origin.name AS origin_name
    FROM {RECORDS} g
    JOIN procurement_purchaserecord r ON r.id = g.id
    JOIN organizations_budgetunit buyer ON buyer.id = r.unit_id
    LEFT JOIN (
        SELECT DISTINCT ON (code) code, name FROM suppliers_supplier ORDER BY code, valid_from DESC
    ) s ON s.code = r.supplier_code
    LEFT JOIN suppliers_designatedcounty origin ON origin.id = r.origin_county_id
    WHERE g.verdict
"""
#: Records that count, with what each gives to every basis in the year; and those that do not.
COUNTED = f"{_GATHERED} = {Verdict.COUNTED:d}"
EXCLUDED = f"{_GATHERED} <> {Verdict.COUNTED:d}"
RECORD_ORDER = f"{UNIT_ORDER}, ordered_on, id"


def gather(question: Question) -> dict[int, int]:
    """Look the records up, once, for the rest of the transaction; by verdict how many they are.

    Into a table of its own, so that what follows is planned by their number.
    """
    by_record = queries.by_record("asked", question.as_of)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(f"DROP TABLE IF EXISTS {RECORDS}")
        cursor.execute(_GATHER.format(by_record=by_record), question.parameters)
        cursor.execute(f"ANALYZE {RECORDS}")
        cursor.execute(f"SELECT verdict, count(*) FROM {RECORDS} GROUP BY verdict")
        return dict(cursor.fetchall())
