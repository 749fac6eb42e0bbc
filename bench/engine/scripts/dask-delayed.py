"""dask 2026.8.0: delayed calls, run by its threaded scheduler; functions in a graph, without states or retries."""

import dask

from measurement import measure_cases


@dask.delayed(pure=False)
def step(value, number=1):
    return value + number


@dask.delayed(pure=False)
def busy(seed):
    value = seed
    for _ in range(250_000):
        value = (value * 1103515245 + 12345) % 2147483648
    return value


def build(shape, tasks):
    if shape == "map":
        return [step(index) for index in range(tasks)]
    first = upstream = step(0)
    if shape == "fan":
        return [first, *(step(first, index) for index in range(1, tasks))]
    for _ in range(1, tasks):
        upstream = step(upstream)
    return [upstream]


def run(shape):
    def case(tasks, phase):
        with phase("build"):
            results = build(shape, tasks)
        with phase("run"):
            dask.compute(*results, scheduler="threads")
    return case


def building(tasks, phase):
    with phase("build"):
        build("chain", tasks)


def processes(tasks, phase):
    with phase("one"):
        dask.compute(*[busy(index) for index in range(tasks)], scheduler="synchronous")
    with phase("threads"):
        dask.compute(*[busy(index) for index in range(tasks)], scheduler="threads")
    with phase("processes"):
        dask.compute(*[busy(index) for index in range(tasks)], scheduler="processes")


# Its worker processes import this file.
if __name__ == "__main__":
    measure_cases({"chain": run("chain"), "fan": run("fan"), "map": run("map"), "build": building, "busy": processes})
