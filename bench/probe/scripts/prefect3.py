"""Prefect 3.9.1: the cache policy of inputs and the task's source, without the run's id: with it nothing is kept from run to run."""

import atexit
import os
import shutil
import tempfile

home = tempfile.mkdtemp(prefix="flowlet-bench-prefect-")
# What is registered first comes last: the server has been stopped by then.
atexit.register(shutil.rmtree, home, ignore_errors=True)
os.environ.update({
    "PREFECT_HOME": home, "PREFECT_LOGGING_LEVEL": "CRITICAL", "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1",
})

from probe import in_ipython, run_edits  # noqa: E402  (the environment has to be set first)

RUN = """
@flow
def probe():
    return g(f(3))
value = probe()
"""

run_edits(in_ipython(
    prelude="from prefect import flow, task\nfrom prefect.cache_policies import INPUTS, TASK_SOURCE",
    decorator="@task(cache_policy=INPUTS + TASK_SOURCE, persist_result=True)", run=RUN,
))
