"""A kernel on an instance, through the local JupyterLab, against a direct connection to it."""

from __future__ import annotations

import asyncio

from kernel_servers import NO_LIMITS, NODELAY, browsers, by_turns, servers, warm
from lab import report

MOST = {
    "kernel_rtt_vs_direct": 1.15,
    "kernel_rtt_vs_stock": 0.5,
    "kernel_20mb_vs_direct": 1.2,
    "kernel_20x1mb_vs_direct": 1.1,
    "kernel_cpu_vs_local": 0.8,
}
MB = 1_000_000


def shown(megabytes: int, times: int = 1) -> str:
    """A cell that puts out that much in each of that many messages."""
    show = f"display({{'text/plain': 'x' * {megabytes * MB}}}, raw=True)"
    return show if times == 1 else f"for _ in range({times}): {show}"


async def measure() -> dict[str, float]:
    with servers() as running:
        stock = await asyncio.to_thread(running.instances.create, "stock", NO_LIMITS)
        settings = NO_LIMITS + NODELAY
        nodelay = await asyncio.to_thread(running.instances.create, "nodelay", settings)
        async with browsers(running) as browser:
            lines = {
                "direct": await browser.direct(nodelay),
                "pipe": await browser.bridged(nodelay),
                "local": await browser.bridged(None),
                "stock direct": await browser.direct(stock),
                "stock pipe": await browser.bridged(stock),
            }
            await warm(lines)
            rtt, cpu = await by_turns(lines, "1", blocks=20, times=25)
            for name in lines:
                print(f"{name:14} {1000 * rtt[name]:6.2f} ms, {1000 * cpu[name]:5.2f} ms of CPU")
            two = {name: lines[name] for name in ("direct", "pipe")}
            one, _ = await by_turns(two, shown(20), blocks=20, times=1, bytes=20 * MB)
            twenty, _ = await by_turns(two, shown(1, 20), blocks=40, times=1, bytes=20 * MB)
            await lines["pipe"].seconds(shown(100), 100 * MB)
            print("100 MB in one message came whole")
    return {
        "kernel_rtt_vs_direct": rtt["pipe"] / rtt["direct"],
        "kernel_rtt_vs_stock": rtt["stock pipe"] / rtt["stock direct"],
        "kernel_20mb_vs_direct": one["pipe"] / one["direct"],
        "kernel_20x1mb_vs_direct": twenty["pipe"] / twenty["direct"],
        "kernel_cpu_vs_local": cpu["pipe"] / cpu["local"],
    }


if __name__ == "__main__":
    report(measure, MOST)
