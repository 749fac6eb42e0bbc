"""redun 0.44.1: tasks whose results are kept in a database, here a file."""

from probe import in_ipython, run_edits

PRELUDE = """
import logging
from redun import Scheduler, task
from redun.config import Config

logging.getLogger("redun").setLevel(logging.ERROR)
if "scheduler" not in globals():
    scheduler = Scheduler(config=Config({"backend": {"db_uri": "sqlite:///redun.db"}}))
    scheduler.load()
"""

run_edits(in_ipython(prelude=PRELUDE, decorator='@task(namespace="probe")', run="value = scheduler.run(g(f(3)))"))
