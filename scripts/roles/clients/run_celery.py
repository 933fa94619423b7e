"""Celery: a worker with beat, results, delays, retries, groups, a chord and remote control."""

import os
import subprocess
import sys
import tempfile
import time

from celery import chord, group
from tasks import add, app, fail_once, total

START_S = 5
schedule = os.path.join(tempfile.mkdtemp(), "schedule")
arguments = ["-A", "tasks", "worker", "-P", "threads", "-c", "2", "-B", "-s", schedule]
worker = subprocess.Popen([sys.executable, "-m", "celery", *arguments], stdout=subprocess.DEVNULL)
try:
    time.sleep(START_S)
    assert add.delay(1, 2).get(timeout=10) == 3
    assert add.apply_async((1, 2), countdown=1).get(timeout=10) == 3
    assert add.apply_async((1, 2), priority=3).get(timeout=10) == 3
    assert fail_once.delay().get(timeout=15) == "done"
    assert group(add.s(i, i) for i in range(3))().get(timeout=10) == [0, 2, 4]
    assert chord([add.s(i, i) for i in range(3)])(total.s()).get(timeout=10) == 6
    assert app.control.inspect(timeout=3).ping()
    assert app.control.inspect(timeout=3).active_queues()
    app.control.revoke("no-task")
    app.control.purge()
    add.delay(1, 1).forget()
finally:
    worker.terminate()
    worker.wait(timeout=20)
