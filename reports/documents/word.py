"""A notice as a Word document, from the template ``notice.docx`` that a bureau may lay out anew.

The template is found in ``NOTICE_TEMPLATES`` first, then beside this file; its fonts are those of
the setting ``NOTICE_FONTS``. ``layout.py`` made the one that comes with the system.
"""

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import Environment, Template

if TYPE_CHECKING:
    from reports.documents.content import Content

NAME = "notice.docx"
OWN = Path(__file__).resolve().parent
#: The template's styles, in the order of the setting's fonts.
STYLES = ("NoticeTitle", "NoticeHeading", "NoticeSubheading", "NoticeBody")


def template_path(name: str) -> Path:
    """A bureau's own template, else ours."""
    own = settings.NOTICE_TEMPLATES
    named = Path(own) / name if own else None
    return named if named and named.exists() else OWN / name


class _Compiled(Environment):
    """Compiles a template's text once, and not for each document of a thousand."""

    @lru_cache(maxsize=16)  # noqa: B019 - there is one environment, for good
    def from_string(self, *source: Any) -> Template:  # type: ignore[override]
        return super().from_string(*source)


_ENVIRONMENT = _Compiled(autoescape=True)


def word(content: "Content") -> bytes:
    """The document; every text is text, whatever characters it holds."""
    template = DocxTemplate(template_path(NAME))
    template.render(content.as_dict(), _ENVIRONMENT, autoescape=True)
    for style, font in zip(STYLES, settings.NOTICE_FONTS, strict=True):
        _set_font(template.docx, style, font)
    file = BytesIO()
    template.save(file)
    return file.getvalue()


def _set_font(document: Any, style: str, font: str) -> None:
    """A Chinese font is named apart from the Latin one."""
    if style not in document.styles:
        return
    properties = document.styles[style].element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:eastAsia", "w:ascii", "w:hAnsi"):
        properties.set(qn(script), font)
