"""Prefect Core 1.4.1: `cache_for` with the validator that looks at the inputs, in one process: what it keeps for interactive work."""

import os

os.environ["PREFECT__LOGGING__LEVEL"] = "CRITICAL"
os.environ["PREFECT__USER_CONFIG_PATH"] = os.devnull

import prefect  # noqa: E402  (the environment has to be set first)

from probe import in_ipython, run_edits  # noqa: E402

PRELUDE = """
from datetime import timedelta
from prefect import Flow, task
from prefect.engine.cache_validators import all_inputs
"""

RUN = """
with Flow("probe") as flow:
    result = g(f(3))
state = flow.run()
assert state.is_successful(), state.result
value = state.result[result].result
"""


run_edits(in_ipython(
    prelude=PRELUDE, decorator="@task(cache_for=timedelta(hours=1), cache_validator=all_inputs)", run=RUN,
    opened=lambda folder: prefect.context.setdefault("caches", {}).clear(),
))
