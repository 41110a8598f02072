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

# What the joins find: the buyer, the listing that governs the day, the origin.
_FOUND = """
    SELECT r.*, buyer.kind AS buyer_kind, buyer.region_id AS buyer_region_id,
           buyer.opened_on AS buyer_opened_on, buyer.closed_on AS buyer_closed_on,
           buyer.successor_id AS buyer_successor_id,
           listing.code AS listing_code, listing.county_id AS listing_county_id,
           listing.valid_from AS listing_from, listing.valid_to AS listing_to,
           coalesce(origin.id, listed.id) AS given_county_id
    FROM (SELECT * FROM {relation} given OFFSET 0) r
    JOIN organizations_budgetunit buyer ON buyer.id = r.unit_id
    LEFT JOIN ({listings}) listing
        ON listing.code = r.supplier_code
        AND r.ordered_on >= listing.governs_from AND r.ordered_on < listing.governs_until
    LEFT JOIN suppliers_designatedcounty origin ON origin.code = r.origin_code
    LEFT JOIN suppliers_designatedcounty listed ON listed.listed_code = r.origin_code
"""

# The buyer, or the first unit along its successors that is open on the day of the order.
_OPEN_UNIT = """
    CASE WHEN r.ordered_on BETWEEN coalesce(r.buyer_opened_on, '-infinity')
                               AND coalesce(r.buyer_closed_on, 'infinity')
         THEN r.unit_id
         WHEN r.buyer_successor_id IS NOT NULL THEN (
            WITH RECURSIVE chain (id, opened_on, closed_on, successor_id, step) AS (
                SELECT id, opened_on, closed_on, successor_id, 1
                FROM organizations_budgetunit WHERE id = r.buyer_successor_id
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
        WHEN r.buyer_kind = '{UnitKind.STATE_ENTERPRISE}' THEN {Verdict.OUTSIDE_SCOPE:d}
        WHEN r.status = '{OrderStatus.CANCELLED}' OR r.refunded = r.amount
            THEN {Verdict.CANCELLED:d}
        WHEN r.channel IN ('{Channel.OFFLINE}', '{Channel.OTHER_PLATFORM}')
            THEN {Verdict.OFF_PLATFORM:d}
        WHEN r.channel = '{Channel.THIRD_PARTY}' THEN {Verdict.THIRD_PARTY:d}
        WHEN r.origin_code <> '' AND r.given_county_id IS NULL
            THEN {Verdict.ORIGIN_NOT_DESIGNATED:d}
        WHEN r.listing_code IS NULL THEN {Verdict.SUPPLIER_UNKNOWN:d}
        WHEN r.ordered_on NOT BETWEEN r.listing_from AND coalesce(r.listing_to, 'infinity')
            THEN {Verdict.SUPPLIER_NOT_ELIGIBLE:d}
        WHEN r.open_unit_id IS NULL THEN {Verdict.UNIT_NOT_ACTIVE:d}
        ELSE {Verdict.COUNTED:d}
    END
"""

# Few records count for another unit than the buyer: those alone look up its region.
_REGION = """
    CASE WHEN r.credited_unit_id = r.unit_id THEN r.buyer_region_id
         ELSE (SELECT region_id FROM organizations_budgetunit WHERE id = r.credited_unit_id) END
"""


def judged(relation: str) -> str:
    """SQL for the rows of ``relation`` with their verdict; ``relation`` is trusted SQL text.

    OFFSET 0 keeps each step apart. Otherwise the planner writes a step out at every place that
    names its result, and judges each row four times; and beside the chain of successors, which
    it thinks dear and hardly a row walks, any way to join looks as good to it as the best.
    """
    found = _FOUND.format(relation=relation, listings=_LISTINGS)
    opened = f"SELECT r.*, {_OPEN_UNIT} AS open_unit_id FROM ({found} OFFSET 0) r"
    decided = f"SELECT r.*, {_VERDICT} AS verdict FROM ({opened} OFFSET 0) r"
    credited = f"""
        SELECT r.*,
               CASE WHEN verdict = {Verdict.COUNTED:d} THEN open_unit_id ELSE unit_id END
                   AS credited_unit_id,
               CASE WHEN origin_code <> '' THEN given_county_id ELSE listing_county_id END
                   AS origin_county_id
        FROM ({decided} OFFSET 0) r
    """
    return f"SELECT r.*, {_REGION} AS credited_region_id FROM ({credited}) r"
