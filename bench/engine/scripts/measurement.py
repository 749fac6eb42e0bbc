"""What a process measures about one engine and prints as one line of JSON: measurement.ts in Python."""

import json
import sys
import time
from contextlib import contextmanager


def peak():
    """Peak of the process in MiB; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


@contextmanager
def unmeasured(name):
    yield


def measure_cases(cases, warm_up_tasks=10):
    """Measures the case that the arguments name; each takes a number of tasks and `phase`, a context manager for its steps."""
    case, tasks, repetitions = cases[sys.argv[1]], int(sys.argv[2]), int(sys.argv[3])
    case(min(tasks, warm_up_tasks), unmeasured)
    phases = {}

    @contextmanager
    def phase(name):
        times = phases.setdefault(name, {"wall": [], "cpu": []})
        used, start = time.process_time(), time.perf_counter()
        yield
        times["wall"].append((time.perf_counter() - start) * 1e3)
        times["cpu"].append((time.process_time() - used) * 1e3)

    before = memory = peak()
    for repetition in range(repetitions):
        case(tasks, phase)
        if repetition == 0:
            memory = peak()
    print("\n" + json.dumps({"phases": phases, "memoryBefore": before, "memory": memory}), flush=True)
