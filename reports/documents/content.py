"""What the file of a notice says, whatever its format; in the Chinese of official documents.

The whole notice goes to its bureau; a recipient is given its own row and nothing of another's.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import override

from organizations.bureaus import bureau_name
from procurement.choices import Verdict
from quotas.choices import Basis, Lag
from reports.choices import NoticeKind, NoticeState
from reports.documents.columns import HEADINGS
from reports.models import Notice, NoticeRecipient, NoticeRow
from reports.notices.wording import day, percent, wan

#: A longer ranking is taken away as a workbook; a document of so many rows nobody reads.
MOST_ROWS = 2_000

_WAN, _CENT = Decimal(10_000), Decimal("0.01")
#: 一、 is a heading, （一） one below it (GB/T 9704-2012, 7.3.3).
_HEADING = re.compile(r"[一二三四五六七八九十]+、")
_SUBHEADING = re.compile(r"（[一二三四五六七八九十]+）")
#: What stands in place of the document number before there is one.
_NO_NUMBER = "（文号待定）"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``style`` is heading, subheading or body."""

    style: str
    text: str


@dataclass(frozen=True, slots=True)
class Content:
    """The parts of an official document in their order; blank parts are left out."""

    is_letter: bool
    #: 送审稿，未印发 before it is issued, 已撤回 after it was withdrawn
    remark: str
    issuer: str
    number: str
    title: str
    addressees: str
    paragraphs: list[Paragraph]
    attachment: str
    issued_on: str
    copies: str
    caption: str
    headings: tuple[str, ...] = HEADINGS
    rows: list[list[str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as the templates read them."""
        return asdict(self)


def whole(notice: Notice, *, with_table: bool = True) -> Content:
    """The notice with its table; of a table longer than MOST_ROWS the text says where it is."""
    is_short = notice.number_of_rows <= MOST_ROWS
    rows = notice.rows.order_by("place_in_order") if is_short and with_table else []
    texts = [notice.body]
    if notice.requirements:
        texts += [_next_heading(notice.body), notice.requirements]
    attachment = _table_name(notice) if is_short else f"{_table_name(notice)}（另附电子表格）"
    return _content(notice, "\n".join(texts), rows, attachment, notice.addressees, notice.copies)


def personal(recipient: NoticeRecipient) -> Content:
    """The file of one recipient: addressed to it, with its own row alone.

    ``recipient`` with its notice, its notice's region, its own region and its row loaded.
    """
    notice, row = recipient.notice, recipient.row
    with override("zh-hans"):
        text, address = "\n".join(_own_words(notice, row)), _own_address(recipient)
    return _content(notice, text, [row], "", address, "")


def _content(
    notice: Notice,
    text: str,
    rows: Iterable[NoticeRow],
    attachment: str,
    addressees: str,
    copies: str,
) -> Content:
    with override("zh-hans"):
        return Content(
            is_letter=notice.kind in (NoticeKind.LETTER, NoticeKind.REMINDER),
            remark=_remark(notice),
            issuer=notice.issuer,
            number=notice.document_number or _NO_NUMBER,
            title=notice.title,
            addressees=addressees,
            paragraphs=list(_paragraphs(text)),
            attachment=attachment,
            issued_on=day(notice.issued_on) if notice.issued_on else "",
            copies=copies,
            caption=f"{_table_name(notice)}（截至{day(notice.as_of)}，"
            f"{Basis(notice.basis).label}口径）",
            rows=[_cells(notice, row) for row in rows],
        )


def _remark(notice: Notice) -> str:
    if notice.state == NoticeState.ISSUED:
        return ""
    if notice.state == NoticeState.WITHDRAWN:
        return f"已撤回：{notice.reason}"
    return "送审稿，未印发"


def _paragraphs(text: str) -> Iterator[Paragraph]:
    for line in filter(None, map(str.strip, text.splitlines())):
        if _HEADING.match(line):
            yield Paragraph("heading", line)
        elif _SUBHEADING.match(line) and len(line) < 25:
            yield Paragraph("subheading", line)
        else:
            yield Paragraph("body", line)


def _next_heading(body: str) -> str:
    number = sum(bool(_HEADING.match(line)) for line in body.splitlines()) + 1
    return f"{_numeral(number)}、下一步工作要求"


def _numeral(number: int) -> str:
    """一 to 九十九; a text of more headings than that numbers no further."""
    digits = " 一二三四五六七八九"
    tens, ones = divmod(min(number, 99), 10)
    return f"{digits[tens] if tens > 1 else ''}{'十' if tens else ''}{digits[ones]}".strip()


def _table_name(notice: Notice) -> str:
    return {
        NoticeKind.REMINDER: "提醒单位情况表",
        NoticeKind.COMMENDATION: "表扬单位名单",
    }.get(NoticeKind(notice.kind), "预留份额完成情况排名表")


def _own_address(recipient: NoticeRecipient) -> str:
    name = recipient.row.name
    return bureau_name(recipient.region, name) if recipient.region else name


def _own_words(notice: Notice, row: NoticeRow) -> Iterator[str]:
    """The recipient's own figures in words; it is 你单位, a bureau's region 你地区."""
    you = "你地区" if row.region_id else "你单位"
    documents = "、".join(dict.fromkeys(given["document"] for given in notice.documents))
    basis = f"根据{documents}要求" if documents else "根据政府采购支持乡村产业振兴有关要求"
    yield f"{basis}，现将{you}截至{day(notice.as_of)}的有关情况告知如下。"
    if row.not_filed:
        late = f"尚有{row.not_filed}个预算单位未填报" if row.units > 1 else "尚未填报"
        yield f"{you}{late}{notice.year}年度预留份额。"
    if row.target:
        amount = getattr(row, notice.basis)
        yield (
            f"{you}预留份额{wan(row.target)}，按{Basis(notice.basis).label}口径完成{wan(amount)}，"
            f"完成比例{percent(row.rate)}。"
        )
    if row.gap:
        yield f"对照时间进度尚差{wan(row.gap)}，主要原因：{reason(row)}。"
    yield from _own_request(notice, you)


def _own_request(notice: Notice, you: str) -> Iterator[str]:
    if notice.kind == NoticeKind.COMMENDATION:
        yield f"{you}完成预留份额成效突出，特予通报表扬，望再接再厉。"
        return
    yield (
        f"请{you}抓紧办理，在“832平台”下单采购，及时验收、支付货款并完成履约评价，"
        "并在系统中回复整改计划。"
    )


def reason(row: NoticeRow) -> str:
    """Why a row lags, in words; "" where it does not."""
    if not row.lag:
        return ""
    with override("zh-hans"):
        label = str(Lag(row.lag).label)
        return label if row.verdict is None else f"{label}（{Verdict(row.verdict).label}）"


def _cells(notice: Notice, row: NoticeRow) -> list[str]:
    return [
        str(row.place_in_order),
        row.name,
        str(row.units),
        str(row.filed),
        str(row.not_filed),
        _wan(row.target),
        _wan(getattr(row, notice.basis)),
        percent(row.rate),
        "—" if row.rank is None else str(row.rank),
        reason(row),
    ]


def _wan(amount: Decimal) -> str:
    return f"{(amount / _WAN).quantize(_CENT, ROUND_HALF_UP):,.2f}"
