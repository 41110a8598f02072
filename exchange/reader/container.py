"""The gate before any parser: what a file is, and how large it really is."""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from exchange.reader import sheetxml
from exchange.reader.flaws import Refused
from exchange.reader.sheetxml import Extent

MAX_PARTS = 200
MAX_EXPANDED = 600 * 1024**2
MAX_RATIO = 100
#: Below this size a high ratio is ordinary: an empty sheet is all repetition.
RATIO_FREE = 10 * 1024**2
MACRO_TYPES = (b"macroEnabled", b"vbaProject")
CHUNK = 64 * 1024
ENCRYPTED = 0x1

ZIP_MAGIC = b"PK\x03\x04"
#: An OLE container: an .xls of before 2007, or an .xlsx behind a password.
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(path: Path, name: str, max_bytes: dict[str, int]) -> str:
    """``xlsx`` or ``csv``, by the name the sender gave and the first bytes."""
    kind = Path(name).suffix.lower().removeprefix(".")
    if kind not in max_bytes:
        raise Refused("extension")
    size = path.stat().st_size
    if size == 0:
        raise Refused("empty", code="empty")
    if size > max_bytes[kind]:
        raise Refused("too_large", megabytes=max_bytes[kind] // 1024**2)
    with path.open("rb") as file:
        _check_magic(file.read(8), kind)
    return kind


def _check_magic(start: bytes, kind: str) -> None:
    if start == OLE_MAGIC:
        raise Refused("protected")
    if start.startswith(ZIP_MAGIC) != (kind == "xlsx"):
        raise Refused("not_workbook" if kind == "xlsx" else "not_text")


def check_workbook(path: Path) -> dict[str, Extent]:
    """Inflate the whole workbook once, counting; return what each sheet part holds."""
    with path.open("rb") as file:
        budget = _Budget()
        extents = {part.filename: _check_part(file, part, budget) for part in _directory(file)}
    return {name: extent for name, extent in extents.items() if extent is not None}


def part_chunks(path: Path, name: str) -> Iterator[bytes]:
    """The bytes of one part, in pieces."""
    with path.open("rb") as file:
        part = next((p for p in _directory(file) if p.filename == name), None)
        if part is None:
            raise Refused("damaged")
        yield from _inflate(file, part)


def _directory(file: BinaryIO) -> list[ZipInfo]:
    try:
        with ZipFile(file) as archive:
            parts = archive.infolist()
    except (BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
        raise Refused("damaged") from None
    if len(parts) > MAX_PARTS:
        raise Refused("too_many_parts", limit=MAX_PARTS)
    _check_names([part.filename for part in parts])
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise Refused("protected")
    return parts


def _check_names(names: list[str]) -> None:
    if len(set(names)) < len(names) or any(_leaves_container(name) for name in names):
        raise Refused("damaged")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused("macros")
    if "xl/workbook.xml" not in names:
        raise Refused("not_workbook")


def _leaves_container(name: str) -> bool:
    return name.startswith("/") or ".." in name.replace("\\", "/").split("/")


class _Budget:
    """How many more bytes the workbook may expand to."""

    def __init__(self) -> None:
        self.left = MAX_EXPANDED

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise Refused("bomb")


def _check_part(file: BinaryIO, part: ZipInfo, budget: _Budget) -> Extent | None:
    """Read one part to its end; what it holds where it is a sheet."""
    chunks = _counted(_inflate(file, part), part, budget)
    if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
        for _ in chunks:
            pass
        return None
    return _check_xml(_without_doctype(chunks), part.filename)


def _check_xml(chunks: Iterator[bytes], name: str) -> Extent | None:
    head = next(chunks, b"")
    if name == "[Content_Types].xml" and any(kind in head for kind in MACRO_TYPES):
        raise Refused("macros")
    if sheetxml.is_sheet(head):
        return sheetxml.check_extent(head, chunks)
    for _ in chunks:
        pass
    return None


def _without_doctype(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Pass the chunks on; refuse a DOCTYPE, without which no entity can be declared.

    UTF-16, which no program writes here, would hide one.
    """
    tail = b""
    for chunk in chunks:
        if b"<!DOCTYPE" in chunk or b"<!DOCTYPE" in tail + chunk[:16]:
            raise Refused("entities")
        if not tail and chunk.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise Refused("damaged")
        tail = chunk[-16:]
        yield chunk


def _counted(chunks: Iterator[bytes], part: ZipInfo, budget: _Budget) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        budget.spend(len(chunk))
        if size > RATIO_FREE and size > MAX_RATIO * part.compress_size:
            raise Refused("bomb")
        yield chunk


def _inflate(file: BinaryIO, part: ZipInfo) -> Iterator[bytes]:
    """The expanded bytes of a part, whatever size its header claims.

    zipfile stops at the claimed size and other readers do not, so a part that claims another
    size or sum than it has is refused here.
    """
    crc = size = 0
    try:
        for chunk in _expand(_stored(file, part), part.compress_type):
            crc = zlib.crc32(chunk, crc)
            size += len(chunk)
            yield chunk
    except zlib.error:
        raise Refused("damaged") from None
    if (size, crc) != (part.file_size, part.CRC):
        raise Refused("damaged")


def _stored(file: BinaryIO, part: ZipInfo) -> Iterator[bytes]:
    file.seek(part.header_offset)
    header = file.read(30)
    if len(header) < 30 or not header.startswith(ZIP_MAGIC):
        raise Refused("damaged")
    name_length, extra_length = struct.unpack("<HH", header[26:])
    file.seek(name_length + extra_length, 1)
    left = part.compress_size
    while left:
        piece = file.read(min(CHUNK, left))
        if not piece:
            raise Refused("damaged")
        left -= len(piece)
        yield piece


def _expand(pieces: Iterator[bytes], method: int) -> Iterator[bytes]:
    if method == ZIP_STORED:
        yield from pieces
        return
    if method != ZIP_DEFLATED:
        raise Refused("damaged")
    decoder = zlib.decompressobj(-zlib.MAX_WBITS)
    for piece in pieces:
        if chunk := decoder.decompress(piece):
            yield chunk
    if not decoder.eof or decoder.unused_data:
        raise Refused("damaged")
