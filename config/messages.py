"""Compiles translations (.po) to what Django loads (.mo): a fresh machine has no GNU gettext."""

import sys
from pathlib import Path

import polib


def compile_changed(locale: Path) -> list[Path]:
    """Compile each .po below ``locale`` that is newer than its .mo; return the .mo written."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))
            written.append(target)
    return written


if __name__ == "__main__":
    compile_changed(Path(sys.argv[1]))
