"""How a fine-tuning's job is getting on: its log with the metrics in it, and its phases."""

from __future__ import annotations

import asyncio

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..protocol import FineTuneRequest, TrainingLog
from .handler import SmextHandler
from .problems import bad_request


class TrainingHandler(SmextHandler):
    """A handler that is about a fine-tuning."""

    async def fine_tuning(self, id: str) -> tuple[FineTuneRequest, bool]:
        """What is trained, and whether that is over. Raises ProblemError."""
        launch = await self.services.launches().get(id)
        if launch.fine_tune is None:
            raise bad_request(
                "Only a fine-tuning has a job", "An endpoint's log is in its Test tab."
            )
        return launch.fine_tune, launch.state != "running"


class TrainingLogHandler(TrainingHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        request, over = await self.fine_tuning(id)
        definitions = await self.services.launches().metrics(id)
        sessions = await self.services.sessions()
        from ..jobs.log_tail import TRAINING_JOBS, LogTail
        from ..jumpstart.training_progress import metric_values

        def read() -> TrainingLog:
            client = sessions.client(request.connection, request.region, "logs")
            tail = LogTail(client, request.connection, TRAINING_JOBS, f"{request.job}/")
            timed, behind = tail.timed(self.query("next") or None)
            values, problems = metric_values(definitions, timed)
            # What was said last may come after the end was known: one more reading finds it.
            ended = over and not timed
            return TrainingLog(tuple(line for _, line in timed), behind, ended, values, problems)

        self.answer(await asyncio.to_thread(read))


class TrainingProgressHandler(TrainingHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        request, _ = await self.fine_tuning(id)
        sessions = await self.services.sessions()
        from ..jumpstart.training_progress import training_progress

        place = request.connection, request.region
        self.answer(await asyncio.to_thread(training_progress, sessions, *place, request.job))
