import io
import zipfile
from datetime import date

import pytest
from django.utils import translation
from docx import Document
from pypdf import PdfReader

from organizations.models import Region
from reports.choices import Listed, NoticeKind
from reports.documents import pdf as pdf_module
from reports.documents.content import personal, whole
from reports.documents.pdf import FontMissing, pdf
from reports.documents.word import STYLES, word
from reports.models import Notice, NoticeRecipient
from reports.notices.issuing import change_words, mark_of, withdraw
from tests.reports.notices.conftest import YEAR, drafted, issued

BESIDE = {"A": "单位A", "B": "单位B", "C": "单位C", "D": "单位D", "N": "单位N"}


def text_of_word(data: bytes) -> str:
    """Every text of every part, tables, headers and properties included."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def text_of_pdf(data: bytes) -> str:
    pages = PdfReader(io.BytesIO(data)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")


def recipients(notice: Notice) -> dict[str, NoticeRecipient]:
    found = notice.recipients.select_related("notice__region", "row", "region", "unit")
    return {recipient.row.code: recipient for recipient in found}


def paragraphs(data: bytes) -> list[tuple[str, str]]:
    read = Document(io.BytesIO(data)).paragraphs
    return [(p.style.name, p.text) for p in read if p.text.strip()]


def test_word_has_the_parts_of_an_official_document_in_their_order(world):
    notice = issued(world)
    read = paragraphs(word(whole(notice)))
    texts = [text for _style, text in read]
    assert texts[:4] == [
        "广西壮族自治区财政厅文件", "桂财购〔2025〕8号", notice.title,
        "各市、县（市、区）财政局，本级各主管预算单位：",
    ]  # fmt: skip
    assert ("NoticeHeading", "一、总体情况") in read
    assert ("NoticeHeading", "四、下一步工作要求") in read
    assert texts[-4:] == [
        "附件：预留份额完成情况排名表", "广西壮族自治区财政厅", "2025年7月5日",
        "预留份额完成情况排名表（截至2025年6月30日，下单口径）",
    ]  # fmt: skip


def test_table_has_a_line_for_each_row(world):
    [table] = Document(io.BytesIO(word(whole(issued(world))))).tables
    assert [[cell.text for cell in row.cells][:2] for row in table.rows] == [
        ["序号", "名称"], ["1", "南宁市"], ["2", "广西壮族自治区本级"], ["3", "柳州市"],
    ]  # fmt: skip
    assert [cell.text for cell in table.rows[1].cells][2:9] == [
        "2", "2", "0", "0.02", "0.01", "70.00%", "1",
    ]  # fmt: skip


def test_pdf_says_the_same(world):
    notice = issued(world)
    text = text_of_pdf(pdf(whole(notice)))
    assert "关于广西壮族自治区2025年1—6月政府采购脱贫地区农副产品工作进展情况的通报" in text
    assert "桂财购〔2025〕8号" in text
    assert "南宁市（70.00%）" in text


@pytest.mark.parametrize("kind", [NoticeKind.PROGRESS, NoticeKind.REMINDER])
def test_file_of_one_recipient_holds_nothing_of_anothers(world, kind):
    notice = issued(world, kind=kind, listed=Listed.ALL_UNITS)
    found = recipients(notice)
    assert len(found) >= 3
    for code, recipient in found.items():
        content = personal(recipient)
        for text in (text_of_word(word(content)), text_of_pdf(pdf(content))):
            assert BESIDE[code] in text
            others = [name for other, name in BESIDE.items() if other != code]
            assert [name for name in others if name in text] == []
        assert len(content.rows) == 1


def test_personal_file_says_the_recipients_own_figures(world):
    notice = issued(world, kind=NoticeKind.REMINDER, listed=Listed.ALL_UNITS)
    late = [p.text for p in personal(recipients(notice)["N"]).paragraphs]
    assert "你单位尚未填报2025年度预留份额。" in late
    slow = [p.text for p in personal(recipients(notice)["B"]).paragraphs]
    assert "你单位预留份额0.01万元，按下单口径完成0.00万元，完成比例40.00%。" in slow


@pytest.mark.parametrize(
    ("code", "called"),
    [
        ("450000", "广西壮族自治区财政厅"), ("110000", "北京市财政局"), ("450100", "南宁市财政局"),
    ],
)  # fmt: skip
def test_letter_is_addressed_to_the_bureau_by_its_name(world, code, called):
    recipient = recipients(issued(world))["450100"]
    recipient.region = Region.objects.get(code=code)
    recipient.row.name = recipient.region.name
    with translation.override("en"):
        assert personal(recipient).addressees == called


@pytest.mark.parametrize(
    ("headings", "next_one"),
    [(0, "一"), (8, "九"), (9, "十"), (10, "十一"), (19, "二十"), (98, "九十九"), (120, "九十九")],
)
def test_requirements_follow_any_number_of_headings(world, headings, next_one):
    notice = drafted(world)
    notice.body = "\n".join(["一、情况"] * headings)
    texts = [paragraph.text for paragraph in whole(notice, with_table=False).paragraphs]
    assert f"{next_one}、下一步工作要求" in texts


def test_draft_and_withdrawn_say_so(world):
    assert paragraphs(word(whole(drafted(world))))[0][1] == "送审稿，未印发"
    notice = withdraw(issued(world), reason="口径有误", by=world.admin)
    assert paragraphs(word(whole(notice)))[0][1] == "已撤回：口径有误"


def test_hostile_words_stay_words(world):
    """Tags of Word, of its template and of Typst are text like any other."""
    notice = drafted(world)
    hostile = "</w:t><w:x/> {{ 7*7 }} {% raw %} #sys.inputs $x$ & \\ *a* @b"
    words = {
        "title": hostile, "addressees": "各单位", "copies": "", "body": hostile,
        "requirements": hostile, "issuer": hostile,
    }  # fmt: skip
    notice = change_words(notice, words, seen=mark_of(notice), by=world.admin)
    texts = [text for _style, text in paragraphs(word(whole(notice)))]
    assert hostile in texts
    assert "{{7*7}}" in text_of_pdf(pdf(whole(notice)))
    assert "#sys.inputs" in text_of_pdf(pdf(whole(notice)))


def test_fonts_are_a_setting(world, settings):
    settings.NOTICE_FONTS = ["甲体", "乙体", "丙体", "丁体"]
    document = Document(io.BytesIO(word(whole(drafted(world)))))
    fonts = [document.styles[name].font.name for name in STYLES]
    assert fonts == ["甲体", "乙体", "丙体", "丁体"]


def test_missing_font_is_an_error_that_names_the_package(world, monkeypatch):
    monkeypatch.setattr(pdf_module, "_families", lambda: frozenset({"dejavu sans"}))
    with pytest.raises(FontMissing, match="fonts-noto-cjk"):
        pdf(whole(drafted(world)))


def test_bureaus_own_template_goes_before_ours(world, settings, tmp_path):
    settings.NOTICE_TEMPLATES = str(tmp_path)
    document = Document()
    document.add_paragraph("本局专用 {{ title }}")
    document.save(tmp_path / "notice.docx")
    notice = drafted(world)
    assert paragraphs(word(whole(notice))) == [("Normal", f"本局专用 {notice.title}")]


def test_long_table_is_left_to_the_workbook(world, monkeypatch):
    monkeypatch.setattr("reports.documents.content.MOST_ROWS", 2)
    content = whole(issued(world))
    assert content.rows == []
    assert content.attachment == "预留份额完成情况排名表（另附电子表格）"


def test_day_is_written_without_zeros(world):
    content = whole(issued(world))
    assert content.issued_on == f"{YEAR}年7月5日"
    assert date(YEAR, 7, 5).isoformat() not in content.caption
