"""The training job behind a notebook job, and the bucket it works with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..aws.bucket import Bucket
from ..aws.calls import calling
from ..aws.errors import ProblemError, problem
from ..aws.training_status import OVER
from ..protocol import NotebookJobRequest
from . import outcome
from .request import Place, create_request

if TYPE_CHECKING:
    from ..aws.sessions import Sessions


class TrainingJob:
    """One training job by its name, there or not yet. Blocking; raises ProblemError."""

    def __init__(self, sessions: Sessions, request: NotebookJobRequest, name: str) -> None:
        self._sessions = sessions
        self._request = request
        self.name = name
        self.place = Place.of(request.s3_uri, name)
        self.bucket = Bucket(sessions, request.connection, request.region, self.place.bucket)

    def create(self) -> None:
        """CreateTrainingJob; a server that ended meanwhile may have asked for it already."""
        if self._described() is None:
            asked = create_request(self._request, self.name)
            self._call("CreateTrainingJob", "create_training_job", asked)

    def described(self) -> dict[str, Any]:
        """DescribeTrainingJob; one that is gone is a 404."""
        found = self._described()
        if found is None:
            raise ProblemError(
                problem(
                    "not_found",
                    f"The training job {self.name} is gone",
                    next="Somebody deleted it: run the notebook again.",
                )
            )
        return found

    def stop(self) -> None:
        """StopTrainingJob; a job that is over already is no problem."""
        try:
            self._call("StopTrainingJob", "stop_training_job", {"TrainingJobName": self.name})
        except ProblemError:
            if self.described()["TrainingJobStatus"] not in (*OVER, "Stopping"):
                raise

    def left(self) -> outcome.Left:
        """What it left in S3, once it is over."""
        detail = self.described()
        files = self.bucket.list(self.place.files)
        notebook = self.bucket.get(self.place.notebook)
        return outcome.left(detail, notebook, files, self.place.uri("results"))

    def _described(self) -> dict[str, Any] | None:
        name = {"TrainingJobName": self.name}
        try:
            found: dict[str, Any] = self._call("DescribeTrainingJob", "describe_training_job", name)
        except ProblemError as error:
            if error.problem.cause == "not_found":
                return None
            raise
        return found

    def _call(self, operation: str, method: str, parameters: dict[str, Any]) -> Any:
        connection = self._request.connection
        client = self._sessions.client(connection, self._request.region)
        with calling(connection, operation):
            return getattr(client, method)(**parameters)
