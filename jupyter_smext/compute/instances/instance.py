"""What every instance can be told, and the waits by Describe until it is so."""

from __future__ import annotations

import abc
import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import msgspec

from ...aws.errors import ProblemError, problem
from ...protocol import ComputeName, Problem, Tone, Use
from .refusals import failed

if TYPE_CHECKING:
    from ...inventory import Watched

_T = TypeVar("_T")

AT_ONCE = 0.2
SOON = 1.0
LAST_LOOK = 5.0
#: Seconds for which it is looked every second: on the local engine all is over by then.
BRISK = 20.0
#: A describe may still tell the state from before an act for this long.
SETTLES = 60.0
#: A laptop that sleeps, or a router that restarts, must not end a switch of ten minutes.
LOST_SECONDS = 180.0
#: Without capacity AWS keeps an instance Pending for half an hour and more before it fails.
LIMITS = {"stop": 1800.0, "retype": 1800.0, "start": 3600.0}

#: AWS has done nothing then; of an answer that is lost it is not known.
_REFUSALS = ("denied", "signed_out", "throttled")
#: After the one, the other has not ended because a describe says so: it may be from before.
_UNDONE_BY = {"stop": ("start", "create"), "retype": ("retype",), "start": ("stop",)}

Tell = Callable[[float | None, str], None]
"""How it is getting on: 0 to 1 or None, and words."""

Ends = Callable[[bool], Awaitable[None]]
"""Told True before AWS is told to stop it, and False when AWS has refused."""


class Told(msgspec.Struct, frozen=True):
    """What AWS was told last, in epoch seconds, and no describe has shown yet."""

    act: str
    at: float

    @property
    def recent(self) -> bool:
        """Whether a describe may still tell the state from before."""
        return time.time() - self.at < SETTLES


@dataclass(frozen=True)
class State:
    """An instance as AWS describes it now.

    `rests`: nothing runs, so it may be changed and started. A `failed` one may rest or not.
    """

    status: str
    tone: Tone
    instance_type: str | None
    up: bool
    rests: bool
    reason: str
    definition: dict[str, Any]
    volume_gib: int | None = None

    @property
    def failed(self) -> bool:
        return self.tone == "bad"


