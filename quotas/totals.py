"""Sums of filings by region and year, kept in step by statement-level triggers.

They hold the parts of a target, never the target itself: which parts count is the policy's
matter and is decided on reading (``quotas.targets``). A filing counts while it is the confirmed
version in force, or the first version and waiting; amendments count once confirmed.
"""

from organizations.models import UnitKind

#: What each row adds: sums of a 1 or 0, or of yuan.
_HAS_CANTEEN_PART = "f.representative_id IS NULL AND f.canteen <> 'none'"
_IS_ZERO = "(f.representative_id IS NOT NULL OR f.canteen = 'none')"
_UNASSIGNED = "f.in_force AND f.assigned_amount IS NULL"
_PARTS = {
    "filed": "1",
    "zero_filed": f"CASE WHEN {_IS_ZERO} THEN 1 ELSE 0 END",
    "confirmed": "CASE WHEN f.in_force THEN 1 ELSE 0 END",
    "base_amount": "CASE WHEN f.in_force THEN f.base_amount ELSE 0 END",
    "assigned_amount": "CASE WHEN f.in_force THEN coalesce(f.assigned_amount, 0) ELSE 0 END",
    "reserved_amount": (
        f"CASE WHEN {_UNASSIGNED} AND {_HAS_CANTEEN_PART} THEN f.reserved_amount ELSE 0 END"
    ),
    "union_amount": f"CASE WHEN {_UNASSIGNED} THEN f.union_amount ELSE 0 END",
    "zero_union_amount": f"CASE WHEN {_UNASSIGNED} AND {_IS_ZERO} THEN f.union_amount ELSE 0 END",
}

#: SQL of a filing ``f`` that counts in figures.
COUNTS = "(f.in_force OR (f.version = 1 AND f.state IN ('submitted', 'endorsed')))"


def sums(relation: str) -> str:
    """SQL that sums ``relation`` (filings with a ``sign``) by region and year."""
    parts = ", ".join(f"sum(f.sign * ({sql})) AS {name}" for name, sql in _PARTS.items())
    return f"""
        SELECT u.region_id, f.year, {parts}
        FROM {relation} f
        JOIN organizations_budgetunit u ON u.id = f.unit_id
        WHERE u.kind <> '{UnitKind.STATE_ENTERPRISE}' AND {COUNTS}
        GROUP BY u.region_id, f.year
        ORDER BY u.region_id, f.year
    """


def add(relation: str) -> str:
    """SQL that adds the sums of ``relation`` to the kept ones."""
    adds = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in _PARTS)
    return f"""
        INSERT INTO quotas_filingtotal AS kept (region_id, year, {", ".join(_PARTS)})
        {sums(relation)}
        ON CONFLICT (region_id, year) DO UPDATE SET {adds}
    """


def keep(relation: str) -> str:
    """Body of a trigger that keeps the totals in step."""
    return f"{add(relation)}; RETURN NULL;"


NEW_ROWS = "(SELECT 1 AS sign, * FROM new_rows)"
OLD_ROWS = "(SELECT -1 AS sign, * FROM old_rows)"
BOTH_ROWS = "(SELECT 1 AS sign, * FROM new_rows UNION ALL SELECT -1, * FROM old_rows)"
ALL_ROWS = "(SELECT 1 AS sign, * FROM quotas_filing)"
NAMES = tuple(_PARTS)
