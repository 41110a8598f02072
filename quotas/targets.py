"""How a confirmed filing makes a target, in SQL, once.

The target is the assigned amount if one is given, and nothing else; otherwise the canteen part
plus the union part. It is computed on reading from the policy of the unit's region and year,
never stored. ``e`` is the effective policy (its columns are NULL where there is none).
"""

#: Yuan of a filing ``f`` for its canteen, or from the union's funds where it has none.
CANTEEN_PART = """
    CASE
        WHEN f.representative_id IS NULL AND f.canteen <> 'none' THEN f.reserved_amount
        WHEN f.canteen = 'none' AND e.no_canteen_rule = 'union_funds'
            THEN round(coalesce(f.union_funds, 0) * e.union_funds_ratio / 100, 2)
        ELSE 0
    END
"""

#: Yuan of a filing ``f`` that its union expects to buy, where that is promised too.
UNION_PART = """
    CASE
        WHEN e.union_in_target THEN f.union_amount
        WHEN e.no_canteen_rule = 'union_demand'
             AND (f.canteen = 'none' OR f.representative_id IS NOT NULL) THEN f.union_amount
        ELSE 0
    END
"""

#: Yuan of one filing ``f`` in force.
OF_FILING = f"coalesce(f.assigned_amount, {CANTEEN_PART} + {UNION_PART})"

#: The same for the sums ``f`` of a region, without the union funds of :data:`UNION_FUNDS`.
OF_TOTALS = """
    f.assigned_amount + f.reserved_amount
    + CASE
        WHEN e.union_in_target THEN f.union_amount
        WHEN e.no_canteen_rule = 'union_demand' THEN f.zero_union_amount
        ELSE 0
    END
"""

#: Yuan by region that units without a canteen owe from their union funds; each unit's part is
#: rounded to the cent, so it cannot be computed from a sum.
UNION_FUNDS = """
    SELECT u.region_id,
           sum(round(coalesce(f.union_funds, 0) * e.union_funds_ratio / 100, 2)) AS target
    FROM quotas_filing f
    JOIN organizations_budgetunit u ON u.id = f.unit_id AND u.kind <> 'state_enterprise'
    JOIN quotas_effectivepolicy e ON e.region_id = u.region_id AND e.year = f.year
    WHERE f.year = %(year)s AND f.in_force AND f.canteen = 'none' AND f.assigned_amount IS NULL
      AND e.no_canteen_rule = 'union_funds' AND u.region_id = ANY(%(regions)s)
    GROUP BY u.region_id
"""
