"""An answer as a workbook."""

from pathlib import Path

from django.utils.translation import gettext as _

from exchange.columns import Kind
from exchange.workbooks import write_csv, write_workbook
from procurement.choices import EXCLUDED_VERDICTS
from quotas.choices import Basis
from quotas.progress.figures import AMOUNTS, COUNTS, Progress, Row

_HEADINGS: dict[str, str] = {
    "code": "编码", "name": "名称", "units": "预算单位数", "filed": "已填报",
    "zero_filed": "零填报", "not_filed": "未填报", "not_due": "未到填报期", "confirmed": "已确认",
    "base_amount": "食堂食材采购总额(元)", "target": "预留目标(元)", "ordered": "下单金额(元)",
    "paid": "支付金额(元)", "accepted": "验收金额(元)", "completed": "完结金额(元)",
    "rate": "完成率(%)",
}  # fmt: skip

_AMOUNT: Kind = "amount"
_COUNT: Kind = "integer"
_KINDS: list[Kind] = [
    "key",
    "text",
    *(_COUNT for _name in COUNTS),
    *(_AMOUNT for _name in AMOUNTS),
    "decimal",
]


def write_progress(answer: Progress, path: Path) -> None:
    """Write the rows and the total as .xlsx, or as .csv where the path ends so.

    Basis, year and cut-off stand in the sheet's name; a csv has none.
    """
    headings = [
        *_HEADINGS.values(),
        *(f"不计入：{verdict.label}(元)" for verdict in EXCLUDED_VERDICTS),
    ]
    kinds = [*_KINDS, *(_AMOUNT for _verdict in EXCLUDED_VERDICTS)]
    rows = [_cells(row, answer.basis) for row in [*answer.rows, answer.total]]
    if path.suffix == ".csv":
        write_csv(path, headings, rows)
        return
    until = answer.as_of.isoformat() if answer.as_of else _("no cut-off")
    sheet = f"{answer.year} {Basis(answer.basis).label} {until}"[:31]
    write_workbook(path, headings, rows, kinds=kinds, sheet=sheet)


def _cells(row: Row, basis: str) -> list:
    figures = row.figures
    return [
        row.code,
        row.name,
        *(getattr(figures, name) for name in COUNTS),
        *(getattr(figures, name) for name in AMOUNTS),
        figures.rate(basis),
        *(figures.excluded[verdict] for verdict in EXCLUDED_VERDICTS),
    ]
