"""Prepares a system in a folder of its own, puts it under fault, and says what it found."""

import argparse
import os
import shutil
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

LEASE_SECONDS = 4
#: After the last fault everything must have ended by then.
DRAIN_SECONDS = 600
SECONDS_BETWEEN_LOOKS = 0.1


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--faults", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    data = Path(os.environ.get("YULIU_DATA", "var/faults")).resolve()
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    os.environ |= {
        "YULIU_DATA": str(data), "JOB_LEASE_SECONDS": str(LEASE_SECONDS),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }  # fmt: skip
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    sys.exit(run(data, options.faults, options.seed))


def run(data: Path, faults: int, seed: int) -> int:
    """Number of problems found, each printed."""
    import django

    django.setup()
    from django.core.management import call_command

    from config import servers
    from organizations.reference import load_regions
    from suppliers.reference import load_counties
    from tests.faults.check import problems
    from tests.faults.system import FAULTS, System
    from tests.faults.work import Work

    servers.hold()
    call_command("migrate", verbosity=0)
    load_regions()
    load_counties()
    random = Random(seed)
    work, system = Work(data, random), System(data)
    started, done = time.monotonic(), Counter[str]()
    try:
        while done.total() < faults:
            work.ask()
            _wait(system, random.uniform(0.2, 2.5))
            if not system.paused:
                name = random.choice(list(FAULTS))
                FAULTS[name](system, random)
                done[name] += 1
        seconds = _drain(system)
    finally:
        system.stop()
    found = list(problems(work.journal.asked))
    _tell(done, work, time.monotonic() - started, seconds, found)
    return len(found)


def _wait(system, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(SECONDS_BETWEEN_LOOKS)
        system.revive()


def _drain(system) -> float:
    """Seconds until no job is open any more."""
    from tests.faults.work import open_jobs

    started = time.monotonic()
    while open_jobs() and time.monotonic() - started < DRAIN_SECONDS:
        _wait(system, SECONDS_BETWEEN_LOOKS)
    return time.monotonic() - started


def _tell(done: Counter[str], work, seconds: float, drained: float, found: list[str]) -> None:
    from exchange.models import Job

    print(
        f"{sum(done.values())} faults in {seconds:.0f} s, all ended {drained:.0f} s after the last"
    )
    for name, number in sorted(done.items()):
        print(f"  {number:3} {name}")
    states: Counter[tuple[str, str]] = Counter()
    jobs = Job.objects.in_bulk()
    for asked in work.journal.asked:
        if asked.job in jobs:
            states[asked.what, jobs[asked.job].state] += 1
    again = sum(job.attempts > 1 for job in jobs.values())
    print(f"{len(jobs)} jobs, {again} of them tried again")
    for (what, state), number in sorted(states.items()):
        print(f"  {number:3} {what} {state}")
    for problem in found:
        print(f"PROBLEM {problem}")
    print("nothing lost, doubled or half" if not found else f"{len(found)} problems")


if __name__ == "__main__":
    main()
