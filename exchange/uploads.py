"""The size of an upload, known before a byte of its file is kept."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

#: What a form sends around its file: names, other fields, borders.
AROUND_BYTES = 64 * 1024


def is_too_large(request: HttpRequest) -> bool:
    """Whether the request's files were thrown away for their size."""
    return _exceeds(int(request.META.get("CONTENT_LENGTH") or 0))


def _exceeds(length: int) -> bool:
    return length > settings.UPLOAD_BYTES + AROUND_BYTES


class SizeLimit(FileUploadHandler):
    """Keeps nothing of a request that is too large, in memory or on the disk.

    It is read to its end all the same, for a browser shows no answer before it has sent
    everything; the form's other fields arrive.
    """

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        self.refuses = _exceeds(content_length)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.refuses:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
