"""Compiles translations (.po) to what Django loads (.mo), where GNU msgfmt is not installed.

Formats: the chapters "PO Files" and "MO Files" of the GNU gettext manual. Entries marked fuzzy,
without a translation or commented out are left out, as msgfmt leaves them out.
"""

import ast
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

MAGIC = 0x950412DE
HEADER_BYTES = 28
# keyword, then a quoted string; a line with the string alone continues the one before
LINE = re.compile(r'(?:(msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+)?(".*")\s*$')

Entry = dict[str, str]


def compile_changed(locale: Path) -> list[Path]:
    """Compile each .po below `locale` that is newer than its .mo; return the .mo written."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            target.write_bytes(encode(read_messages(source.read_text(encoding="utf-8"))))
            written.append(target)
    return written


def read_messages(text: str) -> dict[str, str]:
    """Return the translated messages of a .po: the key joins context and plural as in a .mo.

    Raises ValueError where two messages stand together without an empty line between them.
    """
    messages = {}
    for block in re.split(r"\n\s*\n", text):
        fields = list(_fields(block))
        entry = dict(fields)
        if len(entry) < len(fields):
            raise ValueError(f"no empty line between two messages:\n{block}")
        if not _is_fuzzy(block) and any(_translations(entry)):
            messages[_key(entry)] = "\0".join(_translations(entry))
    return messages


def encode(messages: dict[str, str]) -> bytes:
    """Return the bytes of a .mo without a hash table, which no reader needs."""
    pairs = sorted((key.encode(), value.encode()) for key, value in messages.items())
    keys, values = [key for key, _ in pairs], [value for _, value in pairs]
    table_bytes = 8 * len(pairs)
    keys_start = HEADER_BYTES + 2 * table_bytes
    values_start = keys_start + sum(len(key) + 1 for key in keys)
    header = (MAGIC, 0, len(pairs), HEADER_BYTES, HEADER_BYTES + table_bytes, 0, keys_start)
    tables = _table(keys, keys_start) + _table(values, values_start)
    return struct.pack("<7I", *header) + tables + b"".join(text + b"\0" for text in keys + values)


def _fields(block: str) -> Iterator[tuple[str, str]]:
    keyword, parts = "", list[str]()
    for line in block.splitlines():
        match = LINE.match(line)
        if match and match[1]:
            yield keyword, "".join(parts)
            keyword, parts = match[1], []
        if match:
            parts.append(ast.literal_eval(match[2]))
    yield keyword, "".join(parts)


def _is_fuzzy(block: str) -> bool:
    return re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE) is not None


def _translations(entry: Entry) -> list[str]:
    return [text for keyword, text in entry.items() if keyword.startswith("msgstr")]


def _key(entry: Entry) -> str:
    context = f"{entry['msgctxt']}\4" if "msgctxt" in entry else ""
    plural = f"\0{entry['msgid_plural']}" if "msgid_plural" in entry else ""
    return f"{context}{entry['msgid']}{plural}"


def _table(texts: list[bytes], start: int) -> bytes:
    """Return length and place of each text, the first of which stands at byte `start`."""
    rows = b""
    for text in texts:
        rows += struct.pack("<2I", len(text), start)
        start += len(text) + 1
    return rows


if __name__ == "__main__":
    compile_changed(Path(sys.argv[1]))
