"""The extension points by which JupyterLab and Jupyter Server find this package."""

from __future__ import annotations

from typing import Any

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    """`__version__`: package.json holds it, the build writes it to _version.py."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from jupyter_smext._version import __version__ as version
    except ModuleNotFoundError:
        # A checkout that was never built.
        import json
        from pathlib import Path

        package = Path(__file__).resolve().parent.parent / "package.json"
        version = json.loads(package.read_text(encoding="utf-8"))["version"]
    return str(version)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter_smext"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    # Imported here: who imports jupyter_smext for its engine or protocol needs no server.
    from jupyter_smext.app import SmextApp

    return [{"module": "jupyter_smext", "app": SmextApp}]