async def whole(work: Coroutine[Any, Any, _T]) -> _T:
    """The answer of `work`, which goes to its end even when who waits for it is cancelled.

    AWS may have been told already: who undoes it must find what came of it.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


class Instance(abc.ABC):
    """One instance. What is asked for twice happens once: each act looks at the state first.

    All methods raise ProblemError.
    """

    use: ClassVar[Use]
    #: The operations behind stop, retype and start, for what is said of them.
    operations: ClassVar[dict[str, str]]

    def __init__(self, at: ComputeName, watched: Watched) -> None:
        self.at = at
        self.watched = watched
        #: None once it is seen. `note_told` hears each change, and of an act before AWS does.
        self.told: Told | None = None
        self.note_told: Callable[[Told | None], Awaitable[None]] | None = None

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """What people call it."""

    @abc.abstractmethod
    def show(self) -> None:
        """Have the inventory read what there is of it now."""

    @abc.abstractmethod
    async def look(self) -> State | None:
        """Its state now; None when it does not exist."""

    @abc.abstractmethod
    async def tell_stop(self) -> None:
        """Have AWS begin to stop it: the volume stays."""

    @abc.abstractmethod
    async def tell_type(self, instance_type: str, state: State) -> None:
        """Have AWS begin to change the type of one that rests."""

    @abc.abstractmethod
    async def tell_start(self, state: State) -> None:
        """Have AWS begin to start one that rests."""

    async def now(self) -> State:
        """Its state; raises a 404 ProblemError when it does not exist."""
        if (state := await self.look()) is None:
            raise ProblemError(self._gone())
        return state

    async def stop(self, tell: Tell, ends: Ends | None = None) -> None:
        """Until nothing of it runs."""

        async def act(state: State) -> bool:
            if not (state.up or (state.failed and not state.rests)):
                return False
            if ends is None:
                await self._tell_aws("stop", self.tell_stop())
                return True
            await ends(True)
            try:
                await self._tell_aws("stop", self.tell_stop())
            except ProblemError as error:
                if error.problem.cause in _REFUSALS:
                    await ends(False)
                raise
            return True

        await self._until("stop", lambda state: state.rests, act, tell)

    async def retype(self, instance_type: str, tell: Tell) -> None:
        """Until one that rests has the type."""

        async def act(state: State) -> bool:
            if state.rests:
                await self._tell_aws("retype", self.tell_type(instance_type, state))
                return True
            return False

        def ended(state: State) -> bool:
            return state.rests and not state.failed and state.instance_type == instance_type

        await self._until("retype", ended, act, tell)

    async def start(self, tell: Tell) -> None:
        """Until it is up."""

        async def act(state: State) -> bool:
            if state.rests:
                await self._tell_aws("start", self.tell_start(state))
                return True
            if state.failed:
                # An app that failed has to go before there can be another.
                await self.tell_stop()
            return False

        await self._until("start", lambda state: state.up, act, tell)

    async def _tell_aws(self, act: str, asked: Coroutine[Any, Any, None]) -> None:
        """Note it first: who undoes it must not take the state from before for the end."""
        before = self.told
        try:
            await self._note(Told(act, time.time()))
        except BaseException:
            asked.close()
            raise
        try:
            await asked
        except ProblemError as error:
            if error.problem.cause not in ("offline", "broken"):
                await self._note(before)
            raise

    async def _note(self, told: Told | None) -> None:
        self.told = told
        if self.note_told is not None:
            await self.note_told(told)

    async def _until(
        self,
        word: str,
        ended: Callable[[State], bool],
        act: Callable[[State], Coroutine[Any, Any, bool]],
        tell: Tell,
    ) -> None:
        """Act as soon as the state allows it, then look until it has ended."""
        began = time.monotonic()
        told: float | None = None
        before: State | None = None
        heard = began
        pause = AT_ONCE
        waited = False
        while True:
            now = time.monotonic()
            try:
                state = await self.now()
                heard = now
            except ProblemError as error:
                cause = error.problem.cause
                new = cause == "not_found" and self.told is not None and self.told.recent
                passes = new or cause in ("throttled", "offline", "broken")
                if not passes or now - heard > LOST_SECONDS:
                    raise
                tell(None, f"{'Not there yet' if new else error.problem.title}; looking again")
                state = None
            if state is not None:
                ends = ended(state)
                if self._is_shown(word, state, before, ends):
                    await self._note(None)
                doubtful = self._doubts(word)
                if ends and not doubtful:
                    if waited:
                        # The panel and the status bar need not find it out by themselves.
                        self.show()
                    return
                if ends:
                    pass
                elif told is None or (state.rests and not state.failed and now - told > SETTLES):
                    before = state
                    told = now if await self._acted(act, state) else told
                elif state.failed and (before is None or state != before or now - told > SETTLES):
                    raise ProblemError(failed(self.name, state.status, state.reason))
                words = self._words(state, told is not None, now - began)
                tell(None, f"{state.status}; looking again" if ends else words)
                if now - began > LIMITS[word]:
                    raise ProblemError(self._too_long(word, state, now - began))
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))
            waited = True
            slowest = SOON if now - began < BRISK else LAST_LOOK
            pause = min(pause * 1.5, slowest)

    def _is_shown(self, word: str, state: State, before: State | None, ends: bool) -> bool:
        """Whether the state is from after what AWS was told; `before` is the one it was told in."""
        if self.told is None:
            return False
        if before is not None:
            return state != before
        if self._doubts(word):
            return not ends
        return ends or self.told.act == "create"

    def _doubts(self, word: str) -> bool:
        """Whether an end may be from before AWS was told the contrary."""
        return self.told is not None and self.told.recent and self.told.act in _UNDONE_BY[word]

    async def _acted(self, act: Callable[[State], Coroutine[Any, Any, bool]], state: State) -> bool:
        """Whether it was told; in a state that has just passed, what AWS refuses is tried again."""
        try:
            return await whole(act(state))
        except ProblemError as error:
            if error.problem.cause != "conflict" or (await self.now()).status == state.status:
                raise
            return False

    def _words(self, state: State, told: bool, seconds: float) -> str:
        slow = ""
        if seconds > 600:
            slow = f" for {seconds // 60:.0f} minutes; AWS has no way to force it"
        return f"{state.status}{slow}" if told or not state.rests else ""

    def _gone(self) -> Problem:
        return problem(
            "not_found",
            f"{self.name} does not exist any more",
            f"{self.at.region} has none of that name.",
            "Choose another place for the kernel.",
        )

    def _too_long(self, word: str, state: State, seconds: float) -> Problem:
        return Problem(
            status=504,
            cause="broken",
            title=f"{self.name} is still {state.status} after {seconds // 60:.0f} minutes",
            detail=f"AWS accepted {self.operations[word]} and has not finished it; "
            "it has no way to force it.",
            next="Retry looks again: nothing is done twice.",
        )
