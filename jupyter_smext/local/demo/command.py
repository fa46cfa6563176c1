"""`jupyter smext local demo`: fill the engine with the demo, or take the demo away."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import daemon

if TYPE_CHECKING:
    from .stage import Stage

_ABOUT = "Fill the engine with a small true story: data, training, a model, an endpoint, Studio"
_STORY = """
Two networks learn to read the handwritten digits that come with scikit-learn; the better one is
registered, deployed and asked about images it has not seen; a notebook instance and a Studio space
stand beside it. All of it is really run, by processes of yours, in less than a minute and about
500 MB of memory. What is there already is kept: stopped or failed, run it again to go on.
"""
EXIT_MISSING = 4
EXIT_INTERRUPTED = 130


def add(commands: Any) -> None:
    """Add the command to those of `jupyter smext local`."""
    demo = commands.add_parser(
        "demo",
        help=_ABOUT[0].lower() + _ABOUT[1:],
        description=_ABOUT + "." + _STORY,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    demo.add_argument("--region", help="the region to make it in (default: the engine's)")
    demo.add_argument("--dry-run", action="store_true", help="say what would be done, do nothing")
    demo.add_argument("--remove", action="store_true", help="delete all that the demo made")
    demo.add_argument("--yes", action="store_true", help="do not ask before --remove")
    demo.add_argument("--json", action="store_true", help="print a line of JSON for each event")
    demo.set_defaults(run=demo_command)


def demo_command(home: Path, given: argparse.Namespace) -> int:
    """Exit codes: 0 done, 1 failed, 4 packages are not installed, 130 interrupted."""
    # Whoever started it may end it as Ctrl-C does, and what was made stays.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _remove(home, given) if given.remove else _make(home, given)
    except KeyboardInterrupt:
        if not given.json:
            print("\nStopped. What was made so far stays; run it again to go on.")
        return EXIT_INTERRUPTED


def _make(home: Path, given: argparse.Namespace) -> int:
    from .run import STEPS, missing, run
    from .stage import NOTEBOOK
    from .telling import Telling

    telling = Telling(STEPS, as_json=given.json)
    if given.dry_run:
        telling.outline()
        return 0
    lacking = missing()
    if lacking:
        print(lacking, file=sys.stderr)
        return EXIT_MISSING
    stage = _stage(home, given, telling.say)
    if given.json:
        telling.outline()
    else:
        print(_STORY)
    done = run(STEPS, stage, telling)
    if done and not given.json:
        print(
            f"\nDone. See it in JupyterLab's SageMaker panel, and open {NOTEBOOK} from there.\n"
            "To take it all away: jupyter smext local demo --remove"
        )
    return 0 if done else 1


def _remove(home: Path, given: argparse.Namespace) -> int:
    from .removal import plan
    from .run import run
    from .telling import Telling

    told: list[Telling] = []
    stage = _stage(home, given, lambda detail: told[0].say(detail))
    steps = plan(stage)
    telling = Telling(steps, as_json=given.json)
    told.append(telling)
    if not steps:
        if not given.json:
            print(f"There is nothing of the demo in {stage.region}.")
        return 0
    if not given.json:
        print(f"This removes for good, in {stage.region}:")
    telling.outline()
    if given.dry_run:
        return 0
    if not given.yes:
        try:
            agreed = input("Type yes to remove: ").strip().lower() == "yes"
        except EOFError:
            agreed = False
        if not agreed:
            print("Nothing was removed. (--yes skips the question.)")
            return 1
    return 0 if run(steps, stage, telling) else 1


def _stage(home: Path, given: argparse.Namespace, say: Callable[[str], None]) -> Stage:
    from .stage import Stage

    state = daemon.start(home).state
    return Stage(state, given.region or state.region, say)
