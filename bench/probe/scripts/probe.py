"""Runs the notebooks of each edit in one engine, and prints what its tasks returned and which of them ran, as one line of JSON.

Standard input is JSON: a list of {"name", "notebooks": [{"cells": {name: text}, "files": {name: text}}, ...]}. The first notebook is
run twice, since what is not kept without an edit says nothing about edits; then each of the others once.
"""

import importlib
import json
import linecache
import os
import sys
import tempfile

import ledger

# What IPython needs comes after the engine's own packages.
sys.path += filter(None, os.environ.get("FLOWLET_PROBE_PACKAGES", "").split(os.pathsep))
sys.dont_write_bytecode = True


def run_edits(session):
    """Prints the observations. `session` is called with a new empty folder for each edit; what it returns is called with the cells of one run and returns g's value."""
    observed = []
    before = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="flowlet-probe-", ignore_cleanup_errors=True) as root:
        for number, edit in enumerate(json.load(sys.stdin)):
            folder = os.path.join(root, str(number))
            os.mkdir(folder)
            os.chdir(folder)
            sys.path.insert(0, folder)
            one = {"name": edit["name"], "runs": []}
            observed.append(one)
            try:
                run_all = session(folder)
                for notebook in edit["notebooks"][:1] + edit["notebooks"]:
                    write_files(folder, notebook["files"])
                    ledger.runs.clear()
                    value = run_all(list(notebook["cells"].values()))
                    one["runs"].append({"value": value, "ran": sorted(ledger.runs)})
            except Exception as error:
                one["error"] = f"{type(error).__name__}: {error}".strip().split("\n")[0]
            sys.path.remove(folder)
            os.chdir(before)
        print("\n" + json.dumps({"observed": observed}), flush=True)


def write_files(folder, files):
    """Writes files beside the notebook; modules are to be loaded anew."""
    for name, text in files.items():
        write_source(os.path.join(folder, name), text)
        sys.modules.pop(name.removesuffix(".py"), None)
    importlib.invalidate_caches()


def write_source(path, text):
    """Writes a file that `inspect` may have read before."""
    with open(path, "w") as file:
        file.write(text)
    linecache.cache.pop(path, None)


def in_ipython(prelude, decorator, run, opened=lambda folder: None):
    """Sessions in IPython, whose cells have a source that `inspect` finds.

    Each begins with the cell `prelude`; a task is written with `decorator`; the cell `run` sets `value`. `opened` is called with the
    folder of each before its first cell.
    """
    os.environ["IPYTHONDIR"] = tempfile.mkdtemp(prefix="flowlet-probe-ipython-")
    from IPython.core.history import HistoryManager
    from IPython.core.interactiveshell import InteractiveShell

    HistoryManager.enabled = False
    shell = InteractiveShell.instance()

    def execute(cell):
        result = shell.run_cell(cell, store_history=True)
        if not result.success:
            raise result.error_before_exec or result.error_in_exec

    def session(folder):
        shell.reset()
        opened(folder)

        def run_all(cells):
            for cell in ["from ledger import ran", prelude, *cells, run]:
                execute(cell.replace("@task", decorator))
            return shell.user_ns["value"]
        return run_all

    return session
