"""`python -m tests.browser.chromium`: a Chromium and Chinese letters for the tests of pages.

Takes the system's; as root on Debian it installs what is missing, else it says how to.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk")
INSTALL = f"apt-get install -y --no-install-recommends {' '.join(PACKAGES)}"
#: No sandbox, for a container has none to give; no requests of its own, for there is no network.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def path() -> str | None:
    """The Chromium named by CHROMIUM, else the system's."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


def has_chinese() -> bool:
    """Whether a font with Chinese letters is there; without one pages are shown as boxes."""
    fonts = shutil.which("fc-list")
    return bool(fonts and subprocess.run([fonts, ":lang=zh"], capture_output=True).stdout)


def main() -> None:
    if path() and has_chinese():
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(
            "The tests of pages need Chromium and a Chinese font. As root on Debian: "
            f"{INSTALL}; elsewhere install both and set CHROMIUM to the browser's path."
        )
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
    subprocess.run([*INSTALL.split(), "-qq"], check=True, env=quiet, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
