"""Flowlet for Python's package index: its kernel and its extension for JupyterLab. What runs is TypeScript, on Node."""

from importlib.metadata import version

__version__ = version("flowlet")
