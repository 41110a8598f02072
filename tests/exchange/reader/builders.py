"""Small files and specs for the tests of the reader."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import xlsxwriter

from exchange.reader.reading import read

LIMITS = {"xlsx": 50 * 1024**2, "csv": 1024**3}


def column(field: str, heading: str, kind: str, **rules: Any) -> dict[str, Any]:
    """A column as ``exchange.columns.Column.spec`` gives it."""
    spec = {
        "field": field, "heading": heading, "kind": kind, "required": False, "key": False,
        "choices": {}, "minimum": None, "maximum": None, "above": False, "places": 2,
        "max_length": 64 if kind in ("key", "uscc") else 2000, "not_after_today": False,
    }  # fmt: skip
    return spec | rules


CODE = column("code", "编码", "key", required=True, key=True)
AMOUNT = column("amount", "金额(元)", "amount")


def spec_of(path: Path, columns: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    spec = {
        "path": str(path), "name": path.name, "columns": columns, "today": "2026-03-05",
        "max_rows": None, "max_bytes": LIMITS, "memory": 1536 * 1024**2, "seconds": 60,
    }  # fmt: skip
    return spec | changes


def run(path: Path, columns: list[dict[str, Any]], **changes: Any) -> tuple[list[list[str]], Any]:
    """The rows as COPY fields, and the report."""
    out = io.BytesIO()
    report = read(spec_of(path, columns, **changes), out)
    return [line.split("\t") for line in out.getvalue().decode().splitlines()], report


def write_csv(folder: Path, *rows: list[str], encoding: str = "utf-8") -> Path:
    path = folder / "rows.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def write_xlsx(folder: Path, *rows: list[Any], **options: Any) -> Path:
    """A workbook of one sheet; a cell may be a value or a (value, number format)."""
    path = folder / "rows.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False} | options) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate(rows):
            for position, cell in enumerate(row):
                value, form = cell if isinstance(cell, tuple) else (cell, None)
                form = workbook.add_format({"num_format": form}) if form else None
                sheet.write(number, position, value, form)
    return path


def raw_xlsx(path: Path, sheet_data: str, *, other_parts: dict[str, bytes] | None = None) -> Path:
    """A workbook whose sheet holds ``sheet_data`` as it stands."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    documents = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{packages}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{packages}/relationships"><Relationship Id="r1" '
        f'Type="{documents}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{documents}"><sheets>'
        '<sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packages}/relationships">'
        f'<Relationship Id="r1" Type="{documents}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet_data}'
        "</sheetData></worksheet>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in (parts | (other_parts or {})).items():
            archive.writestr(name, text)
    return path


def text_cell(text: str, reference: str = "") -> str:
    place = f' r="{reference}"' if reference else ""
    return f'<c{place} t="inlineStr"><is><t>{text}</t></is></c>'
