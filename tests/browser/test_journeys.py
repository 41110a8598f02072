"""Four days of the bureau's year, each from the first page to the row in the database."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from exchange.models import Job, JobState
from exchange.resources import resource_of
from exchange.workbooks import write_workbook
from organizations.models import BudgetUnit, Role
from procurement.models import PurchaseRecord
from quotas.choices import FilingState
from quotas.models import Filing
from tests.builders import accept, own_canteen, person, policy, purchase, supplier, unit
from tests.exchange.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)

YEAR = date.today().year


@pytest.fixture
def bureau() -> None:
    """A county with three schools, a policy for the year, and a supplier."""
    accept("policies", policy(YEAR, "450102", min_ratio="10", basis="completed"))
    accept("units", unit("A", kind="school"), unit("B", kind="school"), unit("C", kind="school"))
    accept("suppliers", supplier("S"))


def filed(code: str) -> Filing:
    return Filing.objects.get(unit__code=code, year=YEAR)


def test_clerk_files_and_corrects_after_a_return(
    bureau: None, page_of: Callable[..., Page]
) -> None:
    page = page_of(person("clerk", Role.UNIT_CLERK, unit="A"))
    page.goto(f"/units/A/filing/{YEAR}/")
    page.check("input[name=canteen][value=own]")
    page.fill("#id_base_amount", "1,000,000")
    page.fill("#id_ratio", "8%")
    expect(page.locator("[data-reserve-yuan]")).to_have_text("80,000.00")
    page.click("button[name=hand_in]")
    expect(page.locator("#id_ratio_error")).to_contain_text("10")
    assert not Filing.objects.filter(state=FilingState.SUBMITTED).exists()
    page.fill("#id_ratio", "10%")
    page.click("button[name=hand_in]")
    expect(page.locator("#main")).to_contain_text("已提交")
    assert (filed("A").state, filed("A").reserved_amount) == ("submitted", Decimal(100_000))

    reviewer = page_of(person("reviewer", Role.BUREAU_REVIEWER, region="450102"))
    reviewer.goto(f"/filings/{filed('A').pk}/")
    reviewer.fill("textarea[name=reason], input[name=reason]", "采购总额与上年决算不符，请核对。")
    reviewer.get_by_role("button", name="退回", exact=True).click()
    expect(reviewer.locator("#main")).to_contain_text("退回")

    page.goto("/units/A/")
    expect(page.locator("#main")).to_contain_text("采购总额与上年决算不符，请核对。")
    page.goto(f"/units/A/filing/{YEAR}/")
    page.fill("#id_base_amount", "1,200,000.50")
    page.dblclick("button[name=hand_in]")
    expect(page.locator("#main")).to_contain_text("已提交")
    assert (filed("A").state, filed("A").base_amount) == ("submitted", Decimal("1200000.50"))
    assert filed("A").reserved_amount == Decimal("120000.05")


def test_reviewer_confirms_in_bulk_and_returns_one(
    bureau: None, page_of: Callable[..., Page]
) -> None:
    accept("filings", *(own_canteen(YEAR, code) for code in "ABC"))
    page = page_of(person("reviewer", Role.BUREAU_REVIEWER, region="450102"))
    page.goto(f"/filings/?year={YEAR}")
    for code in "AB":
        page.check(f"tr:has-text('单位{code}') [data-row]")
    expect(page.locator("[data-ticked]").first).to_have_text("2")
    page.get_by_role("button", name="确认", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(2)
    assert [filed(code).state for code in "ABC"] == ["confirmed", "confirmed", "submitted"]

    page.goto(f"/filings/?year={YEAR}")
    page.check("tr:has-text('单位C') [data-row]")
    page.fill("#bulk-reason", "请补充联系人。")
    page.get_by_role("button", name="退回", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert (filed("C").state, filed("C").return_reason) == ("returned", "请补充联系人。")


@pytest.fixture
def worker(settings: Settings, tmp_path: Path) -> Iterator[Worker]:
    """A real Celery worker beside the pages, with their files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    started = Worker(tmp_path).wait_until_ready()
    yield started
    started.stop()


def workbook_of_purchases(path: Path, *orders: list) -> Path:
    columns = [column for column in resource_of("purchases").columns() if not column.export_only]
    wanted = ["订单编号", "所属预算单位编码", "供应商代码", "商品名称", "订单金额(元)", "资金类型",
              "采购渠道", "下单时间", "订单状态"]  # fmt: skip
    kinds = [next(c.kind for c in columns if c.heading == heading) for heading in wanted]
    write_workbook(path, wanted, orders, kinds=kinds)
    return path


