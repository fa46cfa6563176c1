"""`jupyter smext local ...`: the engine's command line."""

from __future__ import annotations

import argparse
import json
import logging
import os
import shlex
import shutil
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from . import client_environment, daemon, fault_cli, limits, state_file
from .demo import command as demo_cli
from .keys import Keys
from .runners.supervision.process_table import StillRunning
from .state_file import AlreadyRuns, NotAHome
from .status import name_of, show

EXIT_FAILED = 1
EXIT_NOT_RUNNING = 3

#: Failures whose words are for the one who asked.
_SAID = (
    NotAHome,
    AlreadyRuns,
    daemon.StartFailed,
    daemon.StopFailed,
    StillRunning,
    fault_cli.NotAsked,
)

_NOT_RUNNING = "No local engine runs. Start it with: jupyter smext local start"

_QUOTES: dict[str, Callable[[str, str], str]] = {
    "sh": lambda name, value: f"export {name}={shlex.quote(value)}",
    "fish": lambda name, value: f"set -gx {name} {shlex.quote(value)}",
    "powershell": lambda name, value: f"$Env:{name} = '" + value.replace("'", "''") + "'",
    "cmd": lambda name, value: f'set "{name}={value}"',
}
_UNSETS = {
    "sh": "unset {}",
    "fish": "set -e {}",
    "powershell": "Remove-Item -ErrorAction Ignore Env:{}",
    "cmd": 'set "{}="',
}
#: Left set, they would be sent along with the engine's keys, or be asked before them.
_IN_THE_WAY = ("AWS_SESSION_TOKEN", "AWS_PROFILE")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0, or 1 failed, 2 usage, 3 no engine runs."""
    given = _parser().parse_args(argv)
    home = state_file.default_home()
    try:
        state_file.check_home(home)
        code = int(given.run(home, given))
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Who reads has seen enough, as `head` does; what is left must not fail when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except _SAID as error:
        print(error, file=sys.stderr)
        return daemon.EXIT_ALREADY if isinstance(error, AlreadyRuns) else EXIT_FAILED
    except OSError as error:
        print(f"The local engine could not be reached or kept: {error}", file=sys.stderr)
        return EXIT_FAILED


def start(home: Path, given: argparse.Namespace) -> int:
    """Start the engine in the background, or find it running."""
    _check_limits()
    started = daemon.start(home, faults=given.faults, port=given.port)
    state = started.state
    if given.json:
        print(json.dumps(state.public()))
        return 0
    word = "runs already" if started.already else "runs"
    print(f"The local SageMaker engine {word}: {state.url} (pid {state.pid})")
    if not started.already:
        print('Use it from this shell: eval "$(jupyter smext local env)"')
    return 0


def serve(home: Path, given: argparse.Namespace) -> int:
    """Run the engine in the foreground until Ctrl-C."""
    _check_limits()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    daemon.serve(home, faults=given.faults, port=given.port)
    return 0


def _check_limits() -> None:
    """Raises StartFailed for a variable that is set to what is no limit."""
    for limit in limits.LIMITS:
        if os.environ.get(limit.variable):
            try:
                limit.value()
            except ValueError as error:
                raise daemon.StartFailed(f"{error}, or unset it.") from None


def stop(home: Path, given: argparse.Namespace) -> int:
    """End the engine and every process of it; records and files stay."""
    was = state_file.read(home)
    ended = daemon.stop(home)
    if was is None and not ended:
        print("No local engine runs.")
        return 0
    print("The local SageMaker engine has ended" + (", and with it:" if ended else "."))
    for each in ended:
        print(f"  {name_of(each.resource)}")
    if ended:
        print("Their records and files are kept; they come up again with the engine.")
    return 0


def status(home: Path, given: argparse.Namespace) -> int:
    """Say whether the engine runs, and what it runs."""
    state = state_file.read(home)
    if state is None:
        print(json.dumps({"running": False, "home": str(home)}) if given.json else _NOT_RUNNING)
        return EXIT_NOT_RUNNING
    return 0 if show(home, state, given) else EXIT_FAILED


def env(home: Path, given: argparse.Namespace) -> int:
    """Print the variables that point boto3, the AWS CLI and other SDKs at the engine."""
    state = state_file.read(home)
    if state is None:
        print(_NOT_RUNNING, file=sys.stderr)
        return EXIT_NOT_RUNNING
    keys = Keys(state.access_key, state.secret_key)
    region = given.region or state.region
    try:
        variables = {
            **client_environment.variables(state.url, keys, region),
            **client_environment.sdk_variables(home, region, state.account),
        }
    except ValueError as error:
        print(error, file=sys.stderr)
        return EXIT_FAILED
    if given.json:
        print(json.dumps(variables))
        return 0
    quote = _QUOTES[given.shell]
    for name in _IN_THE_WAY:
        print(_UNSETS[given.shell].format(name))
    for name, value in variables.items():
        print(quote(name, value))
    return 0


def reset(home: Path, given: argparse.Namespace) -> int:
    """Stop the engine and delete every record, file and key of it."""
    losses = _losses(home)
    if not losses:
        print(f"There is nothing to reset in {home}.")
        return 0
    print(f"This deletes for good, in {home}:")
    for loss in losses:
        print(f"  {loss}")
    if not given.yes:
        try:
            agreed = input("Type yes to delete: ").strip().lower() == "yes"
        except EOFError:
            agreed = False
            print()
        if not agreed:
            print("Nothing was deleted. (--yes skips the question.)")
            return EXIT_FAILED
    daemon.stop(home)
    with state_file.hold(home) as lock:
        for path in home.iterdir():
            # The lock stays: unlinked, the next engine's would be another file.
            if path.name == Path(lock.name).name:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    print("Deleted. The next start makes new keys: take its env again.")
    return 0


def _losses(home: Path) -> list[str]:
    database = home / "state.db"
    if not database.exists():
        return []
    rows = _read(database, "select noun, key from resources order by noun, key")
    losses = []
    for noun in dict.fromkeys(noun for noun, _ in rows):
        names = [key for of, key in rows if of == noun]
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        losses.append(f"{len(names)} {noun}: {', '.join(names[:5])}{more}")
    buckets = [name for (name,) in _read(home / "s3.db", "select name from buckets order by name")]
    if buckets:
        [(count,)] = _read(home / "s3.db", "select count(*) from objects")
        more = f" and {len(buckets) - 5} more" if len(buckets) > 5 else ""
        losses.append(f"{len(buckets)} S3 bucket(s): {', '.join(buckets[:5])}{more}")
        losses.append(f"the {count} object(s) in them")
    volumes = list((home / "notebook-instances").glob("*/*/SageMaker"))
    if volumes:
        losses.append(f"the files of {len(volumes)} notebook instance(s)")
    spaces = list((home / "studio-spaces").glob("*/*/sagemaker-user"))
    if spaces:
        losses.append(f"the files of {len(spaces)} Studio space(s)")
    return [*losses, "all logs and metrics", "the engine's keys"]


def _read(database: Path, query: str) -> list[tuple[Any, ...]]:
    if not database.exists():
        return []
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as db:
        return db.execute(query).fetchall()


def _shell() -> str:
    if os.name == "nt":
        return "powershell"
    return "fish" if Path(os.environ.get("SHELL", "")).name == "fish" else "sh"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jupyter smext local",
        description=(
            "The local SageMaker engine: SageMaker's API on this machine, with real records and "
            "real processes and no AWS account."
        ),
        epilog=(
            "Everything is kept in SMEXT_LOCAL_HOME (default: smext/local in Jupyter's data "
            "folder). Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no engine runs."
        ),
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    made = {}
    for function in (start, stop, status, env, reset, serve):
        text = str(function.__doc__)
        made[function] = one = commands.add_parser(
            function.__name__, help=text.rstrip("."), description=text
        )
        one.set_defaults(run=function)
    fault_cli.add(commands)
    demo_cli.add(commands)
    for function in (start, serve):
        made[function].add_argument(
            "--port", type=_port, help="the port to answer on (default: the last one if it is free)"
        )
        made[function].add_argument(
            "--faults", action="store_true", help="take what `fault` asks for, and tests do"
        )
    for function in (start, status, env):
        made[function].add_argument("--json", action="store_true", help="print JSON")
    made[env].add_argument(
        "--shell", choices=sorted(_QUOTES), default=_shell(), help="whose syntax"
    )
    made[env].add_argument("--region", help="the region to work in (default: the engine's)")
    made[reset].add_argument("--yes", action="store_true", help="do not ask")
    return parser


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)
