"""marimo 0.25.2: cells of its own kernel, in which functions are decorated with `mo.persistent_cache`."""

import asyncio
import contextlib
import os
import queue

from marimo._ast.app_config import _AppConfig
from marimo._config.config import DEFAULT_CONFIG
from marimo._messaging.types import KernelStreams, NoopStream
from marimo._runtime.commands import AppMetadata, ExecuteCellCommand
from marimo._runtime.kernel_lifecycle import KernelArgs, kernel_session
from marimo._session.model import SessionMode

from probe import run_edits

opened = contextlib.ExitStack()


def session(folder):
    opened.close()
    kernel, _ = opened.enter_context(kernel_session(KernelArgs(
        streams=KernelStreams(stream=NoopStream(), stdout=None, stderr=None, stdin=None), debugger=None, configs={},
        app_metadata=AppMetadata(query_params={}, cli_args={}, app_config=_AppConfig(), filename=os.path.join(folder, "notebook.py")),
        user_config=DEFAULT_CONFIG, mode=SessionMode.EDIT, control_queue=queue.Queue(), set_ui_element_queue=queue.Queue(), virtual_file_storage=None,
    )))

    def run_all(cells):
        cells = ["import marimo as mo\nfrom ledger import ran", *(cell.replace("@task", "@mo.persistent_cache") for cell in cells), "value = g(f(3))"]
        kernel.globals.pop("value", None)
        asyncio.run(kernel.run([ExecuteCellCommand(cell_id=f"cell{index}", code=cell) for index, cell in enumerate(cells)]))
        failed = [f"{cell.exception}" for cell in kernel.graph.cells.values() if getattr(cell, "exception", None)]
        if "value" not in kernel.globals:
            raise RuntimeError(f"a cell failed {failed}")
        return kernel.globals["value"]
    return run_all


with opened:
    run_edits(session)
