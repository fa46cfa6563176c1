"""How a training job is getting on: its epochs; a fine-tuning's metrics, and its phases."""

from __future__ import annotations

import asyncio

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..protocol import FineTuneRequest, TrainingMetrics
from .handler import SmextHandler
from .logs import LogHandler
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


class TrainingMetricsHandler(TrainingHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        request, over = await self.fine_tuning(id)
        definitions = await self.services.launches().metrics(id)
        logs, kind = await self.services.logs(), await self.services.kind("training-job")
        from ..jumpstart.training_progress import metric_values
        from ..logs.readings import Of

        of = Of(request.connection, request.region, kind, request.job)
        timed, behind, at_end = await logs.behind(of, self.query("next") or None)
        values, problems = await asyncio.to_thread(metric_values, definitions, timed)
        # What was said last may come after the end was known: one more reading finds it.
        ended = over and at_end and not timed
        self.answer(TrainingMetrics(behind, ended, values, problems))


class TrainingProgressHandler(TrainingHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        request, _ = await self.fine_tuning(id)
        sessions = await self.services.sessions()
        from ..jumpstart.training_progress import training_progress

        place = request.connection, request.region
        self.answer(await asyncio.to_thread(training_progress, sessions, *place, request.job))


class TrainingEpochsHandler(LogHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        of = await self.of("training-job", id)
        watched = await self.services.watched(of.connection, of.region)
        resource = await watched.lately(of.kind, id)
        logs = await self.logs()
        from ..logs.epochs import epochs_asked

        asked = epochs_asked(resource.definition.get("HyperParameters", {}))
        self.answer(await logs.epochs(of, asked))
