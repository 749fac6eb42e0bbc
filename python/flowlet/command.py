"""The command ``flowlet``: the same as npm users have, on the Node that the kernel runs on."""

import os
import subprocess
import sys
from pathlib import Path

from flowlet.kernel import NodeNotFoundError, find_node

MAIN = Path(__file__).parent / "node" / "lib" / "cli" / "main.js"


def main() -> int:
    try:
        command = [find_node(), str(MAIN), *sys.argv[1:]]
    except NodeNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    if sys.platform != "win32":
        os.execv(command[0], command)
    return subprocess.run(command).returncode
