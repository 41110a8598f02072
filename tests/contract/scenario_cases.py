"""Small files that a person could send, each a knot of the contract's text, over a small world."""

from . import lines
from .lines import Step
from .scenario_broken import BASE, NO_AMOUNTS, RATIO, YEAR

CONFIRMED = {"状态": "已确认", "情况说明": "调整"}
LEFT = {"代表单位编码": "", "情况说明": "调整"}


def own(code: str, base: str = "1000", **cells: str) -> lines.Line:
    return lines.own_canteen(YEAR, code, base, "15", **cells)


def member(code: str, representative: str, **cells: str) -> lines.Line:
    return lines.filing(YEAR, code, "共用", 代表单位编码=representative) | cells


def ended(code: str) -> lines.Line:
    none = lines.filing(YEAR, code, "无", **{"工会经费(元)": "1"})
    return none | NO_AMOUNTS | LEFT


#: Of each case: what is imported before, and the file in question.
CASES: dict[str, tuple[list[Step], Step]] = {
    "amended to a canteen, and named before that is confirmed": (
        [Step("filings", [own("N1") | CONFIRMED, member("N2", "N1") | CONFIRMED])],
        Step("filings", [own("N2") | LEFT, member("N3", "N2")], update=True),
    ),
    "amended and confirmed to a canteen, and named": (
        [Step("filings", [own("N1") | CONFIRMED, member("N2", "N1") | CONFIRMED])],
        Step("filings", [own("N2") | LEFT | CONFIRMED, member("N3", "N2")], update=True),
    ),
    "ended while a member's leaving is not confirmed": (
        [Step("filings", [own("N1") | CONFIRMED, member("N2", "N1") | CONFIRMED])],
        Step("filings", [ended("N1") | CONFIRMED, own("N2") | LEFT], update=True),
    ),
    "ended as its member leaves": (
        [Step("filings", [own("N1") | CONFIRMED, member("N2", "N1") | CONFIRMED])],
        Step("filings", [ended("N1") | CONFIRMED, own("N2") | LEFT | CONFIRMED], update=True),
    ),
    "ended while an amendment that waits names it": (
        [
            Step("filings", [own("N1"), own("N2") | CONFIRMED]),
            Step("filings", [member("N2", "N1") | NO_AMOUNTS | {"情况说明": "并入"}], update=True),
        ],
        Step("filings", [ended("N1")], update=True),
    ),
    "another base beside a reserve that nobody gave": (
        [Step("filings", [own("N1")])],
        Step("filings", [own("N1", "1001")]),
    ),
    "a base that is no number over a filing that stands": (
        [Step("filings", [own("N1")])],
        Step("filings", [own("N1", "一千")]),
    ),
    "a task that is no number beside a low ratio": (
        [],
        Step("filings", [own("N1") | {RATIO: "5", "下达任务金额(元)": "九百"}]),
    ),
    "a base without a number under a reserve": (
        [],
        Step("filings", [own("N1") | {BASE: "", "预留金额(元)": "150"}]),
    ),
    "an unknown unit without a year": (
        [],
        Step("filings", [own("Z404"), own("Z404") | {"年度": ""}, own("N1")]),
    ),
    "an unknown region with checkpoints that are none": (
        [],
        Step("policies", [lines.policy(YEAR, "449999", 进度节点="六月")]),
    ),
    "a prefecture stricter than two of its counties": (
        [
            Step("policies", [
                lines.policy(YEAR, "440203", **{"最低比例(%)": "12"}),
                lines.policy(YEAR, "440204", **{"最低比例(%)": "13"}),
                lines.policy(YEAR, "440205", **{"最低比例(%)": "15"}),
            ]),
        ],
        Step("policies", [lines.policy(YEAR, "440200", **{"最低比例(%)": "15"})]),
    ),
}  # fmt: skip
