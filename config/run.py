"""`python -m config.run`: the whole system on one machine, from an empty folder to a first page.

Makes the tables and the demonstration where they are missing, then keeps the web server, the
worker, the beat and the embedded servers alive until Ctrl-C, SIGTERM or `--stop` from another
terminal.
"""

import argparse
import fcntl
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections

import embedded
from config import demonstration, messages, servers
from config.supervisor import Child, KeepsDying, stop_in_order

ADDRESS = "127.0.0.1"
WEB_SECONDS = 60
SECONDS_BETWEEN_LOOKS = 0.1
LOOKS_BETWEEN_SERVERS = 50
WEB = ["--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
WORKER = ["--concurrency", "2", "--loglevel", "WARNING"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run, or stop what runs; the process ends with a message when something stands in the way."""
    parser = argparse.ArgumentParser(prog="python -m config.run", description=__doc__)
    parser.add_argument("--no-demo", action="store_true", help="start without the demonstration")
    parser.add_argument("--stop", action="store_true", help="stop what runs, and the servers")
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    data: Path = settings.DATA_DIR
    if options.stop:
        stop(data)
        return
    with_demo = os.environ.get("YULIU_DEMO", "1") != "0" and not options.no_demo
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        run(data, port=int(os.environ.get("PORT", "8000")), with_demo=with_demo)
    except (embedded.ServerError, KeepsDying) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        print("Yuliu has ended.")


def run(data: Path, *, port: int, with_demo: bool) -> None:
    """Prepare, then keep the children alive until this process is told to end."""
    with _sole_run(data):
        _check_port(port)
        servers.hold()
        prepare(data, with_demo=with_demo)
        children = [_web(port), *_background()]
        try:
            for child in children:
                child.start()
            _watch_until_answer(children, port)
            print(_welcome(data, port, with_demo=with_demo), flush=True)
            connections.close_all()
            _watch(children)
        finally:
            stop_in_order(children)


def stop(data: Path) -> None:
    """End a run on this data, wait for its end, and stop the embedded servers."""
    with _pid_file(data) as descriptor:
        if not _lock(descriptor):
            os.kill(int(os.pread(descriptor, 20, 0)), signal.SIGTERM)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
    embedded.stop(data)


def prepare(data: Path, *, with_demo: bool) -> None:
    """Bring tables, reference data, demonstration, translations and static files up to date."""
    for locale in settings.LOCALE_PATHS:
        messages.compile_changed(Path(locale))
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("seed_reference")
    if with_demo:
        demonstration.load(data)
    if _static_files_changed():
        call_command("collectstatic", interactive=False, verbosity=0)


@contextmanager
def _pid_file(data: Path) -> Iterator[int]:
    data.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data / "run.pid", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _sole_run(data: Path) -> Iterator[None]:
    """Refuse a second run on the same data; the lock ends with the process, however it ends."""
    with _pid_file(data) as descriptor:
        if not _lock(descriptor):
            sys.exit(f"A run on {data} is already going on; `make stop` ends it.")
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _check_port(port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((ADDRESS, port))
        except OSError as error:
            sys.exit(f"Port {port} is not free ({error.strerror}); choose another with PORT=8001.")


def _static_files_changed() -> bool:
    """Compare change times: npm gives every file of a package the same old modification time."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return True
    collected = manifest.stat().st_mtime
    files = (storage.path(name) for finder in get_finders() for name, storage in finder.list([]))
    return any(Path(file).stat().st_ctime > collected for file in files)


def _web(port: int) -> Child:
    listen = ["--interface", "wsgi", "--host", ADDRESS, "--port", str(port)]
    command = [sys.executable, "-m", "granian", *listen, *WEB, "config.wsgi:application"]
    return Child("The web server", command)


def _background() -> list[Child]:
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "config"]
    return [
        Child("The beat", [*celery, "beat", "--loglevel", "WARNING", "--pidfile", ""]),
        Child("The worker", [*celery, "worker", *WORKER]),
    ]


def _watch(children: Sequence[Child]) -> None:
    """Keep the children alive, and the embedded servers under them."""
    for look in count():
        for child in children:
            child.revive()
        if look % LOOKS_BETWEEN_SERVERS == 0:
            for name in servers.hold():
                print(f"{name} ended and is started again.", flush=True)
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _watch_until_answer(children: Sequence[Child], port: int) -> None:
    deadline = time.monotonic() + WEB_SECONDS
    while not _answers(port):
        if time.monotonic() > deadline:
            raise KeepsDying(f"The web server gave no page within {WEB_SECONDS} seconds.")
        for child in children:
            child.revive()
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(ADDRESS, port, timeout=WEB_SECONDS)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except OSError:
        return False
    finally:
        connection.close()


def _welcome(data: Path, port: int, *, with_demo: bool) -> str:
    how = demonstration.sign_in(data) if with_demo else "Make a person with manage.py first_run"
    return f"\nYuliu is at http://{ADDRESS}:{port}/\n{how}\nCtrl-C ends it.\n"


if __name__ == "__main__":
    main()
