"""`python -m embedded start|stop|status`: the embedded servers without a command of Django."""

import argparse
import os
import sys
from pathlib import Path

import embedded

PROJECT = Path(__file__).resolve().parent.parent


def main() -> int | str:
    """Obey one word; the exit code of `status` is 1 unless both servers run."""
    parser = argparse.ArgumentParser(prog="python -m embedded", description=__doc__)
    parser.add_argument("action", choices=["start", "stop", "status"])
    parser.add_argument("--data", type=Path, default=os.environ.get("YULIU_DATA", PROJECT / "var"))
    options = parser.parse_args()
    data = Path(options.data).resolve()
    try:
        return _obey(options.action, data)
    except embedded.ServerError as error:
        return str(error)


def _obey(action: str, data: Path) -> int:
    if action == "start":
        embedded.start(data)
    elif action == "stop":
        embedded.stop(data)
    states = embedded.status(data)
    for name, runs in states.items():
        print(f"{name}: {'running' if runs else 'stopped'}")
    return 0 if action == "stop" or all(states.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
