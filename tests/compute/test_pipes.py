"""Who gets what of a remote kernel, without one: routing, being away, and a window that is slow."""

from __future__ import annotations

import hashlib
import inspect
import json
from typing import Any

import pytest
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler

from jupyter_smext.compute.bridge import away
from jupyter_smext.compute.bridge.frames import Frame, packed
from jupyter_smext.compute.bridge.pipes import Pipes
from jupyter_smext.compute.pipe import SETTING, PipeConnection, install

#: Jupyter Server's own code that PipeConnection repeats or steps around, as it was read.
READ = {
    ZMQChannelsWebsocketConnection.connect: "5940937f5a42e9c6",
    ZMQChannelsWebsocketConnection.disconnect: "9202a468b96c9544",
    ZMQChannelsWebsocketConnection._limit_rate: "c23c08959386f0ab",
    ZMQChannelsWebsocketConnection.get_part: "5647617c67400214",
    KernelWebsocketHandler.on_message: "c00500e92be1c60b",
}


def frame(kind: str, parent: str, text: str = "", channel: str = "iopub") -> Frame:
    parts = ({"msg_type": kind, "msg_id": "1"}, {"msg_id": parent}, {}, {"text": text})
    return Frame.of(channel, [packed(part) for part in parts])


class Window:
    def __init__(self, session: str) -> None:
        self.key = f"kernel:{session}"
        self.got: list[Frame] = []
        self.congested = False
        self.waited = 0

    def deliver(self, frame: Frame) -> None:
        self.got.append(frame)

    async def drained(self) -> None:
        self.waited += 1

    def kinds(self) -> list[Any]:
        return [frame.header["msg_type"] for frame in self.got]


def join(group: Pipes, window: Window) -> None:
    for kept in group.add(window.key, window):
        window.deliver(kept)


def leave(group: Pipes, window: Window, *, keep: bool) -> None:
    group.drop(window.key, window, keep)


@pytest.mark.parametrize("method", READ, ids=lambda method: method.__qualname__)
def test_jupyter_servers_own_connection_is_the_one_that_was_read(method: Any) -> None:
    digest = hashlib.sha256(inspect.getsource(method).encode()).hexdigest()[:16]
    assert digest == READ[method], f"{method.__qualname__} has changed: read it beside pipe.py"


def test_another_connection_class_stays() -> None:
    settings: dict[str, Any] = {SETTING: ZMQChannelsWebsocketConnection}
    assert install(settings) and settings == {SETTING: PipeConnection}
    theirs: dict[str, Any] = {SETTING: object}
    assert not install(theirs) and theirs == {SETTING: object}


async def test_output_goes_to_all_and_a_reply_to_the_one_that_asked() -> None:
    group, first, second = Pipes(), Window("1"), Window("2")
    join(group, first)
    join(group, second)
    assert group.publish(frame("stream", "a")) is None
    assert group.reply(second.key, frame("execute_reply", "a", channel="shell")) is None
    assert first.kinds() == ["stream"]
    assert second.kinds() == ["stream", "execute_reply"]

    second.congested = True
    waiting = group.publish(frame("stream", "a"))
    assert waiting is not None and (first.waited, second.waited) == (0, 0)
    await waiting
    assert (first.waited, second.waited) == (0, 1)


def test_what_came_while_the_last_window_was_away_is_sent_when_it_is_back() -> None:
    group, first, again = Pipes(), Window("1"), Window("1")
    join(group, first)
    join(group, again)
    leave(group, first, keep=True)  # later than the one that took its place
    group.publish(frame("stream", "a"))
    assert again.kinds() == ["stream"] and first.kinds() == []
    leave(group, again, keep=True)
    group.publish(frame("stream", "a"))
    group.reply(again.key, frame("execute_reply", "a", channel="shell"))
    group.reply("kernel:2", frame("execute_reply", "b", channel="shell"))
    back = Window("1")
    join(group, back)
    assert back.kinds() == ["stream", "execute_reply"]

    for keep, window in ((False, Window("1")), (True, Window("3"))):
        leave(group, back, keep=keep)
        group.publish(frame("stream", "a"))
        join(group, window)
        assert window.kinds() == []  # not to be kept; or of another window
        back = window


def test_what_is_too_much_to_be_kept_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(away, "AWAY_BYTES", 1 << 20)
    group, window = Pipes(), Window("1")
    join(group, window)
    leave(group, window, keep=True)
    for cell in ("a", "b"):
        group.publish(frame("status", cell))
        for number in range(10):
            group.publish(frame("stream", cell, f"{number}" * 100_000))
        group.reply(window.key, frame("execute_reply", cell, channel="shell"))
    back = Window("1")
    join(group, back)
    told = back.got[0]
    assert json.loads(told.part(1)) == {"msg_id": "a"} and told.content["name"] == "stderr"
    kept = [each for each in back.got[1:] if each.header["msg_type"] == "stream"]
    assert sum(len(each.data) for each in back.got[1:]) <= 1 << 20
    lost = 20 * 100_000 - sum(len(each.content["text"]) for each in kept)
    cells = [json.loads(each.part(1))["msg_id"] for each in kept]
    assert cells == sorted(cells) and cells[-1] == "b"
    assert "of this cell's output are lost" in told.content["text"]
    said = sum(
        float(each.content["text"].split("oldest ")[1].split()[0])
        for each in back.got
        if "lost" in each.content.get("text", "")
    )
    assert said == pytest.approx(lost / 1e6, abs=0.1)
    assert back.kinds().count("execute_reply") == 2 and back.kinds().count("status") == 2
