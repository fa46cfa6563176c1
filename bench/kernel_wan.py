"""The same over a line of 40 ms round trip and 20 Mbit/s, for both ways to the kernel."""

from __future__ import annotations

import asyncio

from kernel_servers import NO_LIMITS, NODELAY, browsers, by_turns, servers, slow_line, warm
from lab import report

MOST = {"kernel_wan_rtt_vs_direct": 1.05, "kernel_wan_lines_vs_direct": 1.1}
DELAY, RATE = 0.020, 20e6 / 8
LINES = 3000
TRAINING = f"""
for epoch in range({LINES}):
    print(f"epoch {{epoch}} loss {{random.random():.5f}} acc {{random.random():.4f}}", flush=True)
"""


async def measure() -> dict[str, float]:
    with servers() as running:
        settings = NO_LIMITS + NODELAY
        at = await asyncio.to_thread(running.instances.create, "far", settings)
        with slow_line(running.instances.port(at.id), delay=DELAY, rate=RATE) as port:
            running.instances.relayed[at.id] = port
            async with browsers(running) as browser:
                lines = {"direct": await browser.direct(at), "pipe": await browser.bridged(at)}
                await warm(lines)
                small, _ = await by_turns(lines, "1", blocks=20, times=20)
                many, _ = await by_turns(lines, TRAINING, blocks=7, times=1, bytes=LINES * 20)
    for name in lines:
        print(f"{name:8} {1000 * small[name]:6.1f} ms, {LINES} lines {many[name]:5.2f} s")
    return {
        "kernel_wan_rtt_vs_direct": small["pipe"] / small["direct"],
        "kernel_wan_lines_vs_direct": many["pipe"] / many["direct"],
    }


if __name__ == "__main__":
    report(measure, MOST)
