"""Routes of where a notebook runs: its jobs, kernels, remote servers, switches."""

from __future__ import annotations

from ... import protocol
from ..computes import ComputesHandler
from ..handler import SmextHandler
from ..kernels import SessionComputesHandler, SessionDetachHandler, SessionFilesHandler
from ..notebook_jobs import (
    NotebookJobCancelHandler,
    NotebookJobFetchHandler,
    NotebookJobFormHandler,
    NotebookJobHandler,
    NotebookJobsHandler,
)
from ..remote_servers import AttachHandler, RemoteServersHandler, ShutDownHandler
from ..route import PLACE, Query, Route
from ..switches import (
    SwitchBackHandler,
    SwitchCancelHandler,
    SwitchesHandler,
    SwitchHandler,
    SwitchPreviewHandler,
    SwitchRetryHandler,
    SwitchSignInHandler,
)

NOTEBOOK = Query("path", "Path of the notebook, as Jupyter names it", True)

ROUTES: tuple[tuple[Route, type[SmextHandler]], ...] = (
    (
        Route(
            "GET",
            "notebook-jobs/form",
            "What can be chosen to run a notebook as a job",
            (*PLACE, NOTEBOOK),
            answer=protocol.NotebookJobForm,
        ),
        NotebookJobFormHandler,
    ),
    (
        Route(
            "GET", "notebook-jobs", "The latest notebook jobs", answer=list[protocol.NotebookJob]
        ),
        NotebookJobsHandler,
    ),
    (
        Route(
            "POST",
            "notebook-jobs",
            "Run a notebook once, as a training job",
            body=protocol.NotebookJobRequest,
            answer=protocol.NotebookJob,
            status=201,
        ),
        NotebookJobsHandler,
    ),
    (
        Route("GET", "notebook-jobs/{id}", "One notebook job", answer=protocol.NotebookJob),
        NotebookJobHandler,
    ),
    (
        Route(
            "POST",
            "notebook-jobs/{id}/cancel",
            "Stop a notebook job; its notebook is brought back as far as it got",
            answer=protocol.NotebookJob,
        ),
        NotebookJobCancelHandler,
    ),
    (
        Route(
            "POST",
            "notebook-jobs/{id}/fetch",
            "Bring what a job left and is not here yet: its notebook, else its other files",
            answer=protocol.NotebookJob,
        ),
        NotebookJobFetchHandler,
    ),
    (
        Route(
            "GET",
            "session-computes",
            "Where the kernels of the server's notebooks run",
            answer=list[protocol.SessionCompute],
        ),
        SessionComputesHandler,
    ),
    (
        Route(
            "POST",
            "session-computes/{session_id}/detach",
            "End a session, and leave its kernel running on its instance",
            status=204,
        ),
        SessionDetachHandler,
    ),
    (
        Route(
            "POST",
            "session-computes/{session_id}/files",
            "Send what changed in a notebook's folder to its kernel's instance, or fetch it",
            body=protocol.FilesRequest,
            answer=protocol.FilesCopied,
        ),
        SessionFilesHandler,
    ),
    (
        Route(
            "GET",
            "remote-servers",
            "The kernels of every instance that is up; signs in to each",
            PLACE,
            answer=protocol.RemoteServers,
        ),
        RemoteServersHandler,
    ),
    (
        Route(
            "POST",
            "remote-servers/attach",
            "Give a notebook a kernel that an instance runs; what it had runs on",
            body=protocol.RemoteKernelRequest,
            status=204,
        ),
        AttachHandler,
    ),
    (
        Route(
            "POST",
            "remote-servers/shut-down",
            "Shut a kernel of an instance down",
            body=protocol.RemoteKernelRequest,
            status=204,
        ),
        ShutDownHandler,
    ),
    (
        Route(
            "GET",
            "computes",
            "Where a kernel can run: this machine, then what AWS has",
            PLACE,
            answer=protocol.Computes,
        ),
        ComputesHandler,
    ),
    (
        Route(
            "POST",
            "switches/preview",
            "What a switch would do; nothing happens",
            body=protocol.SwitchRequest,
            answer=protocol.SwitchPreview,
        ),
        SwitchPreviewHandler,
    ),
    (
        Route(
            "POST",
            "switches/sign-in",
            "Sign in to an instance, so that a preview can name its kernels",
            body=protocol.ComputeName,
            status=204,
        ),
        SwitchSignInHandler,
    ),
    (
        Route("GET", "switches", "The latest switches", answer=list[protocol.Switch]),
        SwitchesHandler,
    ),
    (
        Route(
            "POST",
            "switches",
            "Move the kernel of a notebook to another place",
            body=protocol.SwitchRequest,
            answer=protocol.Switch,
            status=201,
        ),
        SwitchesHandler,
    ),
    (Route("GET", "switches/{id}", "One switch", answer=protocol.Switch), SwitchHandler),
    (
        Route(
            "POST",
            "switches/{id}/cancel",
            "Cancel a switch: undo what was done",
            answer=protocol.Switch,
        ),
        SwitchCancelHandler,
    ),
    (
        Route(
            "POST",
            "switches/{id}/retry",
            "Go on with the step that failed",
            answer=protocol.Switch,
        ),
        SwitchRetryHandler,
    ),
    (
        Route(
            "POST",
            "switches/{id}/go-back",
            "After a failure, bring the instance back to its old type",
            answer=protocol.Switch,
        ),
        SwitchBackHandler,
    ),
)
