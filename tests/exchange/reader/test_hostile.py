"""Files made to harm or to mislead: each is refused before a parser sees it, and cheaply."""

import io
import os
import struct
import time
import zipfile
import zlib

import pytest

from exchange.reader.container import MAX_PARTS, check_workbook
from exchange.reader.flaws import Refused
from tests.exchange.reader.builders import CODE, raw_xlsx, run, text_cell, write_xlsx

HEAD = f'<row r="1">{text_cell("编码", "A1")}</row>'


def reason(path, **changes):
    with pytest.raises(Refused) as refused:
        run(path, [CODE], **changes)
    assert refused.value.code == "unreadable"
    return refused.value.reason


@pytest.mark.parametrize("name", ["a.xls", "a.xlsm", "a.xlsb", "a.ods", "a.txt", "a", "xlsx"])
def test_other_extension_is_refused(tmp_path, name):
    path = write_xlsx(tmp_path, ["编码"], ["A1"])
    assert reason(path, name=name) == "extension"


def test_renamed_files_are_refused(tmp_path):
    picture = tmp_path / "rows.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert reason(picture) == "not_workbook"
    assert reason(write_xlsx(tmp_path, ["编码"], ["A1"]), name="rows.csv") == "not_text"


@pytest.mark.parametrize("name", ["rows.xlsx", "rows.csv"])
def test_encrypted_or_old_workbook_is_refused(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert reason(path) == "protected"


def test_zip_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "rows.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert reason(path) == "not_workbook"


def test_too_large_file_is_refused_by_its_kind(tmp_path):
    path = write_xlsx(tmp_path, ["编码"], ["A1"])
    assert reason(path, max_bytes={"xlsx": 1000, "csv": 10**9}) == "too_large"


def test_macros_are_refused(tmp_path):
    part = {"xl/vbaProject.bin": b"x"}
    assert reason(raw_xlsx(tmp_path / "a.xlsx", HEAD, other_parts=part)) == "macros"
    types = b'<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled"/></Types>'
    part = {"[Content_Types].xml": types}
    assert reason(raw_xlsx(tmp_path / "b.xlsx", HEAD, other_parts=part)) == "macros"


@pytest.mark.parametrize(
    "name", ["../evil.xml", "xl/../../evil.xml", "/etc/x.xml", "xl\\..\\x.xml"]
)
def test_part_that_leaves_the_container_is_refused(tmp_path, name):
    assert reason(raw_xlsx(tmp_path / "a.xlsx", HEAD, other_parts={name: b"<x/>"})) == "damaged"


def test_too_many_parts_are_refused(tmp_path):
    parts = {f"xl/part{number}.xml": b"<x/>" for number in range(MAX_PARTS)}
    assert reason(raw_xlsx(tmp_path / "a.xlsx", HEAD, other_parts=parts)) == "too_many_parts"


@pytest.mark.parametrize("padding", [0, 70_000, 1_000_000])
def test_entities_are_refused_wherever_they_stand(tmp_path, padding):
    bomb = (
        f'<?xml version="1.0"?><!--{"x" * padding}--><!DOCTYPE a [<!ENTITY b "c">]><sst>&b;</sst>'
    )
    part = {"xl/sharedStrings.xml": bomb.encode()}
    assert reason(raw_xlsx(tmp_path / "a.xlsx", HEAD, other_parts=part)) == "entities"


def test_utf16_part_is_refused(tmp_path):
    part = {"xl/sharedStrings.xml": "<!DOCTYPE a><sst/>".encode("utf-16")}
    assert reason(raw_xlsx(tmp_path / "a.xlsx", HEAD, other_parts=part)) == "damaged"


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="2"><c r="GS2"><v>1</v></c></row>',
        '<row r="2"><c r="A2"/><c r="GS2"/></row>',
        '<row r="2"><c r="XFD2"/><c r="A2"/></row>',
        '<row spans="1:1" r="2"> <c r="A2"/> <c r="GS2"/></row>',
        '<row r="2"><c r="A2"/><c r="A200002"/></row>',
        "<row r='200002'><c s='1' r='A200002'/></row>",
        '<row r="200002"><c><v>1</v></c></row>',
        "<row>" + "<c/>" * 201 + "</row>",
    ],
)
def test_far_apart_cells_are_refused(tmp_path, cells):
    path = raw_xlsx(tmp_path / "far.xlsx", HEAD + cells)
    assert path.stat().st_size < 3000
    assert reason(path) == "extent"


