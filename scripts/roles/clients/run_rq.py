"""RQ: a worker with its scheduler, retries, dependencies, and a job that is stopped."""

import datetime
import os
import subprocess
import time

import tasks
from redis import Redis
from rq import Queue, Retry, Worker
from rq.command import send_stop_job_command

START_S = 4
POLLS = 50
URL = os.environ["URL"]
connection = Redis.from_url(URL)
queue = Queue("default", connection=connection)


def status_of(job):
    for _ in range(POLLS):
        status = job.get_status(refresh=True).value
        if status in ("finished", "failed", "stopped", "canceled"):
            break
        time.sleep(0.2)
    return status


command = ["rq", "worker", "--with-scheduler", "-u", URL, "default"]
worker = subprocess.Popen(command, stdout=subprocess.DEVNULL)
try:
    time.sleep(START_S)
    first = queue.enqueue(tasks.plain_add, 1, 2)
    assert status_of(first) == "finished"
    assert status_of(queue.enqueue(tasks.plain_fail, retry=Retry(max=1))) == "failed"
    assert status_of(queue.enqueue(tasks.plain_add, 1, 2, depends_on=first)) == "finished"
    later = queue.enqueue_in(datetime.timedelta(seconds=1), tasks.plain_add, 1, 2)
    assert status_of(later) == "finished"
    long = queue.enqueue(tasks.plain_sleep)
    time.sleep(2)
    send_stop_job_command(connection, long.id)
    assert status_of(long) == "stopped"
    assert len(Worker.all(connection)) == 1
    assert queue.failed_job_registry.get_job_ids()
    queue.empty()
    queue.delete()
finally:
    worker.terminate()
    worker.wait(timeout=20)
