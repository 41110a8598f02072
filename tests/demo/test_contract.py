"""An independent reading of the contract accepts every file, beside the published policies too."""

from pathlib import Path

import pytest

from demo import published
from tests.contract.oracle import Contract
from tests.contract.reference import load_county_codes, load_regions
from tests.demo.conftest import TODAY, asked, write

# What published rows ask for beyond the minimum, where it touches filings.
OTHER_RULES = {
    (2023, "440300"): {"单列": "是"},
    (2024, "440300"): {"单列": "是"},
    (2024, "510822"): {"无食堂要求": "填报工会需求", "预留金额下限": "上年采购"},
    (2024, "653101"): {"无食堂要求": "工会经费比例", "工会经费比例(%)": "20"},
    (2025, "652700"): {"无食堂要求": "工会经费比例", "工会经费比例(%)": "20"},
    (2025, "141100"): {"无食堂要求": "不作要求", "填报截止": "2025-03-26"},
    (2025, "620825"): {"填报基数": "食堂和工会"},
    (2025, "630000"): {"预留金额下限": "上年预留"},
}


def published_rows() -> list[dict[str, str]]:
    return [
        {
            "年度": str(year),
            "行政区划代码": region,
            "最低比例(%)": str(minimum) if minimum else "",
            "文号": f"{year} {region}",
            "单列": "",
        }
        | {
            "填报基数": "",
            "无食堂要求": "",
            "工会经费比例(%)": "",
            "预留金额下限": "",
            "填报截止": "",
        }
        | OTHER_RULES.get((year, region), {})
        for (year, region), minimum in published.MINIMUM_PERCENT.items()
    ]


def import_all(contract: Contract, files: dict[str, list[dict[str, str]]]) -> dict[str, list]:
    return {
        name: contract.import_rows(name.split("-")[1], rows).errors for name, rows in files.items()
    }


@pytest.mark.parametrize("province", ["450000", "520000", "420000", "460000", "110000"])
def test_every_file_is_accepted(tmp_path: Path, province: str):
    files = write(asked(province, units=60, purchases=800), tmp_path)
    errors = import_all(Contract(load_regions(), load_county_codes(), TODAY), files)
    assert errors == {key: [] for key in files}


@pytest.mark.parametrize(
    ("province", "year"),
    [
        ("340000", 2026),
        ("440000", 2026),
        ("620000", 2026),
        ("630000", 2026),
        ("650000", 2026),
        ("140000", 2025),
        ("510000", 2025),
    ],
)
def test_every_file_is_accepted_beside_the_published_policies(
    tmp_path: Path, province: str, year: int
):
    contract = Contract(load_regions(), load_county_codes(), TODAY)
    assert contract.import_rows("policies", published_rows()).errors == []
    files = write(asked(province, units=400, purchases=800, year=year), tmp_path)
    assert import_all(contract, files) == {key: [] for key in files}
