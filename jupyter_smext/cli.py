"""`jupyter smext ...`: the commands of the extension, each of them a module of its own."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

#: Command: the module that `python -m` runs with the rest of the line, and what it is for. Modules,
#: not imports: nothing imports the local engine, and `--help` loads nothing.
COMMANDS: dict[str, tuple[str, str]] = {
    "local": ("jupyter_smext.local", "start, stop and look after the local SageMaker engine"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and answer its exit code; 2 for a command there is not."""
    parser = argparse.ArgumentParser(
        prog="jupyter smext",
        description="SageMaker in JupyterLab, on AWS or with no account at all.",
        epilog="`jupyter smext COMMAND --help` says more of a command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (_, purpose) in COMMANDS.items():
        commands.add_parser(name, help=purpose, add_help=False)
    given, rest = parser.parse_known_args(argv)
    module, _ = COMMANDS[given.command]
    command = [sys.executable, "-m", module, *rest]
    if os.name == "nt":  # exec there returns to the shell at once
        return subprocess.call(command)
    os.execv(sys.executable, command)


if __name__ == "__main__":
    sys.exit(main())
