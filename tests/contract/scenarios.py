"""Seeded worlds, small but nasty: files to import in order, then questions to ask."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from .lines import Line, Step
from .reference import ROOT
from .scenario_filings import FilingDraft
from .scenario_master import (
    ENTERPRISE,
    PLACES,
    TODAY,
    YEARS,
    closing,
    day_between,
    level_of,
    policy_lines,
    successors,
    supplier_lines,
    unit_lines,
)
from .scenario_purchases import grown, purchase_lines

BASES = ("ordered", "paid", "accepted", "completed")


@dataclass(frozen=True)
class Scenario:
    """Steps in order, then the keyword arguments of `progress` for each question.

    `as_of` in a question is a date. No day in the files is after `today`. A few steps are
    meant to be refused.
    """

    today: date
    steps: list[Step]
    questions: list[dict]


def scenario(seed: int, counties: set[str]) -> Scenario:
    """A world from a seed; `counties` are the accepted codes of designated counties."""
    rng = Random(seed)
    units = unit_lines(rng)
    suppliers = supplier_lines(rng, counties)
    steps = list(world_steps(rng, units, suppliers))
    return Scenario(TODAY, steps, [question(rng, units) for _ in range(16)])


def world_steps(rng: Random, units: list[Line], suppliers: list[Line]) -> Iterator[Step]:
    early = purchase_lines(rng, units, suppliers, "2024", rng.randint(30, 100))
    late = purchase_lines(rng, units, suppliers, "2026", rng.randint(30, 100))
    policies = [line for year in YEARS for line in policy_lines(rng, year)]
    yield Step("units", shuffled(rng, units))
    yield Step("suppliers", shuffled(rng, suppliers))
    if policies:
        yield Step("policies", shuffled(rng, policies))
    yield Step("purchases", early)
    yield from filing_steps(rng, units, policies)
    yield Step("purchases", late + early[:5])
    yield Step("purchases", grown(rng, early + late) or early)
    yield refused_step(rng, units, early)
    if policies:
        yield Step("policies", policies)
        yield Step("policies", [changed_policy(rng, rng.choice(policies))], update=True)
    yield Step("units", changed_units(rng, units), update=True)
    yield Step("suppliers", changed_suppliers(rng, suppliers), update=True)
    yield Step("suppliers", suppliers[:1])


def filing_steps(rng: Random, units: list[Line], policies: list[Line]) -> Iterator[Step]:
    floored = {int(line["年度"]) for line in policies if line["预留金额下限"] == "上年采购"}
    draft = FilingDraft(rng, units, floored)
    for year in YEARS:
        if filed := draft.file_year(year):
            yield Step("filings", filed)
    latest = list(draft.lines.values())
    if not latest:
        return
    yield Step("filings", [line | {"状态": ""} for line in latest])
    yield Step("filings", draft.amend(8), update=True)
    if ready := draft.confirmations(6):
        yield Step("filings", ready)
    yield Step("filings", draft.amend(3), update=True)


def shuffled(rng: Random, rows: list[Line]) -> list[Line]:
    return rng.sample(rows, len(rows))


def refused_step(rng: Random, units: list[Line], purchases: list[Line]) -> Step:
    """A file that must change nothing: content of a known key differs without an update."""
    rows = [dict(line) for line in rng.sample(purchases, 3)]
    rows[1] |= {"商品名称": "换了商品"}
    renamed = dict(rng.choice(units)) | {"单位名称": "换了名称"}
    return rng.choice((Step("purchases", rows), Step("units", [renamed])))


def changed_policy(rng: Random, line: Line) -> Line:
    """Another basis and another day: what may change without loosening anything."""
    basis = rng.choice(("下单", "支付", "验收", "完结"))
    return line | {"统计口径": basis, "填报截止": f"{line['年度']}-09-30"}


def changed_units(rng: Random, units: list[Line]) -> list[Line]:
    """Moved to another region, closed with a successor, or opened again."""
    kinds = {line["单位编码"]: line["单位类型"] for line in units}
    budget_units = [line for line in units if line["单位类型"] != ENTERPRISE]
    return [changed_unit(rng, line, kinds) for line in rng.sample(budget_units, 6)]


def changed_unit(rng: Random, line: Line, kinds: dict[str, str]) -> Line:
    match rng.choice(("move", "close", "reopen")):
        case "move":
            region = rng.choice(PLACES)
            return line | {"行政区划代码": region, "预算级次": level_of(rng, region)}
        case "close":
            candidates = successors(line["单位编码"], list(kinds), kinds)
            return line | {"启用日期": ""} | closing(rng, None, candidates)
    return line | {"启用日期": "", "停用日期": "", "承接单位编码": ""}


def changed_suppliers(rng: Random, suppliers: list[Line]) -> list[Line]:
    """A period that ends on its first day, and another that moves to another county."""
    shortened, moved = rng.sample(suppliers[1:], 2)
    counties = sorted({line["所属县代码"] for line in suppliers})
    return [
        shortened | {"失效日期": shortened["生效日期"]},
        moved | {"所属县代码": rng.choice(counties)},
    ]


def question(rng: Random, units: list[Line]) -> dict:
    year = rng.choice((2023, *YEARS, *YEARS))
    asked: dict = {"year": year}
    if rng.random() < 0.2:
        asked["unit"] = rng.choice(units)["单位编码"]
    else:
        asked["region"] = rng.choice((ROOT, "440000", "420000", *PLACES))
        asked["by"] = rng.choice(("region", "unit", "department"))
    if rng.random() < 0.5:
        asked["basis"] = rng.choice(BASES)
    if rng.random() < 0.5:
        asked["as_of"] = day_between(rng, date(year, 1, 1), date(year, 12, 31))
    return asked
