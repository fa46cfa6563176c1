"""How far a training is, by the epochs that its log tells of in a form that is known.

Most scripts tell an epoch by its number, and not whether they do so at its beginning or at its end,
or whether the first one is 0 or 1: that is seen from the log's beginning on. Where it cannot be,
nothing is said.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..protocol import TrainingEpochs
from .spool import Line, Spool

NOT_KNOWN = TrainingEpochs()

#: The hyperparameters that say how many epochs there are: of SageMaker's algorithms and JumpStart's
#: models, of Hugging Face's TrainingArguments, and of what scripts and PyTorch Lightning call it.
_ASKED = ("epochs", "num_train_epochs", "num_epochs", "max_epochs", "n_epochs", "epoch")

#: SageMaker's algorithms after an epoch: `#progress_metric: host=algo-1, completed 30 % of epochs`.
_PERCENT = re.compile(r"#progress_metric: .*completed (\d+(?:\.\d+)?) ?% of epochs")
#: Hugging Face's Trainer: `{'loss': 0.52, 'learning_rate': 2e-05, 'epoch': 1.33}`.
_DONE = re.compile(r"^\s*\{.*['\"]epoch['\"]: ['\"]?(\d+\.\d+)['\"]?[,}]")
#: `Epoch 3/10` (Keras), `[epoch 7/20] step 980`, `epoch 3: loss 0.41`, `Epoch[3] Time cost=1.2`
#: (MXNet), `Train Epoch: 3 [640/60000 (1%)]`.
_NUMBER = re.compile(
    r"\bepoch\b['\"]?\s*[:=#\[]?\s*(\d{1,6})(?![.\d])(?:\s*(?:/|of)\s*(\d{1,6})\b)?", re.I
)
#: What a training measured: an epoch that is told of with it, and once, is over.
_RESULT = re.compile(r"\d\.\d")
#: More than any job has; else what counts something else fills the memory.
_MOST = 100_000


def epochs_asked(hyperparameters: Mapping[str, str]) -> int | None:
    """How many epochs a job has by its hyperparameters; the SDK writes them as JSON."""
    for name in _ASKED:
        text = str(hyperparameters.get(name, "")).strip().strip('"')
        if text:
            try:
                number = float(json.loads(text))
            except (ValueError, TypeError):
                return None
            return int(number) if number >= 1 and number == int(number) else None
    return None


@dataclass
class _Told:
    """Of an epoch: when (epoch seconds) the log told of it first, how often, and with a result."""

    at: float
    lines: int
    result: bool


class EpochsInLog:
    """What the lines of one stream tell of epochs; they are read once each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read = 0
        self._numbers: dict[int, _Told] = {}
        self._latest = -1
        #: The first and the latest share of all epochs, or number of epochs, that are done.
        self._done: list[tuple[float, float]] = []
        self._of: int | None = None
        self._in_percent = False
        self._mixed = False

    def read_on(self, spool: Spool, most: int) -> bool:
        """Look at up to `most` lines more; whether those were all that there are."""
        with self._lock:
            lines = spool.read(self._read, most)
            self._read += len(lines)
            self.take((line.at / 1000, _text(line)) for line in lines if _may_tell(line))
            return self._read >= spool.lines

    def take(self, lines: Iterable[tuple[float, str]]) -> None:
        """Lines with their times in epoch seconds."""
        for at, text in lines:
            if found := _PERCENT.search(text):
                self._in_percent = True
                self._is_done(at, float(found[1]))
            elif found := _DONE.match(text):
                self._is_done(at, float(found[1]))
            elif found := _NUMBER.search(text):
                self._of = int(found[2]) if found[2] else self._of
                self._is_told(at, int(found[1]), bool(_RESULT.search(text, found.end())))

    def _is_done(self, at: float, done: float) -> None:
        if self._done and done < self._done[-1][1]:
            self._mixed = True
        elif not self._done or done > self._done[-1][1]:
            self._done[1:] = [(at, done)]

    def _is_told(self, at: float, number: int, result: bool) -> None:
        if number < self._latest:
            # It began again, or several things are counted.
            self._mixed = True
        elif number == self._latest:
            self._numbers[number].lines += 1
        elif len(self._numbers) < _MOST:
            self._numbers[number] = _Told(at, 1, result)
            self._latest = number

    def told(self, asked: int | None) -> TrainingEpochs:
        """How far it is, of as many epochs as were `asked` for where the log has no number."""
        if self._mixed:
            return NOT_KNOWN
        if self._done:
            return self._by_done(asked)
        return self._by_numbers(self._of or asked)

    def _by_done(self, of: int | None) -> TrainingEpochs:
        if of is None:
            return NOT_KNOWN
        scale = of / 100 if self._in_percent else 1.0
        marks = [(at, done * scale) for at, done in self._done]
        return _told(min(int(marks[-1][1]) + 1, of), of, marks[0], marks[-1])

    def _by_numbers(self, of: int | None) -> TrainingEpochs:
        # Read from its beginning, a log tells whether it counts from 0 or from 1.
        first = min(self._numbers, default=-1)
        if of is None or first not in (0, 1):
            return NOT_KNOWN
        last = self._latest
        told = self._numbers.values()
        over = len(told) > 1 and all(each.lines == 1 and each.result for each in told)
        marks = [
            (self._numbers[each].at, each - first + (1.0 if over else 0.0))
            for each in (first, last)
        ]
        return _told(last - first + 1, of, marks[0], marks[-1])


def _told(
    epoch: int, of: int, first: tuple[float, float], last: tuple[float, float]
) -> TrainingEpochs:
    """By the pace between two marks, each a time and how many epochs were done then."""
    at, done = last
    if not 1 <= epoch <= of or done > of:
        return NOT_KNOWN
    epochs = done - first[1]
    pace = (at - first[0]) / epochs if epochs > 0 and at > first[0] else None
    return TrainingEpochs(epoch, of, done, pace, None if pace is None else at + pace * (of - done))


def _may_tell(line: Line) -> bool:
    return b"poch" in line.head or b"POCH" in line.head


def _text(line: Line) -> str:
    return line.head.decode(errors="replace")
