"""Cut the line to a kernel in the middle of a cell, again and again, and look at what comes of it.

    python3 dev.py chaos kernel [--count 100] [--seed N]

The instance's server closes the line, or ends the session with it; the network breaks it off, or
falls silent. Every cell must end, none before it has ended over there; what is missing of its
output must be said, and must be of the gap; the next cell must run.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.compute.kernel_browser import JupyterBrowser, KernelChannels, Ran
from tests.compute.local_server import TOKEN, local_server
from tests.compute.relay import Relay
from tests.compute.relayed_instances import Instances
from tests.local.jupyter_browser import tree
from tests.local_engine import RunningEngine

KINDS = ("close", "expiry", "reset", "silence")
#: With these the instance's server cuts the lines when it gets a signal, and with SIGUSR2 forgets
#: every session, as SageMaker does when one has expired or its permission was taken away.
CUTTING = """
import os, signal
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

def _cut(forget):
    if forget:
        ServerApp.instance().web_app.settings["cookie_secret"] = os.urandom(32)
    for connection in list(ZMQChannelsWebsocketConnection._open_sockets):
        connection.websocket_handler.close(4001, "cut")

for _number, _forget in ((signal.SIGUSR1, False), (signal.SIGUSR2, True)):
    signal.signal(
        _number,
        lambda number, frame, forget=_forget: (
            ServerApp.instance().io_loop.add_callback_from_signal(_cut, forget)
        ),
    )
"""
#: A line that says nothing for so long is taken for broken, in place of `line.SILENT_SECONDS`.
PATIENCE = 1.0
IMPATIENT = f"""
from jupyter_smext.compute.bridge import line
line.PING_SECONDS, line.SILENT_SECONDS = {PATIENCE / 4}, {PATIENCE}
# So that, as with people's patience, no connection outlives it in the client's pool.
import httpx
httpx.AsyncClient.__init__.__kwdefaults__["limits"] = httpx.Limits(keepalive_expiry={PATIENCE / 4})
"""
SILENCE_SECONDS = 60.0
_CELL = """
import json, time
for i in range({lines}):
    print(i, flush=True)
    time.sleep({pause})
ended = time.time()
"""
_LOST = {"ResultLost", "LineLost"}
#: Lines that may be on their way when the line breaks.
_IN_FLIGHT = 3


@dataclass
class Cuts:
    """Cuts of the line between one kernel and its browser."""

    channels: KernelChannels
    relay: Relay
    server: int
    rng: random.Random
    problems: list[str] = field(default_factory=list)
    ended: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)

    def cut(self, kind: str) -> None:
        if kind in ("close", "expiry"):
            os.kill(self.server, signal.SIGUSR1 if kind == "close" else signal.SIGUSR2)
        else:
            getattr(self.relay, kind)()

    async def once(self, number: int, kind: str, held: float = 0.0) -> str:
        """A cell that is cut; what came of it, in a line. `held`: nothing passes for so long."""
        lines, pause = 40, 0.02 if kind != "silence" else 0.05
        if held:
            lines, pause = int(1.25 * held / 0.25), 0.25
        asked = await self.channels.submit(_CELL.format(lines=lines, pause=pause))
        outcome = asyncio.ensure_future(self.channels.outcome(asked, 30 + 2 * held))
        await asyncio.sleep(self.rng.uniform(0.05, 0.9 * 40 * 0.02))
        cut_at = time.time()
        self.cut(kind)
        if held:
            self.relay.hold()
            await asyncio.sleep(held)
            self.relay.go_on()
        found: list[str] = []
        try:
            ran = await outcome
        except (TimeoutError, asyncio.TimeoutError):
            self.problems.append(f"{number} {kind}: the cell hangs")
            return self.problems[-1]
        idle_at = time.time()
        after = await self.channels.execute("print(json.dumps(ended))", 30)
        if not after.text("stdout"):
            found.append(f"the next cell ended with {after.reply}")
        elif idle_at < float(after.text("stdout")):
            found.append("idle came before the cell had ended")
        found += self._output(ran, kind, lines, pause)
        # As the server over there does by itself, when its pings have not been answered.
        self.relay.reset(silent=True)
        self.problems += [f"{number} {kind}: {problem}" for problem in found]
        how = ran.reply.get("ename") or ran.reply["status"]
        self.ended[how] += 1
        return f"{number} {kind}: {how} {idle_at - cut_at:.1f} s later; {'; '.join(found) or 'ok'}"

    def _output(self, ran: Ran, kind: str, lines: int, pause: float) -> list[str]:
        """What is wrong with a cell's output and reply."""
        found = []
        got = [int(word) for word in ran.text("stdout").split()]
        if got != sorted(set(got)):
            found.append(f"lines are out of order or double: {got}")
        missing = sorted(set(range(lines)) - set(got))
        said = ran.text("stderr")
        self.lost[kind] += len(missing)
        if missing and "may be missing" not in said:
            found.append(f"{len(missing)} lines are missing, and that is not said: {said!r}")
        if len(missing) > _gap(ran) / pause + _IN_FLIGHT:
            found.append(f"{len(missing)} lines are missing of a gap of {_gap(ran):.2f} s")
        if missing and missing != list(range(missing[0], missing[-1] + 1)):
            found.append(f"lines are missing in several places: {missing}")
        how = ran.reply.get("ename") or ran.reply["status"]
        if how not in {"ok", *_LOST}:
            found.append(f"it ended with {ran.reply}")
        if ran.states.count("idle") != 1:
            found.append(f"its states were {ran.states}")
        return found

    def summary(self) -> str:
        ended = ", ".join(f"{count} {how}" for how, count in self.ended.items())
        lost = ", ".join(f"{self.lost[kind]} by {kind}" for kind in KINDS)
        return f"{sum(self.ended.values())} cuts: cells ended {ended}; lines lost: {lost}"


