"""Secrets that are made once and kept under the data folder."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path


def secret_key(data: Path) -> str:
    """Return Django's SECRET_KEY of this data folder; made at the first call."""
    return kept_secret(data / "secret-key", size=50)


def kept_secret(path: Path, *, size: int) -> str:
    """Return the secret in `path`; at the first call one of `size` random bytes, kept 0600.

    Commands that start at once get the same secret: the file appears under its name complete.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_once(path, secrets.token_urlsafe(size))
    return path.read_text().strip()


def _write_once(path: Path, secret: str) -> None:
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{secret}\n")
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()
