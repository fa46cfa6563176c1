"""`jupyter smext local fault ...`: make the engine show what goes wrong on AWS, and stop it."""

from __future__ import annotations

import argparse
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from . import state_file
from .faults import KINDS, Fault

_OPTIONS = {
    "operation": "an AWS operation, as CreateTrainingJob (default: all)",
    "noun": "a kind of resource, as TrainingJob (default: all)",
    "instance_type": "as ml.m5.large (default: all)",
    "status": "as Stopping (default: all)",
    "resource": "an ARN",
}


class NotAsked(Exception):
    """The engine takes no faults, or not this one; the message says why and what to do."""


def add(commands: Any) -> None:
    """Add the command to those of `jupyter smext local`."""
    about = "Show faults of AWS, of the network and of machines, to see what a client makes of them"
    fault = commands.add_parser(
        "fault",
        help=about[0].lower() + about[1:],
        description=about + ". Only an engine started with --faults takes them.",
    )
    actions = fault.add_subparsers(metavar="ACTION", required=True)

    shown = actions.add_parser("list", help="the faults that are on")
    shown.add_argument("--json", action="store_true", help="print JSON")
    shown.set_defaults(run=_list)

    put = actions.add_parser(
        "set",
        help="put one on, besides those that are",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="kinds:\n" + "\n".join(f"  {kind:<10} {_explained(kind)}" for kind in KINDS),
    )
    put.add_argument("kind", choices=KINDS, metavar="KIND", help="see below")
    for name, purpose in _OPTIONS.items():
        put.add_argument("--" + name.replace("_", "-"), help=purpose)
    put.add_argument("--seconds", type=float, help="how long (latency)")
    put.add_argument("--times", type=int, help="how often (default: until it is cleared)")
    put.set_defaults(run=_set)

    off = actions.add_parser("clear", help="take all off, or those of a kind")
    off.add_argument("kind", nargs="?", choices=KINDS, metavar="KIND", help="only these")
    off.set_defaults(run=_clear)


def _explained(kind: str) -> str:
    what, members = KINDS[kind]
    options = (f"--{member.replace('_', '-')}" for member in members)
    return f"{what.replace('`', '--', 1).replace('`', '')} ({', '.join(options)})"


def _list(home: Path, given: argparse.Namespace) -> int:
    found = _ask(home, "GET")
    if given.json:
        print(json.dumps(found))
        return 0
    print("No fault is on." if not found else "\n".join(map(_words, found)))
    return 0


def _set(home: Path, given: argparse.Namespace) -> int:
    members = ("kind", *_OPTIONS, "seconds", "times")
    asked = {name: getattr(given, name) for name in members if getattr(given, name) is not None}
    idle = set(asked) - {"kind", "times", *KINDS[given.kind][1]}
    if idle:
        options = ", ".join(sorted(f"--{name.replace('_', '-')}" for name in idle))
        raise NotAsked(f"{given.kind} has no use for {options}.")
    if given.kind == "hang" and not {"noun", "status"} & set(asked):
        raise NotAsked(
            "hang holds every state of every kind of resource: name a --noun or a --status, or say "
            "that you mean all with --noun '*'."
        )
    try:
        Fault(**asked)
    except ValueError as error:
        raise NotAsked(f"Not a fault: {error}.") from None
    _ask(home, "PUT", [asked])
    print("Done." if given.kind == "kill" else f"On: {_words(asked)}")
    return 0


def _clear(home: Path, given: argparse.Namespace) -> int:
    _ask(home, "DELETE", kind=given.kind or "")
    print(f"Off: every {given.kind}." if given.kind else "No fault is on.")
    return 0


def _words(fault: dict[str, Any]) -> str:
    where = [f"{name}={value}" for name, value in fault.items() if name != "kind"]
    return " ".join([fault["kind"], *where])


def _ask(home: Path, method: str, body: Any = None, kind: str = "") -> Any:
    """One request of the running engine. Raises NotAsked."""
    state = state_file.read(home)
    if state is None:
        raise NotAsked("No local engine runs. Start it with: jupyter smext local start --faults")
    url = f"{state.url}/_engine/faults"
    try:
        found = _request("GET", url)
    except urllib.error.HTTPError as error:
        error.close()
        raise NotAsked(
            "This engine was started without faults. Start it with them: "
            "jupyter smext local stop; jupyter smext local start --faults"
        ) from None
    if method == "GET":
        return found
    try:
        return _request(method, f"{url}?kind={kind}" if kind else url, body)
    except urllib.error.HTTPError as error:
        with error:
            raise NotAsked(error.reason) from None


def _request(method: str, url: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, data, method=method)
    with opener.open(request, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


__all__ = ["NotAsked", "add"]