def test_far_cell_behind_a_namespace_prefix_is_refused(tmp_path):
    sheet = (
        b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<x:sheetData><x:row r="9"><x:c r="XFD9"><x:v>1</x:v></x:c></x:row></x:sheetData>'
        b"</x:worksheet>"
    )
    path = raw_xlsx(tmp_path / "a.xlsx", HEAD, other_parts={"xl/worksheets/sheet2.xml": sheet})
    assert reason(path) == "extent"


def test_last_allowed_row_and_column_are_read(tmp_path):
    cells = f'<row r="2"><c r="GR2"/></row><row r="200001">{text_cell("A1", "A200001")}</row>'
    rows, _report = run(raw_xlsx(tmp_path / "a.xlsx", HEAD + cells), [CODE])
    assert rows == [["200001", "A1"]]


def test_two_million_rows_in_a_small_file_are_refused(tmp_path):
    path = raw_xlsx(tmp_path / "rows.xlsx", HEAD + "<row><c><v>1</v></c></row>" * 2_000_000)
    assert path.stat().st_size < 400_000
    assert reason(path) in ("extent", "bomb")


def test_half_a_gigabyte_behind_half_a_megabyte_is_refused(tmp_path):
    path = raw_xlsx(tmp_path / "bomb.xlsx", HEAD)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("xl/media/picture.bin", "w") as part,
    ):
        for _ in range(512):
            part.write(bytes(1024**2))
    assert path.stat().st_size < 600_000
    started = time.monotonic()
    assert reason(path) == "bomb"
    assert time.monotonic() - started < 2


def test_a_row_without_end_is_refused(tmp_path):
    noise = f"<c><v>{os.urandom(17_000_000).hex()}</v></c>"
    assert reason(raw_xlsx(tmp_path / "a.xlsx", HEAD + "<row>" + noise)) == "damaged"


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.99])
def test_truncated_workbook_is_refused(tmp_path, kept):
    path = write_xlsx(tmp_path, ["编码"], *[[f"A{number}"] for number in range(500)])
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    assert reason(path) == "damaged"


def test_lying_size_is_refused(tmp_path):
    """The directory claims 10 bytes, with the sum that these 10 bytes have."""
    path = raw_xlsx(tmp_path / "a.xlsx", HEAD)
    content = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
        start = archive.read(part)[:10]
    honest = struct.pack("<LLL", part.CRC, part.compress_size, part.file_size)
    lying = struct.pack("<LLL", zlib.crc32(start), part.compress_size, 10)
    assert content.count(honest) == 2
    path.write_bytes(content.replace(honest, lying))
    assert reason(path) == "damaged"


def test_flipped_bytes_are_refused(tmp_path):
    path = write_xlsx(tmp_path, ["编码"], *[[f"A{number}"] for number in range(500)])
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    content[start + 100] ^= 0xFF
    path.write_bytes(bytes(content))
    assert reason(path) == "damaged"


def test_parts_of_one_name_are_refused(tmp_path):
    path = raw_xlsx(tmp_path / "a.xlsx", HEAD)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning):
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert reason(path) == "damaged"


def test_gate_reports_rows_and_formulas(tmp_path):
    cells = '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>'
    extents = check_workbook(raw_xlsx(tmp_path / "a.xlsx", HEAD + cells))
    assert extents == {"xl/worksheets/sheet1.xml": (2, True, False)}


def test_gate_takes_a_text_with_an_f_for_no_formula(tmp_path):
    path = raw_xlsx(tmp_path / "a.xlsx", f'<row r="1">{text_cell("fit for f", "A1")}</row>')
    assert check_workbook(path) == {"xl/worksheets/sheet1.xml": (1, False, False)}
