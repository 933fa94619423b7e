"""Tasks of Celery and RQ. `URL` is the broker of Celery."""

import os
import time

from celery import Celery

app = Celery("tasks", broker=os.environ["URL"], backend=os.environ["URL"])
app.conf.broker_transport_options = {"global_keyprefix": "celery:"}
app.conf.result_backend_transport_options = {"global_keyprefix": "celery:"}
app.conf.update(task_acks_late=True, worker_send_task_events=True)


@app.task
def add(one, other):
    return one + other


@app.task(bind=True, max_retries=2)
def fail_once(self):
    if self.request.retries < 1:
        raise self.retry(countdown=0.2)
    return "done"


@app.task
def total(numbers):
    return sum(numbers)


def plain_add(one, other):
    return one + other


def plain_fail():
    raise ValueError("wanted")


def plain_sleep():
    time.sleep(20)
