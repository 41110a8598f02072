"""Secrets are made once, complete, and readable by their owner alone."""

import subprocess
import sys
from pathlib import Path

import embedded

PROJECT = Path(__file__).resolve().parents[2]
PRINT = "import sys, pathlib, embedded; print(embedded.secret_key(pathlib.Path(sys.argv[1])))"


def test_secret_key_stays_the_same(tmp_path):
    assert embedded.secret_key(tmp_path) == embedded.secret_key(tmp_path)


def test_secret_key_differs_between_folders(tmp_path):
    assert embedded.secret_key(tmp_path / "a") != embedded.secret_key(tmp_path / "b")


def test_secret_key_is_private_and_alone_in_its_folder(tmp_path):
    embedded.secret_key(tmp_path / "data")
    (file,) = (tmp_path / "data").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_secret_key_is_the_same_for_commands_that_start_at_once(tmp_path):
    command = [sys.executable, "-c", PRINT, str(tmp_path)]
    commands = [subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE) for _ in range(4)]
    keys = {process.communicate()[0] for process in commands}
    assert len(keys) == 1
    assert len(keys.pop()) > 50