def _gap(ran: Ran) -> float:
    """The longest time in which nothing of a cell came, in seconds."""
    return max((later - sooner for sooner, later in itertools.pairwise(ran.times)), default=0.0)


async def trial(folder: Path, rng: random.Random, count: int, silence: float) -> list[str]:
    """`count` cuts of all kinds, and one silence with the patience that people have; problems."""
    engine = RunningEngine(folder / "engine")
    await asyncio.to_thread(engine.start)
    instances = Instances(engine)
    problems = []
    try:
        with instances.reached():
            at = await asyncio.to_thread(instances.create, "cut", CUTTING)
            async with Relay(instances.port(at.id)) as relay:
                instances.relayed[at.id] = relay.port
                server = jupyter_of(at.id)
                for name, settings in (("short", IMPATIENT), ("patient", "")):
                    if name == "patient" and not silence:
                        break
                    with local_server(engine, folder / name, settings) as local:
                        browser = JupyterBrowser(local.url, TOKEN)
                        kernel = await browser.start(local.specify(at))
                        channels = await browser.open(kernel)
                        await channels.execute("1")
                        cuts = Cuts(channels, relay, server, rng)
                        if name == "patient":
                            print(await cuts.once(1, "silence", silence), flush=True)
                        for number in range(1, count + 1 if name == "short" else 0):
                            kind = KINDS[number % len(KINDS)]
                            print(await cuts.once(number, kind), flush=True)
                        print(cuts.summary(), flush=True)
                        problems += cuts.problems + local.complaints()
                        await browser.request("DELETE", f"api/kernels/{kernel}")
                        await browser.close()
    finally:
        await asyncio.to_thread(engine.stop)
    return problems


def jupyter_of(name: str) -> int:
    """The process of an instance's Jupyter server."""
    arn = f"arn:aws:sagemaker:us-east-1:000000000000:notebook-instance/{name}"
    return next(each.pid for each in tree(arn) if "jupyterlab" in each.cmdline())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, prog="dev.py chaos kernel")
    parser.add_argument("--count", type=int, default=100, help="how many cuts")
    parser.add_argument("--silence", type=float, default=SILENCE_SECONDS, help="seconds; 0: none")
    parser.add_argument("--seed", type=int, help="of when it is cut (default: another)")
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else random.randrange(1 << 32)
    folder = Path(tempfile.mkdtemp(prefix="smext-cuts-"))
    problems = asyncio.run(trial(folder, random.Random(seed), given.count, given.silence))
    if problems:
        print("\n".join(["Problems:", *problems, f"The logs are kept: {folder}"]))
    else:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"seed {seed}: {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
