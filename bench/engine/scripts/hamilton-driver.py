"""Hamilton 1.90.0: a module of functions whose parameters name the functions that they take results of."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

os.environ["HAMILTON_TELEMETRY_ENABLED"] = "false"

from hamilton import driver  # noqa: E402  (the environment has to be set first)
from hamilton.execution import executors  # noqa: E402

from measurement import measure_cases  # noqa: E402

folder = tempfile.mkdtemp(prefix="flowlet-bench-hamilton-")
modules = 0

MAP = """
from hamilton.htypes import Collect, Parallelizable

def item(count: int) -> Parallelizable[int]:
    yield from range(count)

def step(item: int) -> int:
    return item + 1

def steps(step: Collect[int]) -> list:
    return list(step)
"""


def module_of(source):
    """A module in a file, because its cache reads the functions' source."""
    global modules
    modules += 1
    path = os.path.join(folder, f"flow_{modules}.py")
    with open(path, "w") as file:
        file.write(source)
    spec = importlib.util.spec_from_file_location(f"flow_{modules}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    return module


def source_of(shape, tasks):
    lines = ["def n0() -> int:\n    return 0\n"]
    for index in range(1, tasks):
        lines.append(f"def n{index}(n{index - 1 if shape == 'chain' else 0}: int) -> int:\n    return {f'n{index - 1} + 1' if shape == 'chain' else f'n0 + {index}'}\n")
    return "\n".join(lines)


def names_of(shape, tasks):
    return [f"n{tasks - 1}"] if shape == "chain" else [f"n{index}" for index in range(tasks)]


def run(shape):
    def case(tasks, phase):
        module = module_of(source_of(shape, tasks))
        with phase("build"):
            flow = driver.Builder().with_modules(module).build()
        with phase("run"):
            flow.execute(names_of(shape, tasks))
    return case


def building(tasks, phase):
    module = module_of(source_of("chain", tasks))
    with phase("build"):
        driver.Builder().with_modules(module).build()


def mapped(tasks, phase):
    module = module_of(MAP)
    flow = driver.Builder().with_modules(module).enable_dynamic_execution(allow_experimental_mode=True).with_remote_executor(executors.SynchronousLocalTaskExecutor()).build()
    with phase("run"):
        result = flow.execute(["steps"], inputs={"count": tasks})
    assert len(result["steps"]) == tasks


def kept(shape):
    def case(tasks, phase):
        module = module_of(source_of(shape, tasks))
        flow = driver.Builder().with_modules(module).with_cache(path=tempfile.mkdtemp(dir=folder)).build()
        with phase("first"):
            flow.execute(names_of(shape, tasks))
        with phase("again"):
            flow.execute(names_of(shape, tasks))
        events = flow.cache.logs(run_id=flow.cache.last_run_id, level="debug")
        ran = [name for name, of_node in events.items() if any(event.event_type.value == "execute_node" for event in of_node)]
        assert not ran, ran[:3]
    return case


ROWS = """
def rows(count: int) -> list:
    return [{"id": id, "name": f"row {id}", "value": id * 1.5, "even": id % 2 == 0} for id in range(count)]
"""


def child_of_disk():
    """One of the two processes of a case with results on disk: runs the flow, and prints how long that took."""
    _, _, shape, tasks, path = sys.argv
    tasks = int(tasks)
    module = module_of(ROWS if shape == "rows" else source_of(shape, tasks))
    flow = driver.Builder().with_modules(module).with_cache(path=path).build()
    used, start = time.process_time(), time.perf_counter()
    flow.execute(["rows"], inputs={"count": tasks}) if shape == "rows" else flow.execute(names_of(shape, tasks))
    print(json.dumps({"wall": (time.perf_counter() - start) * 1e3, "cpu": (time.process_time() - used) * 1e3}))


def disk():
    """Results on disk, found by a process that has done nothing before; prints what measurement.py prints."""
    shape, tasks, repetitions = sys.argv[1].removeprefix("disk-"), sys.argv[2], int(sys.argv[3])
    phases = {name: {"wall": [], "cpu": []} for name in ("first", "again")}
    for _ in range(repetitions):
        path = tempfile.mkdtemp(dir=folder)
        for times in phases.values():
            printed = subprocess.run([sys.executable, __file__, "disk-child", shape, tasks, path], capture_output=True, text=True, check=True).stdout
            for clock, value in json.loads(printed.strip().split("\n")[-1]).items():
                times[clock].append(value)
    print("\n" + json.dumps({"phases": phases, "memoryBefore": None, "memory": None}), flush=True)


def main():
    global failed
    try:
        if sys.argv[1] == "disk-child":
            child_of_disk()
        elif sys.argv[1].startswith("disk-"):
            disk()
        else:
            measure()
        failed = False
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure():
    measure_cases({
        "chain": run("chain"), "fan": run("fan"), "map": mapped, "build": building, "kept-chain": kept("chain"), "kept-fan": kept("fan"),
    })


# It goes through the graph by recursion: a long chain needs a deep stack.
failed = True
sys.setrecursionlimit(10_000_000)
threading.stack_size(512 * 2**20)
thread = threading.Thread(target=main)
thread.start()
thread.join()
sys.exit(failed)
