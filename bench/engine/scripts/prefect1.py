"""Prefect Core 1.4.1, run by its own local executor."""

import datetime
import os

os.environ["PREFECT__LOGGING__LEVEL"] = "ERROR"
os.environ["PREFECT__USER_CONFIG_PATH"] = os.devnull

import prefect  # noqa: E402  (the environment has to be set first)
from prefect.engine.cache_validators import all_inputs  # noqa: E402
from prefect.executors import LocalDaskExecutor, LocalExecutor  # noqa: E402

from measurement import measure_cases  # noqa: E402


@prefect.task
def step(value, number=1):
    return value + number


ROUNDS = 250_000
calls = 0


@prefect.task(cache_for=datetime.timedelta(hours=1), cache_validator=all_inputs)
def kept_step(value, number=1):
    global calls
    calls += 1
    return value + number


@prefect.task
def busy(seed, rounds):
    value = seed
    for _ in range(rounds):
        value = (value * 1103515245 + 12345) % 2147483648
    return value


@prefect.task
def items(count):
    return list(range(count))


def build(shape, tasks):
    with prefect.Flow(f"{shape} of {tasks}") as flow:
        if shape == "map":
            step.map(items(tasks))
            return flow
        first = upstream = step(0)
        for index in range(1, tasks):
            upstream = step(upstream) if shape == "chain" else step(first, index)
    return flow


def run(shape):
    def case(tasks, phase):
        with phase("build"):
            flow = build(shape, tasks)
        with phase("run"):
            state = flow.run()
        assert state.is_successful(), state
    return case


def building(tasks, phase):
    with phase("build"):
        build("chain", tasks)


def kept(tasks, phase):
    """Names of their own, since its cache is looked up by the task's name and then searched."""
    with prefect.Flow("kept") as flow:
        first = kept_step(0)
        for index in range(1, tasks):
            kept_step(first, index, task_args={"name": f"step {index}"})
    with prefect.context(caches={}):
        with phase("first"):
            flow.run()
        before = calls
        with phase("again"):
            state = flow.run()
    # Its runs end Cached also where the task was called.
    assert state.is_successful() and calls == before, f"{calls - before} of {tasks} tasks ran again"


def threads(tasks, phase):
    with prefect.Flow("busy") as flow:
        for index in range(tasks):
            busy(index, ROUNDS)
    with phase("one"):
        flow.run(executor=LocalExecutor())
    with phase("threads"):
        flow.run(executor=LocalDaskExecutor(scheduler="threads"))


def graph(tasks, phase):
    with prefect.Flow("graph") as flow:
        made = [step(0)]
        for index in range(1, tasks):
            made.append(step(made[index - 1], made[index >> 1]))
    with phase("sortedTasks"):
        flow.sorted_tasks()
    with phase("upstreamTasks of each"):
        for task in made:
            flow.upstream_tasks(task)
    with phase("downstreamTasks of each"):
        for task in made:
            flow.downstream_tasks(task)
    with phase("edgesTo of each"):
        for task in made:
            flow.edges_to(task)
    with phase("getTasks by name"):
        flow.get_tasks(name="step")
    with phase("rootTasks"):
        flow.root_tasks()
    with phase("terminalTasks"):
        flow.terminal_tasks()
    with phase("validate"):
        flow.validate()
    with phase("copy"):
        flow.copy()


measure_cases({"chain": run("chain"), "fan": run("fan"), "map": run("map"), "build": building, "kept-fan": kept, "graph": graph, "busy": threads})
