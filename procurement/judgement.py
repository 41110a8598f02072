"""The one text that judges purchases.

Import, re-judging and the proof all judge with :func:`judged`; there is no second copy of
these rules in Python. It reads any relation that has the columns ``unit_id, supplier_code,
origin_code, ordered_on, channel, status, amount, refunded`` (staged rows or records) and adds
``verdict, credited_unit_id, credited_region_id, origin_county_id``.
"""

from organizations.models import UnitKind
from procurement.choices import Channel, OrderStatus, Verdict

#: What judging adds to a row, and what it reads.
JUDGED = ("verdict", "credited_unit_id", "credited_region_id", "origin_county_id")
JUDGED_INPUT = (
    "id, unit_id, supplier_code, origin_code, ordered_on, channel, status, amount, refunded"
)

# Each day belongs to exactly one listing of a supplier: the one that holds it, else the latest
# before it, else the first.
_LISTINGS = """
    SELECT code, county_id, valid_from, valid_to,
           CASE WHEN lag(valid_from) OVER listings IS NULL THEN '-infinity' ELSE valid_from END
               AS governs_from,
           coalesce(lead(valid_from) OVER listings, 'infinity') AS governs_until
    FROM suppliers_supplier
    WINDOW listings AS (PARTITION BY code ORDER BY valid_from)
"""

_COUNTIES = """
    SELECT code, id FROM suppliers_designatedcounty
    UNION
    SELECT listed_code, id FROM suppliers_designatedcounty
"""

# The buyer, or the first unit along its successors that is open on the day of the order.
_CREDITED = """
    CASE WHEN r.ordered_on BETWEEN coalesce(buyer.opened_on, '-infinity')
                               AND coalesce(buyer.closed_on, 'infinity')
         THEN buyer.id
         WHEN buyer.successor_id IS NOT NULL THEN (
            WITH RECURSIVE chain (id, opened_on, closed_on, successor_id, step) AS (
                SELECT id, opened_on, closed_on, successor_id, 1
                FROM organizations_budgetunit WHERE id = buyer.successor_id
                UNION ALL
                SELECT next.id, next.opened_on, next.closed_on, next.successor_id, chain.step + 1
                FROM chain JOIN organizations_budgetunit next ON next.id = chain.successor_id
                WHERE chain.step < 100
            )
            SELECT id FROM chain
            WHERE r.ordered_on BETWEEN coalesce(opened_on, '-infinity')
                                   AND coalesce(closed_on, 'infinity')
            ORDER BY step LIMIT 1
         )
    END
"""

_VERDICT = f"""
    CASE
        WHEN buyer.kind = '{UnitKind.STATE_ENTERPRISE}' THEN {Verdict.OUTSIDE_SCOPE:d}
        WHEN r.status = '{OrderStatus.CANCELLED}' OR r.refunded = r.amount
            THEN {Verdict.CANCELLED:d}
        WHEN r.channel IN ('{Channel.OFFLINE}', '{Channel.OTHER_PLATFORM}')
            THEN {Verdict.OFF_PLATFORM:d}
        WHEN r.channel = '{Channel.THIRD_PARTY}' THEN {Verdict.THIRD_PARTY:d}
        WHEN r.origin_code <> '' AND origin.id IS NULL THEN {Verdict.ORIGIN_NOT_DESIGNATED:d}
        WHEN listing.code IS NULL THEN {Verdict.SUPPLIER_UNKNOWN:d}
        WHEN r.ordered_on NOT BETWEEN listing.valid_from
                                  AND coalesce(listing.valid_to, 'infinity')
            THEN {Verdict.SUPPLIER_NOT_ELIGIBLE:d}
        WHEN credited.unit_id IS NULL THEN {Verdict.UNIT_NOT_ACTIVE:d}
        ELSE {Verdict.COUNTED:d}
    END
"""


def judged(relation: str) -> str:
    """SQL for the rows of ``relation`` with their verdict; ``relation`` is trusted SQL text.

    OFFSET 0 keeps the planner from writing the two subqueries out at every place that names
    their result, and so from judging each row four times.
    """
    return f"""
        SELECT found.*, holder.region_id AS credited_region_id
        FROM (
            SELECT r.*, v.verdict,
                   CASE WHEN v.verdict = {Verdict.COUNTED:d} THEN credited.unit_id
                        ELSE r.unit_id END AS credited_unit_id,
                   CASE WHEN r.origin_code <> '' THEN origin.id ELSE listing.county_id END
                       AS origin_county_id
            FROM {relation} r
            JOIN organizations_budgetunit buyer ON buyer.id = r.unit_id
            LEFT JOIN ({_LISTINGS}) listing
                ON listing.code = r.supplier_code
                AND r.ordered_on >= listing.governs_from AND r.ordered_on < listing.governs_until
            LEFT JOIN ({_COUNTIES}) origin ON origin.code = r.origin_code
            CROSS JOIN LATERAL (SELECT {_CREDITED} AS unit_id OFFSET 0) credited
            CROSS JOIN LATERAL (SELECT {_VERDICT} AS verdict OFFSET 0) v
        ) found
        JOIN organizations_budgetunit holder ON holder.id = found.credited_unit_id
    """
