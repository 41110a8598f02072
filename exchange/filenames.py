"""Names under which files are saved: whoever titles a notice names its file."""

import re
from pathlib import PurePath

#: A file system counts bytes, up to 255, of which a Chinese character takes three; a browser may
#: add " (1)".
_MOST_BYTES = 200
#: Separators and whatever else some system takes for more than a letter of a name.
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')


def file_name(name: str) -> str:
    """``name`` as every system takes it: no path, no control character, not too long."""
    suffix = PurePath(name).suffix
    stem = _UNSAFE.sub("-", name.removesuffix(suffix)).strip(" .")
    room = _MOST_BYTES - len(suffix.encode())
    return (stem.encode()[:room].decode(errors="ignore") or "-") + suffix
