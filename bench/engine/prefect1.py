"""Prefect Core 1.4.1, run by its own local executor: prints one line of JSON as the engines in JavaScript do."""

import json
import os
import sys
import time

os.environ["PREFECT__LOGGING__LEVEL"] = "ERROR"
os.environ["PREFECT__USER_CONFIG_PATH"] = os.devnull

import prefect  # noqa: E402  (the environment has to be set first)


@prefect.task
def noop(value):
    return value


def build(shape, tasks):
    with prefect.Flow(f"{shape} of {tasks}") as flow:
        first = noop(0)
        upstream = first
        for _ in range(1, tasks):
            upstream = noop(upstream if shape == "chain" else first)
    return flow


def main():
    shape, tasks, repetitions = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    build(shape, 10).run()
    measured = {"build": [], "run": [], "cpu": [], "memory": None}
    for _ in range(repetitions):
        start = time.perf_counter()
        flow = build(shape, tasks)
        before = time.process_time()
        built = time.perf_counter()
        state = flow.run()
        end = time.perf_counter()
        used = time.process_time() - before
        assert state.is_successful(), state
        measured["build"].append((built - start) * 1e3)
        measured["run"].append((end - built) * 1e3)
        measured["cpu"].append(used * 1e3)
    try:
        import resource
        measured["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    except ImportError:
        pass
    print("\n" + json.dumps(measured))


main()
