"""Lines of files, heading to cell, with the least that makes each acceptable."""

from dataclasses import dataclass

Line = dict[str, str]


@dataclass(frozen=True)
class Step:
    """One file: its kind, its lines and whether the sender asks for an update."""

    kind: str
    rows: list[Line]
    update: bool = False


def unit(code: str, region: str, **cells: str) -> Line:
    level = "中央" if region == "000000" else "县级"
    line = {
        "单位编码": code,
        "单位名称": f"单位{code}",
        "行政区划代码": region,
        "预算级次": level,
        "单位类型": "机关",
    }
    return line | cells


def policy(year: int, region: str, **cells: str) -> Line:
    return {"年度": str(year), "行政区划代码": region, "文号": f"财办〔{year}〕{region}号"} | cells


def filing(year: int, unit_code: str, canteen: str = "自有食堂", **cells: str) -> Line:
    return {"年度": str(year), "单位编码": unit_code, "食堂情况": canteen} | cells


def own_canteen(year: int, unit_code: str, base: str, ratio: str, **cells: str) -> Line:
    amounts = {"食堂食材采购总额(元)": base, "预留比例(%)": ratio}
    return filing(year, unit_code, "自有食堂", **amounts) | cells


def supplier(code: str, valid_from: str, valid_to: str = "", county: str = "130125") -> Line:
    return {
        "供应商代码": code,
        "供应商名称": f"供应商{code}",
        "类型": "企业",
        "所属县代码": county,
        "名录批次": "第一批",
        "生效日期": valid_from,
        "失效日期": valid_to,
    }


def purchase(
    order_no: str, unit_code: str, supplier_code: str, amount: str, ordered: str, **cells: str
) -> Line:
    line = {
        "订单编号": order_no,
        "所属预算单位编码": unit_code,
        "供应商代码": supplier_code,
        "商品名称": "大米",
        "订单金额(元)": amount,
        "资金类型": "食堂",
        "采购渠道": "832平台",
        "下单时间": ordered,
        "订单状态": "已完结",
    }
    return line | cells
