"""A row of each kind of file that would be accepted, for the blank workbooks."""

UNIT = "450102001"
SUPPLIER = "93450123DEM000014C"

EXAMPLES: dict[str, dict[str, str]] = {
    "units": {
        "code": UNIT, "name": "兴宁区示范小学", "uscc": "12450102DEM000014A", "region": "450102",
        "level": "县级", "kind": "学校", "opened_on": "2015-09-01", "headcount": "86",
        "responsible_person": "王老师", "phone": "0771-1234567",
    },
    "people": {
        "username": "xnqsfxx", "name": "王老师", "phone": "13800000000", "role": "单位填报员",
        "unit": UNIT,
    },
    "policies": {
        "year": "2026", "region": "450102", "separate": "否", "min_ratio": "15%",
        "encouraged_ratio": "20%", "base": "食堂食材", "basis": "完结", "union_in_target": "否",
        "no_canteen_rule": "不作要求", "amount_floor": "上年预留", "filing_opens": "2026-01-05",
        "filing_due": "2026-03-31", "confirm_due": "2026-04-15",
        "checkpoints": "06-30:50; 09-30:75", "document_number": "兴财购〔2026〕1号",
    },
    "filings": {
        "year": "2026", "unit": UNIT, "canteen": "自有食堂", "base_amount": "360000.00",
        "ratio": "15%", "reserved_amount": "54000.00", "union_amount": "12000.00",
        "diners": "420", "contact": "王老师", "phone": "0771-1234567", "state": "已提交",
    },
    "suppliers": {
        "code": SUPPLIER, "name": "隆安县示范种植专业合作社", "kind": "合作社",
        "county": "450123", "batch": "第一批", "valid_from": "2021-01-01",
        "valid_to": "2026-12-31",
    },
    "purchases": {
        "order_no": "832202603050001", "line_no": "1", "unit": UNIT, "supplier": SUPPLIER,
        "origin": "450123", "product": "隆安大米 10kg", "category": "粮油", "quantity": "20",
        "unit_of_measure": "袋", "unit_price": "65.00", "amount": "1300.00", "fund": "食堂",
        "channel": "832平台", "ordered_at": "2026-03-05 10:20", "paid_at": "2026-03-20",
        "paid_amount": "1300.00", "accepted_at": "2026-03-12", "rated_at": "2026-03-21",
        "status": "已完结", "settlement": "先货后款", "account": "xnqsfxx",
        "payer": "兴宁区示范小学", "receiver": "李老师",
    },
}  # fmt: skip
