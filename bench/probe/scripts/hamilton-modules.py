"""Hamilton 1.90.0: a module of functions, as `%%cell_to_module` makes it of a cell, run by a driver `with_cache`."""

import os
import re
import sys
import types

os.environ["HAMILTON_TELEMETRY_ENABLED"] = "false"

import logging  # noqa: E402  (the environment has to be set first)

from hamilton import driver  # noqa: E402

from probe import run_edits, write_source  # noqa: E402

logging.getLogger("hamilton").setLevel(logging.CRITICAL)


def without_nodes_of_helpers(source):
    """Each function is a node, except those whose names begin with an underscore."""
    tasks = set(re.findall(r"@task\ndef (\w+)", source))
    for name in sorted(set(re.findall(r"\bdef (\w+)", source)) - tasks):
        source = re.sub(rf"\b{name}\b", f"_{name}", source)
    return source.replace("@task\n", "")


def session(folder):
    def run_all(cells):
        source = without_nodes_of_helpers("\n\n".join(["from ledger import ran", *cells]))
        path = os.path.join(folder, "probed.py")
        write_source(path, source)
        module = types.ModuleType("probed")
        module.__file__ = path
        sys.modules["probed"] = module
        exec(compile(source, path, "exec"), module.__dict__)
        flow = driver.Builder().with_modules(module).with_cache(path=os.path.join(folder, "kept")).build()
        return flow.execute(["g"], inputs={"x": 3})["g"]
    return run_all


run_edits(session)
