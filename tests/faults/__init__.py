"""Faults on purpose: `python -m tests.faults --faults 10 --seed 1`.

A real system (PostgreSQL, Redis, a Celery worker with two processes, a beat) is given work while
its processes are killed or paused at random moments. A journal says what was asked; at the end
the database and the files must hold exactly that.
"""
