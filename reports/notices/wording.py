"""The first words of a notice, in the Chinese of official documents.

A notice is an official document of a Chinese bureau whatever the reader's language, so these
words are not translated. Whoever reviews the draft may change them; the figures in them are those
of the snapshot.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import override

from organizations.bureaus import bureau_name
from organizations.models import Region, RegionLevel
from quotas.choices import Lag
from quotas.merging import Merged
from quotas.pace import Pace
from quotas.progress import Figures, Progress
from reports.choices import Listed, NoticeKind, Rhythm
from reports.models import Terms
from reports.notices.periods import Period
from reports.notices.snapshot import Ranked

_WAN = Decimal(10_000)
_CENT = Decimal("0.01")
#: So many are praised by name; those behind are counted.
_NAMED = 3
#: 财库〔2021〕20号: since 2021 the areas are no longer called poor.
_RENAMED_IN = 2021


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a draft; each line of a text is a paragraph."""

    title: str
    addressees: str
    body: str
    requirements: str
    issuer: str


@dataclass(frozen=True, slots=True)
class Matter:
    """All that the words speak of."""

    terms: Terms
    period: Period
    as_of: date
    pace: Pace
    merged: Merged
    answer: Progress
    named: Sequence[Ranked]

    @property
    def region(self) -> Region:
        return self.terms.region

    @property
    def figures(self) -> Figures:
        return self.answer.total.figures

    @property
    def goods(self) -> str:
        area = "脱贫地区" if self.period.year >= _RENAMED_IN else "贫困地区"
        return f"政府采购{area}农副产品"


def words_of(matter: Matter) -> Words:
    """The words of a draft; always Chinese, labels of choices among them."""
    with override("zh-hans"):
        return Words(
            title=_title(matter),
            addressees=addressees(matter.terms),
            body="\n".join(_body(matter)),
            requirements="\n".join(_requirements(matter)),
            issuer=bureau_name(matter.region),
        )


def addressees(terms: Terms) -> str:
    """To whom it goes, as the first line names them."""
    if terms.listed == Listed.DEPARTMENTS:
        return "各主管预算单位"
    if terms.listed != Listed.REGIONS:
        return "各预算单位"
    return {
        RegionLevel.COUNTRY: "各省、自治区、直辖市、计划单列市财政厅（局）",
        RegionLevel.PROVINCE: "各市、县（市、区）财政局，本级各主管预算单位",
    }.get(RegionLevel(terms.region.level), "各县（市、区）财政局，本级各主管预算单位")


def said(period: Period) -> str:
    """The time that figures from the year's beginning to the period's end speak of."""
    year, number = period.year, period.number
    if period.last_day.month == 12:
        return f"{year}年度"
    if period.rhythm == Rhythm.MONTHLY:
        return f"{year}年1—{number}月" if number > 1 else f"{year}年1月"
    if period.rhythm == Rhythm.QUARTERLY:
        return f"{year}年{('第一季度', '上半年', '前三季度')[number - 1]}"
    return f"{year}年上半年"


def day(value: date) -> str:
    """2025年3月3日: official documents write no leading zeros."""
    return f"{value.year}年{value.month}月{value.day}日"


def wan(amount: Decimal) -> str:
    """Ten thousands of yuan, half-up to two decimals."""
    return f"{(amount / _WAN).quantize(_CENT, ROUND_HALF_UP):.2f}万元"


def percent(rate: Decimal | None) -> str:
    return "—" if rate is None else f"{rate:.2f}%"


def _title(matter: Matter) -> str:
    about = f"{matter.region.name}{said(matter.period)}{matter.goods}"
    return {
        NoticeKind.PROGRESS: f"关于{about}工作进展情况的通报",
        NoticeKind.LETTER: f"关于{about}工作有关情况的函",
        NoticeKind.REMINDER: f"关于抓紧做好{about}预留份额填报和采购工作的提醒函",
        NoticeKind.COMMENDATION: f"关于{about}工作成效突出单位的表扬通报",
    }[NoticeKind(matter.terms.kind)]


def _body(matter: Matter) -> Iterator[str]:
    yield _opening(matter)
    yield "一、总体情况"
    yield _overall(matter)
    if matter.terms.kind == NoticeKind.COMMENDATION:
        yield "二、表扬名单"
        yield _praise(matter)
        return
    yield f"二、{_LISTED[Listed(matter.terms.listed)]}情况"
    yield from _by_row(matter)
    problems = list(_problems(matter))
    if problems:
        yield "三、存在的问题"
        yield from (f"（{_NUMERALS[number]}）{text}" for number, text in enumerate(problems))


_LISTED = {
    Listed.REGIONS: "分地区",
    Listed.DEPARTMENTS: "分部门",
    Listed.OWN_UNITS: "分单位",
    Listed.ALL_UNITS: "分单位",
}
_NUMERALS = "一二三四五六七八九"


