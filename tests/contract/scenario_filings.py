"""Random filings of three years, and their amendments."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from . import lines
from .lines import Line
from .scenario_master import ENTERPRISE, UNION_BASE_PLACES

CANTEENS = ("自有食堂", "自有", "食堂外包", "共用代表", "共用成员", "共用成员", "无食堂")
BASE, RATIO, RESERVED = "食堂食材采购总额(元)", "预留比例(%)", "预留金额(元)"
REPRESENTATIVE = "代表单位编码"
CENT = Decimal("0.01")


class FilingDraft:
    """The latest line of each filing, kept so that what follows stays acceptable."""

    def __init__(self, rng: Random, units: list[Line], floor_years: set[int]) -> None:
        """`floor_years` are those in which some policy's floor is last year's purchases."""
        self.rng = rng
        self.floor_years = floor_years
        self.units = {line["单位编码"]: line for line in units}
        self.lines: dict[tuple[int, str], Line] = {}
        self.named: set[tuple[int, str]] = set()
        self.once_without: set[tuple[int, str]] = set()

    def file_year(self, year: int) -> list[Line]:
        """The lines of most units open in the year, members after their representatives' choice."""
        open_units = [code for code, line in self.units.items() if may_file(line, year)]
        filers = [code for code in open_units if self.rng.random() < 0.85]
        situations = {code: self.rng.choice(CANTEENS) for code in filers}
        members = [code for code in filers if situations[code] == "共用成员"]
        for code in filers:
            if code not in members:
                self.keep(year, code, self.canteen_line(year, code, situations[code]))
        silent = [code for code in open_units if code not in filers]
        for code in members:
            self.keep(year, code, self.member_line(year, code, silent))
        found = [self.lines[year, code] for code in filers]
        self.rng.shuffle(found)
        return found

    def keep(self, year: int, code: str, line: Line) -> None:
        self.lines[year, code] = line
        if not has_canteen(line):
            self.once_without.add((year, code))
        if line.get(REPRESENTATIVE):
            self.named.add((year, line[REPRESENTATIVE]))

    def canteen_line(self, year: int, code: str, situation: str) -> Line:
        if situation == "无食堂":
            return self.blank_line(year, code, "无食堂") | self.explanation(year, code, Decimal(0))
        canteen = "共用食堂" if situation == "共用代表" else situation
        base = Decimal(self.rng.randint(1, 90_000_000)) / 100
        ratio = self.rng.choice((Decimal("30"), Decimal("32.5"), Decimal("40.1234")))
        line = self.blank_line(year, code, canteen) | {BASE: f"{base:,.2f}"}
        line |= {RATIO: f"{ratio}%", "食堂承包单位": "餐饮公司" if "外包" in canteen else ""}
        if self.rng.random() < 0.15:
            line |= {RATIO: "5", "低于比例批准文号": "财函〔1〕"}
        reserved = (base * number(line[RATIO]) / 100).quantize(CENT, ROUND_HALF_UP)
        if self.rng.random() < 0.4 and not self.may_hold_union(code):
            line[RESERVED] = f"{reserved:f}"
        return line | self.explanation(year, code, reserved)

    def may_hold_union(self, code: str) -> bool:
        """Whether a policy may make the union's purchases part of the unit's base."""
        return self.units[code]["行政区划代码"] in UNION_BASE_PLACES

    def member_line(self, year: int, code: str, silent: list[str]) -> Line:
        """A member of any canteen of the year, also across borders, or of a unit yet to file."""
        canteens = [c for (y, c), line in self.lines.items() if y == year and has_canteen(line)]
        candidates = [c for c in canteens if c != code and (year, c) not in self.once_without]
        line = self.blank_line(year, code, "共用") | self.explanation(year, code, Decimal(0))
        if silent and self.rng.random() < 0.15:
            return line | {REPRESENTATIVE: self.rng.choice(silent), "状态": ""}
        if not candidates:
            return line | {"食堂情况": "无"}
        return line | {REPRESENTATIVE: self.rng.choice(candidates)}

    def blank_line(self, year: int, code: str, canteen: str) -> Line:
        rng = self.rng
        blanks = (REPRESENTATIVE, "食堂承包单位", BASE, RATIO, RESERVED, "低于比例批准文号")
        return lines.filing(year, code, canteen) | {
            **dict.fromkeys((*blanks, "备注", "情况说明"), ""),
            "工会预计采购金额(元)": rng.choice(("", "0", str(rng.randint(1, 99_999)), "300.05")),
            "工会经费(元)": f"{rng.randint(0, 9_999_999) / 100:.2f}",
            "下达任务金额(元)": rng.choice(("",) * 6 + ("0", "12345.60")),
            "状态": rng.choice(("已确认", "已确认", "已提交", "")),
        }

    def explanation(self, year: int, code: str, reserved: Decimal) -> Line:
        """Left out only where nothing can have fallen: a first year or a promise of no less."""
        last = self.lines.get((year - 1, code))
        may_fall = reserved == 0 or (last is not None and has_canteen(last))
        if may_fall or year in self.floor_years:
            return {"情况说明": "食堂调整"}
        return {"情况说明": self.rng.choice(("", "新建食堂"))}

    def amend(self, count: int) -> list[Line]:
        """Changed content for some filings; who represents others keeps its canteen."""
        chosen = self.rng.sample(sorted(self.lines), min(count, len(self.lines)))
        found = []
        for year, code in chosen:
            line = self.amended_line(year, code)
            line |= {"情况说明": "调整填报", "备注": f"第{self.rng.randint(1, 99)}次调整"}
            self.keep(year, code, line)
            found.append(line)
        return found

    def amended_line(self, year: int, code: str) -> Line:
        if (year, code) in self.named:
            base = f"{self.rng.randint(1_000_000, 90_000_000) / 100:.2f}"
            old = self.lines[year, code]
            return old | {BASE: base, RESERVED: ""} if has_canteen(old) else dict(old)
        if self.rng.random() < 0.5:
            return self.member_line(year, code, [])
        return self.canteen_line(year, code, self.rng.choice(("自有食堂", "食堂外包", "无食堂")))

    def confirmations(self, count: int) -> list[Line]:
        """Unchanged lines taken over as confirmed, where a representative has filed."""
        ready = [
            line
            for (year, _), line in sorted(self.lines.items())
            if not line[REPRESENTATIVE] or (year, line[REPRESENTATIVE]) in self.lines
        ]
        chosen = self.rng.sample(ready, min(count, len(ready)))
        return [line | {"状态": "已确认"} for line in chosen]


def number(cell: str) -> Decimal:
    return Decimal(cell.replace(",", "").removesuffix("%"))


def has_canteen(line: Line) -> bool:
    return bool(line[BASE])


def may_file(unit: Line, year: int) -> bool:
    opened, closed = unit["启用日期"], unit["停用日期"]
    if unit["单位类型"] == ENTERPRISE or opened > date(year, 12, 31).isoformat():
        return False
    return not closed or closed >= date(year, 1, 1).isoformat()
