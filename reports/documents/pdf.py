"""The same document as PDF, by Typst.

The texts reach the template as data, never as its source. Fonts are those of ``NOTICE_FONTS``
where the machine has them, else Noto CJK; without either there is an error and no page of boxes.
"""

import json
from functools import lru_cache

import typst
from django.conf import settings

from reports.documents.content import Content
from reports.documents.word import template_path

NAME = "notice.typ"
#: Stand-ins for the setting's fonts, in its order: serif for title and body, sans for headings.
STAND_INS = ("Noto Serif CJK SC", "Noto Sans CJK SC", "Noto Serif CJK SC", "Noto Serif CJK SC")


class FontMissing(Exception):
    """No font with Chinese letters; says which package brings one."""


def pdf(content: Content) -> bytes:
    """The document; FontMissing where the machine has no font for it."""
    data = content.as_dict() | {"fonts": _fonts()}
    return _compiler(str(template_path(NAME))).compile(
        format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)}
    )


def _fonts() -> list[list[str]]:
    """For each kind of text the fonts to try, of which at least one is there."""
    there = _families()
    chosen = []
    for font, stand_in in zip(settings.NOTICE_FONTS, STAND_INS, strict=True):
        found = [name for name in (font, stand_in) if name.casefold() in there]
        if not found:
            raise FontMissing(
                f"neither {font} nor {stand_in} is installed; on Debian install fonts-noto-cjk,"
                " or name a folder with fonts in FONT_FOLDERS"
            )
        chosen.append(found)
    return chosen


@lru_cache(maxsize=1)
def _found() -> typst.Fonts:
    return typst.Fonts(include_embedded_fonts=False, font_paths=list(settings.FONT_FOLDERS))


@lru_cache(maxsize=1)
def _families() -> frozenset[str]:
    return frozenset(name.casefold() for name in _found().families())


@lru_cache(maxsize=2)
def _compiler(path: str) -> typst.Compiler:
    return typst.Compiler(input=path, font_paths=_found())