def _opening(matter: Matter) -> str:
    documents = dict.fromkeys(policy.document_number for policy in matter.merged.sources.values())
    named = "、".join(documents)
    basis = f"根据{named}等文件要求" if named else "根据政府采购支持乡村产业振兴有关要求"
    to_do = "现提醒如下" if matter.terms.kind == NoticeKind.REMINDER else "现将有关情况通报如下"
    if matter.terms.kind == NoticeKind.LETTER:
        to_do = "现将有关情况函告如下"
    return f"{basis}，{to_do}。"


def _overall(matter: Matter) -> str:
    figures, answer = matter.figures, matter.answer
    due = figures.filed + figures.not_filed
    filing = f"已填报{figures.filed}个（其中零填报{figures.zero_filed}个）"
    if figures.not_filed and due:
        rate = (Decimal(100) * figures.filed / due).quantize(_CENT, ROUND_HALF_UP)
        filing += f"，未填报{figures.not_filed}个，填报率{percent(rate)}"
    return (
        f"截至{day(matter.as_of)}，{matter.region.name}共有预算单位{figures.units}个，{filing}。"
        f"食堂食材采购总额{wan(figures.base_amount)}，预留份额{wan(figures.target)}。"
        f"“832平台”累计下单{wan(figures.ordered)}、支付{wan(figures.paid)}、"
        f"验收{wan(figures.accepted)}、完结{wan(figures.completed)}；"
        f"按{answer.basis.label}口径统计，完成比例{percent(figures.rate(answer.basis))}，"
        f"同期时间进度{percent(matter.pace.percent)}。"
    )


def _rated(matter: Matter) -> list[str]:
    basis = matter.answer.basis
    return [
        f"{one.row.name}（{percent(one.row.figures.rate(basis))}）"
        for one in matter.named
        if one.rank is not None
    ]


def _praise(matter: Matter) -> str:
    rate = f"{matter.terms.threshold.normalize():f}%"
    if not matter.named:
        return f"截至{day(matter.as_of)}，暂无完成比例达到{rate}的单位。"
    return f"下列{len(matter.named)}个单位完成比例达到{rate}以上，现予以通报表扬，名单见附件。"


def _by_row(matter: Matter) -> Iterator[str]:
    if matter.terms.kind == NoticeKind.REMINDER:
        late = sum(
            one.behind is not None and one.behind.lag == Lag.NOT_FILED for one in matter.named
        )
        yield (
            f"共有{len(matter.named)}个单位需要提醒，其中未填报预留份额{late}个，"
            f"采购进度落后或填报有待完善{len(matter.named) - late}个，名单见附件。"
        )
        return
    best = _rated(matter)[:_NAMED]
    if best:
        yield f"完成比例居前的是{'、'.join(best)}。"
    behind = [one for one in matter.named if one.behind and one.behind.gap is not None]
    idle = sum(one.row.figures.ordered == 0 for one in behind)
    if behind:
        yield (
            f"完成比例低于时间进度的有{len(behind)}个，其中尚未开展采购的{idle}个，排名情况见附件。"
        )


def _problems(matter: Matter) -> Iterator[str]:
    figures = matter.figures
    if figures.not_filed:
        yield f"填报不够及时。尚有{figures.not_filed}个预算单位未填报预留份额。"
    waiting = figures.filed - figures.confirmed
    if waiting:
        yield f"审核确认不够及时。已填报的单位中尚有{waiting}个未经财政部门确认。"
    gap = matter.pace.should(figures.target) - getattr(figures, matter.answer.basis)
    if gap > 0:
        yield f"采购进度滞后。对照时间进度尚差{wan(gap)}。"
    open_amount = figures.ordered - figures.completed
    if open_amount > 0:
        yield f"采购手续完结不及时。已下单未完结{wan(open_amount)}，影响计入完成额。"
    refused = sum(figures.excluded.values(), Decimal(0))
    if refused > 0:
        yield (
            f"采购行为不够规范。因平台外采购、供应商或产地不符等原因不予计入的订单{wan(refused)}。"
        )


def _requirements(matter: Matter) -> Iterator[str]:
    if matter.terms.kind == NoticeKind.COMMENDATION:
        yield (
            "希望受表扬单位珍惜荣誉、再接再厉；其他单位要对照先进，加快采购进度，"
            "确保完成年度预留份额。"
        )
        return
    figures = matter.figures
    if figures.not_filed or figures.filed > figures.confirmed:
        yield (
            "（一）抓紧完成填报确认。未填报的单位立即填报预留份额，主管部门和财政部门及时审核确认。"
        )
    else:
        yield "（一）提高思想认识。主管预算单位要加强对所属单位的督促指导，压实采购责任。"
    yield "（二）加快采购进度。对照年度预留份额和时间进度制定采购计划，在“832平台”下单采购。"
    yield "（三）及时完结手续。收货后按约定验收、支付货款并完成履约评价，不得拖欠货款。"
    yield "（四）规范采购行为。不得委托第三方代采，不得在平台外采购后计入，不得虚假交易。"
