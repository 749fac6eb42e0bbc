"""Build hook of the wheel: it holds programs for one platform, and everything in it has been built before."""

from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import sys_tags

BUILT = ("lib/kernel/main.js", "lib/labextension/package.json", "lib/labextension/install.json", ".setup/wheel/node_modules")


class WheelHook(BuildHookInterface):
    """Refuses to build what is not there, and tags the wheel with its platform."""

    def initialize(self, version, build_data):
        missing = [path for path in BUILT if not Path(self.root, path).exists()]
        if missing:
            raise FileNotFoundError(f"{missing[0]} has not been built: make the wheel with `node scripts/wheel.mjs`")
        build_data["pure_python"] = False
        # Any Python 3, no Python ABI: only the npm packages in it are of a platform.
        build_data["tag"] = f"py3-none-{next(sys_tags()).platform}"
