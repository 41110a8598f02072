"""`python -m reports.documents.layout`: make the Word template that comes with the system.

Page, faces and order follow GB/T 9704-2012 (A4, top margin 37 mm, binding edge 28 mm, type area
156 x 225 mm; title 小标宋 2号, body 仿宋 3号), as far as is known; conformity is not claimed. The
words in braces are docxtpl's.
"""

from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from reports.documents.columns import HEADINGS
from reports.documents.word import NAME, OWN

RED = RGBColor(0xC8, 0x10, 0x10)
#: 2号, 3号 and 小四 in points.
SIZE_TITLE, SIZE_BODY, SIZE_TABLE = Pt(22), Pt(16), Pt(10.5)
LINE = Pt(29)
WIDTHS = (11, 33, 13, 13, 13, 19, 19, 17, 10, 22)


def main() -> None:
    document: Any = Document()
    _set_page(document.sections[0])
    _add_styles(document)
    _write_head(document)
    _write_body(document)
    _write_table(document)
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.save(OWN / NAME)


def _set_page(section: Any) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)


def _add_styles(document: Any) -> None:
    for name, size in (
        ("NoticeTitle", SIZE_TITLE), ("NoticeHeading", SIZE_BODY), ("NoticeSubheading", SIZE_BODY),
        ("NoticeBody", SIZE_BODY), ("NoticeTable", SIZE_TABLE),
    ):  # fmt: skip
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.font.size = size
        style.paragraph_format.space_after = Pt(0)
        if name != "NoticeTable":
            style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
            style.paragraph_format.line_spacing = LINE if name != "NoticeTitle" else Pt(34)
    document.styles["NoticeTable"].base_style = document.styles["NoticeBody"]
    document.styles["NoticeTable"].paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE


def _add(document: Any, text: str, style: str, *, centre: bool = False, indent: int = 0) -> Any:
    paragraph = document.add_paragraph(text, style=style)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indent:
        paragraph.paragraph_format.first_line_indent = indent * SIZE_BODY
    return paragraph


def _write_head(document: Any) -> None:
    _add(document, "{%p if remark %}", "NoticeBody")
    _add(document, "{{ remark }}", "NoticeHeading")
    _add(document, "{%p endif %}", "NoticeBody")
    mark = _add(
        document, "{{ issuer }}{% if not is_letter %}文件{% endif %}", "NoticeTitle", centre=True
    )
    for run in mark.runs:
        run.font.color.rgb, run.font.size = RED, Pt(32)
    mark.paragraph_format.line_spacing = Pt(48)
    number = _add(document, "{{ number }}", "NoticeBody", centre=True)
    _rule_below(number)
    _add(document, "", "NoticeBody")
    _add(document, "{{ title }}", "NoticeTitle", centre=True)
    _add(document, "", "NoticeBody")


def _rule_below(paragraph: Any) -> None:
    """The red rule under the document number."""
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "8"), ("color", "C81010")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)


def _write_body(document: Any) -> None:
    _add(document, "{{ addressees }}：", "NoticeBody")
    _add(document, "{%p for p in paragraphs %}", "NoticeBody")
    for style, name in (("heading", "NoticeHeading"), ("subheading", "NoticeSubheading")):
        _add(document, f"{{%p if p.style == '{style}' %}}", "NoticeBody")
        _add(document, "{{ p.text }}", name, indent=2)
        _add(document, "{%p endif %}", "NoticeBody")
    _add(document, "{%p if p.style == 'body' %}", "NoticeBody")
    _add(document, "{{ p.text }}", "NoticeBody", indent=2)
    _add(document, "{%p endif %}", "NoticeBody")
    _add(document, "{%p endfor %}", "NoticeBody")
    _add(document, "{%p if attachment %}", "NoticeBody")
    _add(document, "", "NoticeBody")
    _add(document, "附件：{{ attachment }}", "NoticeBody", indent=2)
    _add(document, "{%p endif %}", "NoticeBody")
    _add(document, "", "NoticeBody")
    for text in ("{{ issuer }}", "{{ issued_on }}"):
        paragraph = _add(document, text, "NoticeBody")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = 4 * SIZE_BODY
    _add(document, "{%p if copies %}", "NoticeBody")
    _add(document, "抄送：{{ copies }}", "NoticeBody")
    _add(document, "{%p endif %}", "NoticeBody")


def _write_table(document: Any) -> None:
    _add(document, "{%p if rows %}", "NoticeBody")
    section = document.add_section(WD_SECTION.NEW_PAGE)
    _set_page(section)
    section.left_margin, section.right_margin = Mm(20), Mm(20)
    _add(document, "{{ caption }}", "NoticeHeading", centre=True)
    table = document.add_table(rows=4, cols=len(HEADINGS))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _repeat_as_heading(table.rows[0])
    for position, heading in enumerate(HEADINGS):
        _fill(table.rows[0].cells[position], heading, WD_ALIGN_PARAGRAPH.CENTER)
        text = f"{{{{ row[{position}] }}}}"
        is_text = position in (1, 9)
        alignment = WD_ALIGN_PARAGRAPH.LEFT if is_text else WD_ALIGN_PARAGRAPH.RIGHT
        _fill(table.rows[2].cells[position], text, alignment)
        for row in table.rows:
            row.cells[position].width = Mm(WIDTHS[position])
    _fill(table.rows[1].cells[0], "{%tr for row in rows %}", WD_ALIGN_PARAGRAPH.LEFT)
    _fill(table.rows[3].cells[0], "{%tr endfor %}", WD_ALIGN_PARAGRAPH.LEFT)
    _add(document, "{%p endif %}", "NoticeBody")


def _fill(cell: Any, text: str, alignment: Any) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = "NoticeTable"
    paragraph.alignment = alignment
    paragraph.add_run(text)


def _repeat_as_heading(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


if __name__ == "__main__":
    main()
