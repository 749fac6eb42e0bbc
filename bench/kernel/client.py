"""Drives one kernel through Jupyter's own client and prints what it measured as one line of JSON.

Its argument is JSON: {"argv": [...], "env": {...}, "cwd": "...", "language": "typescript" | "python", "trivial": n, "cells": n}.
Times are milliseconds, memory is MiB of all the kernel's processes together.
"""

import json
import os
import subprocess
import sys
import time

import psutil
import zmq
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec

TIMEOUT = 120

# How long idle may come after the reply, in seconds.
LOST_AFTER = 2

TYPESCRIPT_CELL = """const rows{n}: {{ id: number; name: string }}[] = [];
for (let i = 0; i < 20; i++) {{
  rows{n}.push({{ id: i, name: `row ${{i}}` }});
}}
function total{n}(rows: {{ id: number }}[], scale: number = 1): number {{
  return rows.reduce((sum, row) => sum + row.id * scale, 0);
}}
const names{n}: string[] = rows{n}.map((row) => row.name.toUpperCase());
const sum{n} = total{n}(rows{n}, 2) + {previous};
sum{n} + names{n}.length"""

PYTHON_CELL = """rows{n}: list = []
for i in range(20):
    rows{n}.append({{"id": i, "name": f"row {{i}}"}})
def total{n}(rows: list, scale: int = 1) -> int:
    return sum(row["id"] * scale for row in rows)

names{n}: list = [row["name"].upper() for row in rows{n}]
sum{n} = total{n}(rows{n}, 2) + {previous}
# the value
sum{n} + len(names{n})"""


class Kernel:
    """A running kernel and its client."""

    def __init__(self, wanted):
        self.lost = 0
        self.manager = KernelManager()
        self.manager._kernel_spec = KernelSpec(
            argv=wanted["argv"], language=wanted["language"], display_name="measured", interrupt_mode="message", env={},
        )
        start = time.perf_counter()
        self.manager.start_kernel(
            cwd=wanted["cwd"], env={**os.environ, **wanted["env"]}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        self.client = self.manager.client()
        self.client.start_channels(hb=False)
        # Asked again until it is answered: what is sent before a socket is bound may be lost.
        deadline = start + TIMEOUT
        while True:
            request = self.client.kernel_info()
            if self.reply(request, 0.1) is not None:
                break
            if time.perf_counter() > deadline:
                raise TimeoutError("no kernel_info_reply")
        self.start = (time.perf_counter() - start) * 1e3
        # The subscription to iopub has to be in place before the first cell counts.
        self.execute("1", settle=True)

    def reply(self, request, timeout=TIMEOUT):
        socket = self.client.shell_channel.socket
        deadline = time.perf_counter() + timeout
        while True:
            left = deadline - time.perf_counter()
            if left <= 0 or not socket.poll(int(left * 1e3) + 1):
                return None
            _, message = self.client.session.recv(socket, mode=0)
            if message["parent_header"].get("msg_id") == request or timeout < 1:
                return message

    def execute(self, code, settle=False):
        """Milliseconds from execute_request to idle; fails when the cell does.

        Some kernels lose messages: where the reply is there and idle does not follow, the reply's time counts.
        """
        start = time.perf_counter()
        request = self.client.execute(code)
        shell, iopub = self.client.shell_channel.socket, self.client.iopub_channel.socket
        poller = zmq.Poller()
        poller.register(shell, zmq.POLLIN)
        poller.register(iopub, zmq.POLLIN)
        reply = replied = idle = None
        while idle is None or reply is None:
            deadline = start + TIMEOUT if replied is None else replied + LOST_AFTER
            ready = dict(poller.poll(int(max(0.0, deadline - time.perf_counter()) * 1e3)))
            if not ready:
                if replied is None:
                    raise TimeoutError(f"no execute_reply to {code!r}")
                self.lost += 1
                idle = replied
            if iopub in ready:
                _, message = self.client.session.recv(iopub, mode=0)
                if message["parent_header"].get("msg_id") == request and message["msg_type"] == "status":
                    if message["content"]["execution_state"] == "idle":
                        idle = time.perf_counter()
            if shell in ready:
                _, message = self.client.session.recv(shell, mode=0)
                if message["parent_header"].get("msg_id") == request:
                    reply, replied = message, time.perf_counter()
        if reply["content"]["status"] != "ok":
            raise RuntimeError(f"{code!r} failed: {reply['content']}")
        if settle:
            time.sleep(0.5)
        return (idle - start) * 1e3

    def complete(self, code):
        start = time.perf_counter()
        reply = self.reply(self.client.complete(code, len(code)))
        if reply is None or not reply["content"]["matches"]:
            raise RuntimeError(f"no completion of {code!r}")
        return (time.perf_counter() - start) * 1e3

    def memory(self):
        process = psutil.Process(self.manager.provisioner.process.pid)
        return sum(one.memory_info().rss for one in [process, *process.children(recursive=True)]) / 2**20

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def main():
    wanted = json.loads(sys.argv[1])
    typescript = wanted["language"] == "typescript"
    kernel = Kernel(wanted)
    try:
        measured = {"start": kernel.start, "memory_start": kernel.memory()}
        measured["first_cell"] = kernel.execute('const box = { width: 1, height: 2 };' if typescript else 'box = "text"')
        measured["first_completion"] = kernel.complete("box.")
        # Another text each time: a kernel may remember what it has found out about one.
        measured["trivial"] = [kernel.execute(f"{n} + 1") for n in range(wanted["trivial"])]
        cell = TYPESCRIPT_CELL if typescript else PYTHON_CELL
        measured["cells"] = [kernel.execute(cell.format(n=n, previous=f"sum{n - 1}" if n > 1 else "0")) for n in range(1, wanted["cells"] + 1)]
        measured["completion"] = [kernel.complete(f"rows{wanted['cells']}.") for _ in range(10)]
        measured["memory_end"] = kernel.memory()
        measured["lost"] = kernel.lost
    finally:
        kernel.stop()
    print("\n" + json.dumps(measured))


main()
