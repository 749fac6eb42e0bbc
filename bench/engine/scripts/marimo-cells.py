"""marimo 0.25.2: a notebook with a function that `mo.persistent_cache` decorates, and a cell that calls it."""

import importlib.util
import os
import shutil
import sys
import tempfile

from measurement import measure_cases

NOTEBOOK = '''
import marimo

app = marimo.App()

@app.cell
def _():
    import marimo as mo
    from calls import called
    return called, mo

@app.cell
def _(called, mo):
    @mo.persistent_cache
    def step(value, number):
        called()
        return value + number
    return (step,)

@app.cell
def _():
    shape, tasks, phase, name = "", 0, None, ""
    return name, phase, shape, tasks

@app.cell
def _(name, phase, shape, step, tasks):
    with phase(name):
        value = first = step(0, 0)
        for _index in range(1, tasks):
            value = step(value if shape == "chain" else first, _index)
    return (value,)
'''

CALLS = """
count = 0

def called():
    global count
    count += 1
"""


def run(folder, **defs):
    """The notebook from its file, as after a restart: what its functions keep is on disk."""
    spec = importlib.util.spec_from_file_location("notebook", os.path.join(folder, "notebook.py"))
    module = sys.modules["notebook"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.app.run(defs=defs)


def kept(shape):
    def case(tasks, phase):
        before = os.getcwd()
        folder = tempfile.mkdtemp(prefix="flowlet-bench-marimo-")
        for name, source in {"notebook": NOTEBOOK, "calls": CALLS}.items():
            with open(os.path.join(folder, f"{name}.py"), "w") as file:
                file.write(source)
        sys.path.insert(0, folder)
        sys.modules.pop("calls", None)
        os.chdir(folder)
        try:
            run(folder, shape=shape, tasks=tasks, phase=phase, name="first")
            assert sys.modules["calls"].count == tasks, sys.modules["calls"].count
            run(folder, shape=shape, tasks=tasks, phase=phase, name="again")
            assert sys.modules["calls"].count == tasks, f"{sys.modules['calls'].count - tasks} of {tasks} ran again"
        finally:
            os.chdir(before)
            sys.path.remove(folder)
            shutil.rmtree(folder, ignore_errors=True)
    return case


measure_cases({"kept-chain": kept("chain"), "kept-fan": kept("fan")})