def send(page: Page, path: Path) -> None:
    page.goto("/files/purchases/")
    page.set_input_files("#id_file", path)
    page.uncheck("#id_dry_run")
    page.get_by_role("button", name="上传", exact=True).click()
    page.wait_for_url("**/files/*/")


def test_bureau_repairs_the_error_workbook_and_imports_it(
    bureau: None, worker: Worker, page_of: Callable[..., Page], tmp_path: Path
) -> None:
    day = f"{YEAR}-01-05"
    path = workbook_of_purchases(
        tmp_path / "订单.xlsx",
        ["20260105000123456789", "A", "S", "大米", "120.50", "食堂", "832平台", day, "已完结"],
        ["20260105000123456790", "NONE", "S", "木耳", "80", "食堂", "832平台", day, "进行中"],
    )
    page = page_of(person("bureau", Role.BUREAU_ADMINISTRATOR, region="450102"))
    send(page, path)
    expect(page.get_by_role("alert")).to_contain_text("未保存任何数据", timeout=30_000)
    expect(page.locator("tbody tr")).to_have_count(1)
    assert PurchaseRecord.objects.count() == 0

    with page.expect_download() as download:
        page.get_by_role("link", name="下载问题文件").click()
    marked = tmp_path / "marked.xlsx"
    download.value.save_as(marked)
    book = openpyxl.load_workbook(marked)
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    assert "NONE" in sheet.cell(3, headings.index("问题") + 1).value
    sheet.cell(3, headings.index("所属预算单位编码") + 1).value = "B"
    book.save(marked)

    send(page, marked)
    expect(page.get_by_role("status")).to_contain_text("已全部接收", timeout=30_000)
    bought = PurchaseRecord.objects.order_by("order_no").values_list("unit__code", "amount")
    assert list(bought) == [("A", Decimal("120.50")), ("B", Decimal(80))]
    assert [job.state for job in Job.objects.order_by("pk")] == [JobState.REFUSED, JobState.DONE]


def test_auditor_follows_a_rate_to_its_records_and_takes_them_away(
    bureau: None, page_of: Callable[..., Page], tmp_path: Path
) -> None:
    accept("filings", own_canteen(YEAR, "A", state="confirmed"))
    done = {"paid_at": f"{YEAR}-01-06", "accepted_at": f"{YEAR}-01-07", "rated_at": f"{YEAR}-01-08"}
    accept(
        "purchases",
        purchase("O1", "A", amount="60", ordered_at=f"{YEAR}-01-05", **done),
        purchase("O2", "A", amount="30", ordered_at=f"{YEAR}-01-05", channel="offline"),
    )
    page = page_of(person("auditor", Role.AUDITOR, region="450102"))
    page.goto(f"/progress/450102/?year={YEAR}&by=unit")
    expect(page.locator("tr", has_text="单位A")).to_contain_text("60.00%")
    page.get_by_role("link", name="单位A").first.click()
    expect(page.locator("#records")).to_contain_text("计入")
    page.get_by_role("link", name="O2-1").click()
    expect(page.locator("#main")).to_contain_text("832 平台上的采购才计入")
    page.goto(f"/records/?year={YEAR}&unit_name=A")
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    taken = tmp_path / "taken.xlsx"
    download.value.save_as(taken)
    rows = list(openpyxl.load_workbook(taken).worksheets[0].values)
    assert sorted(row[0] for row in rows[1:]) == ["O1", "O2"]
    assert BudgetUnit.objects.get(code="A").filings.get().in_force


def test_session_that_ends_in_the_middle_of_a_form_loses_nothing(
    bureau: None, page_of: Callable[..., Page]
) -> None:
    clerk = person("clerk", Role.UNIT_CLERK, unit="A")
    clerk.set_password("correct horse")
    clerk.save()
    page = page_of(clerk)
    page.goto(f"/units/A/filing/{YEAR}/")
    page.check("input[name=canteen][value=own]")
    page.fill("#id_base_amount", "777")
    page.context.clear_cookies(name="sessionid")
    page.click("button[name=hand_in]")
    expect(page.locator("#main")).to_contain_text("登录已超时")
    page.get_by_label("登录名").fill("clerk")
    page.get_by_label("密码").fill("correct horse")
    page.get_by_role("button", name="登录", exact=True).click()
    page.click("[data-restore-yes]")
    expect(page.locator("#id_base_amount")).to_have_value("777")
    assert not Filing.objects.exists()
