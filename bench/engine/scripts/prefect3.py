"""Prefect 3.9.1: calls in a flow, and its own temporary server that keeps all states in a database."""

import atexit
import os
import shutil
import tempfile
import time

home = tempfile.mkdtemp(prefix="flowlet-bench-prefect-")
# What is registered first comes last: the server has been stopped by then.
atexit.register(shutil.rmtree, home, ignore_errors=True)
os.environ.update({
    "PREFECT_HOME": home, "PREFECT_LOGGING_LEVEL": "ERROR", "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1",
})

import prefect  # noqa: E402  (the environment has to be set first)
from prefect.cache_policies import INPUTS, TASK_SOURCE  # noqa: E402

from measurement import measure_cases  # noqa: E402


@prefect.task
def step(value, number=1):
    return value + number


@prefect.task(cache_policy=INPUTS + TASK_SOURCE, persist_result=True)
def kept_step(value, number=1):
    return value + number


@prefect.flow
def chain(tasks):
    value = 0
    for _ in range(tasks):
        value = step(value)


@prefect.flow
def fan(tasks):
    first = step(0)
    for future in [step.submit(first, index) for index in range(1, tasks)]:
        future.result()


@prefect.flow
def mapped(tasks):
    step.map(list(range(tasks))).result()


@prefect.flow
def kept_fan(tasks, number):
    return [kept_step(number, index, return_state=True) for index in range(tasks)]


def run(flow):
    def case(tasks, phase):
        with phase("run"):
            flow(tasks)
    return case


def kept(tasks, phase):
    number = time.time_ns()
    with phase("first"):
        kept_fan(tasks, number)
    with phase("again"):
        states = kept_fan(tasks, number)
    assert all(state.name == "Cached" for state in states), {state.name for state in states}


measure_cases({"chain": run(chain), "fan": run(fan), "map": run(mapped), "kept-fan": kept})
