"""All routes: what each takes and answers, and who answers."""

from __future__ import annotations

from typing import Any

from .. import protocol
from .computes import ComputesHandler
from .connections import ConnectionsHandler, IdentityHandler
from .demo import DemoHandler, DemoStopHandler
from .docs import OpenApiHandler, PolicyHandler, UnknownHandler
from .forms import FormHandler
from .handler import SmextHandler
from .instance_types import InstanceTypesHandler
from .inventory import InventoryHandler, RefreshHandler
from .invocations import (
    CallLogHandler,
    EndpointFormatsHandler,
    InvocationsHandler,
    InvocationStreamHandler,
)
from .jumpstart_models import (
    JumpStartDocumentsHandler,
    JumpStartModelHandler,
    JumpStartModelsHandler,
    JumpStartRefreshHandler,
)
from .kernels import SessionComputesHandler, SessionDetachHandler, SessionFilesHandler
from .kinds import KindsHandler
from .launches import (
    AssetsHandler,
    DataCheckHandler,
    DeployCheckHandler,
    DeployHandler,
    FineTuneCheckHandler,
    FineTuneHandler,
    FormsHandler,
    LaunchCancelHandler,
    LaunchCodeHandler,
    LaunchesHandler,
    LaunchHandler,
    LaunchLogHandler,
)
from .local import LocalHandler, LocalStartHandler
from .notebook_jobs import (
    NotebookJobCancelHandler,
    NotebookJobFetchHandler,
    NotebookJobFormHandler,
    NotebookJobHandler,
    NotebookJobLogHandler,
    NotebookJobsHandler,
)
from .plans import PlanHandler, PlanRetryHandler, PlanRunHandler, PlansHandler, PlanStopHandler
from .remote_servers import AttachHandler, RemoteServersHandler, ShutDownHandler
from .resources import KindHandler, OpenHandler, ResourceHandler, VerbHandler
from .roles import ExecutionRolesHandler
from .route import PLACE, PREFIX, REGION, Query, Route
from .solutions import (
    SolutionDeleteHandler,
    SolutionFilesHandler,
    SolutionHandler,
    SolutionLaunchesHandler,
    SolutionLaunchHandler,
    SolutionsHandler,
)
from .switches import (
    SwitchBackHandler,
    SwitchCancelHandler,
    SwitchesHandler,
    SwitchHandler,
    SwitchPreviewHandler,
    SwitchRetryHandler,
    SwitchSignInHandler,
)

PARAMETERS = dict[str, Any]
SINCE = Query("since", "Only pages of a later revision; 0 or absent for all", type="integer")
PARENT = Query("parent", "Row id of the parent, for kinds listed by their parent")
OF_KIND = Query("kind", "Kind of the resource whose values are the form's defaults")
OF_ID = Query("id", "Row id of the resource whose values are the form's defaults")

USE = Query("use", "What for: notebook, studio, training, processing or hosting", True)
NOTEBOOK = Query("path", "Path of the notebook, as Jupyter names it", True)
AT = Query("at", "When the call was sent: `at` of an invocation", True, "number")
SECONDS = Query("seconds", "How long the call took: `seconds` of an invocation", True, "number")
FORM = Query("name", "Name of the form", True)
NEXT = Query("next", "`next` of an earlier answer; absent for the log's beginning")

# A literal path stands before the one with a placeholder that would also match it.
ROUTES: tuple[tuple[Route, type[SmextHandler]], ...] = (
    (Route("GET", "kinds", "The kind table", answer=list[protocol.Kind]), KindsHandler),
    (
        Route("GET", "connections", "Ways into AWS", answer=list[protocol.Connection]),
        ConnectionsHandler,
    ),
    (
        Route("GET", "identity", "Who AWS says we are", PLACE, answer=protocol.Identity),
        IdentityHandler,
    ),
    (
        Route(
            "GET",
            "inventory",
            "What is known now; a refresh in the background is registered",
            (*PLACE, SINCE),
            answer=protocol.Inventory,
        ),
        InventoryHandler,
    ),
    (
        Route("POST", "inventory/refresh", "Start a full refresh now", PLACE, status=202),
        RefreshHandler,
    ),
    (
        Route(
            "GET",
            "resources/{kind}",
            "The rows of one kind, read now",
            (*PLACE, PARENT),
            answer=protocol.Page,
        ),
        KindHandler,
    ),
    (
        Route(
            "POST",
            "resources/{kind}",
            "Create a resource from the parameters of AWS's Create operation",
            PLACE,
            body=PARAMETERS,
            answer=protocol.Created,
            status=201,
        ),
        KindHandler,
    ),
    (
        Route("GET", "resources/{kind}/{id}", "One resource", PLACE, answer=protocol.Resource),
        ResourceHandler,
    ),
    (
        Route(
            "POST",
            "resources/{kind}/{id}/open",
            "Redirect to the presigned URL of the resource; posted by a form into a new tab",
            PLACE,
            form=True,
            status=303,
        ),
        OpenHandler,
    ),
    (
        Route(
            "POST",
            "resources/{kind}/{id}/{verb}",
            "Do one of the kind's verbs, with more parameters if it takes any",
            PLACE,
            body=PARAMETERS,
            status=204,
        ),
        VerbHandler,
    ),
    (
        Route(
            "GET",
            "instance-types",
            "The instance types of a use, with prices and quotas as far as known",
            (*PLACE, USE),
            answer=protocol.InstanceTypes,
        ),
        InstanceTypesHandler,
    ),
    (
        Route(
            "POST",
            "execution-roles",
            "Create a role that SageMaker may assume, with AWS's policy for it",
            PLACE,
            answer=protocol.ExecutionRole,
            status=201,
        ),
        ExecutionRolesHandler,
    ),
    (
        Route(
            "GET",
            "forms/{operation}",
            "The form of an operation",
            (*PLACE, OF_KIND, OF_ID),
            answer=protocol.Form,
        ),
        FormHandler,
    ),
    (
        Route("GET", "plans", "The latest plans that were run", answer=list[protocol.Plan]),
        PlansHandler,
    ),
    (
        Route(
            "POST",
            "plans",
            "Propose a shut-down; nothing happens yet",
            body=protocol.PlanRequest,
            answer=protocol.Plan,
            status=201,
        ),
        PlansHandler,
    ),
    (Route("GET", "plans/{id}", "One plan", answer=protocol.Plan), PlanHandler),
    (
        Route("POST", "plans/{id}/run", "Run a proposed plan", answer=protocol.Plan),
        PlanRunHandler,
    ),
    (
        Route("POST", "plans/{id}/retry", "Resume a failed plan", answer=protocol.Plan),
        PlanRetryHandler,
    ),
    (
        Route("POST", "plans/{id}/stop", "Stop after the step that runs", answer=protocol.Plan),
        PlanStopHandler,
    ),
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
            "notebook-jobs/{id}/log",
            "The lines of a job's log",
            (NEXT,),
            answer=protocol.LogPage,
        ),
        NotebookJobLogHandler,
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
    (
        Route(
            "GET",
            "endpoints/{id}/formats",
            "What an endpoint takes and answers, as far as its model says so",
            PLACE,
            answer=protocol.EndpointFormats,
        ),
        EndpointFormatsHandler,
    ),
    (
        Route(
            "POST",
            "endpoints/{id}/invocations",
            "Send one request to an endpoint's model, and wait for its answer",
            PLACE,
            body=protocol.InvocationRequest,
            answer=protocol.Invocation,
        ),
        InvocationsHandler,
    ),
    (
        Route(
            "POST",
            "endpoints/{id}/invocations/stream",
            "As above; the answer as the model writes it, one part a line",
            PLACE,
            body=protocol.InvocationRequest,
            answer=protocol.InvocationPart,
            answer_type="application/jsonlines",
        ),
        InvocationStreamHandler,
    ),
    (
        Route(
            "GET",
            "endpoints/{id}/log",
            "What an endpoint's containers logged about the time of a call",
            (*PLACE, AT, SECONDS),
            answer=protocol.CallLog,
        ),
        CallLogHandler,
    ),
    (
        Route(
            "GET",
            "jumpstart/models",
            "JumpStart's models, as known now; what is old is read again in the background",
            PLACE,
            answer=protocol.JumpStartCatalogue,
        ),
        JumpStartModelsHandler,
    ),
    (
        Route("POST", "jumpstart/models/refresh", "Read the models again now", PLACE, status=202),
        JumpStartRefreshHandler,
    ),
    (
        Route(
            "POST",
            "jumpstart/models/documents",
            "Read the documents of models in the background, so that their rows say all",
            PLACE,
            body=protocol.DocumentsRequest,
            status=202,
        ),
        JumpStartDocumentsHandler,
    ),
    (
        Route(
            "GET",
            "jumpstart/models/{hub}/{id}/{version}",
            "A model's page, read from its document; - stands for a hub where there is none",
            PLACE,
            answer=protocol.ModelPage,
        ),
        JumpStartModelHandler,
    ),
    (
        Route(
            "POST",
            "jumpstart/deploy/check",
            "What is known before a model is deployed",
            body=protocol.DeployRequest,
            answer=protocol.Checked,
        ),
        DeployCheckHandler,
    ),
    (
        Route(
            "POST",
            "jumpstart/deploy",
            "Deploy a model to an endpoint",
            body=protocol.DeployRequest,
            answer=protocol.Launch,
            status=201,
        ),
        DeployHandler,
    ),
    (
        Route(
            "POST",
            "jumpstart/fine-tune/check",
            "What is known before a model is fine-tuned",
            body=protocol.FineTuneRequest,
            answer=protocol.Checked,
        ),
        FineTuneCheckHandler,
    ),
    (
        Route(
            "POST",
            "jumpstart/fine-tune",
            "Train a model on data of one's own",
            body=protocol.FineTuneRequest,
            answer=protocol.Launch,
            status=201,
        ),
        FineTuneHandler,
    ),
    (
        Route(
            "POST",
            "jumpstart/data/check",
            "A folder, or what is in S3, against the format of a model's training data",
            body=protocol.FineTuneRequest,
            answer=protocol.DataCheck,
        ),
        DataCheckHandler,
    ),
    (
        Route(
            "POST",
            "jumpstart/code",
            "A deployment or a fine-tuning as code",
            body=protocol.CodeRequest,
            answer=protocol.Code,
        ),
        LaunchCodeHandler,
    ),
    (
        Route(
            "GET",
            "jumpstart/launches",
            "The latest deployments and fine-tunings",
            answer=list[protocol.Launch],
        ),
        LaunchesHandler,
    ),
    (
        Route(
            "GET",
            "jumpstart/launches/{id}",
            "One deployment or fine-tuning",
            answer=protocol.Launch,
        ),
        LaunchHandler,
    ),
    (
        Route(
            "POST",
            "jumpstart/launches/{id}/cancel",
            "End a launch; a deployment deletes what it made, a training job is stopped",
            answer=protocol.Launch,
        ),
        LaunchCancelHandler,
    ),
    (
        Route(
            "GET",
            "jumpstart/launches/{id}/log",
            "The lines of a fine-tuning's log",
            (NEXT,),
            answer=protocol.LogPage,
        ),
        LaunchLogHandler,
    ),
    (
        Route(
            "GET",
            "jumpstart/assets",
            "Endpoints and training jobs of JumpStart's models, by their tags",
            PLACE,
            answer=protocol.LaunchedAssets,
        ),
        AssetsHandler,
    ),
    (
        Route(
            "GET",
            "jumpstart/forms",
            "The saved forms, the last one sent first",
            answer=list[protocol.SavedForm],
        ),
        FormsHandler,
    ),
    (
        Route(
            "PUT",
            "jumpstart/forms",
            "Save a form under its name",
            body=protocol.SavedForm,
            answer=list[protocol.SavedForm],
        ),
        FormsHandler,
    ),
    (
        Route(
            "DELETE",
            "jumpstart/forms",
            "Forget a saved form",
            (FORM,),
            answer=list[protocol.SavedForm],
        ),
        FormsHandler,
    ),
    (
        Route(
            "GET",
            "jumpstart/solutions",
            "JumpStart's solutions, those that run through the connection first",
            PLACE,
            answer=protocol.Solutions,
        ),
        SolutionsHandler,
    ),
    (
        Route(
            "GET",
            "jumpstart/solutions/{id}",
            "A solution: what its template makes, asks for and tells",
            PLACE,
            answer=protocol.SolutionPage,
        ),
        SolutionHandler,
    ),
    (
        Route(
            "GET",
            "jumpstart/solution-launches",
            "The latest launched solutions, newest first",
            answer=list[protocol.SolutionLaunch],
        ),
        SolutionLaunchesHandler,
    ),
    (
        Route(
            "POST",
            "jumpstart/solution-launches",
            "Make the stack of a solution; a failure deletes what it made, unless asked otherwise",
            body=protocol.SolutionLaunchRequest,
            answer=protocol.SolutionLaunch,
            status=201,
        ),
        SolutionLaunchesHandler,
    ),
    (
        Route(
            "GET",
            "jumpstart/solution-launches/{id}",
            "A launched solution: its stack's events, resources and outputs, as they are now",
            answer=protocol.SolutionLaunch,
        ),
        SolutionLaunchHandler,
    ),
    (
        Route(
            "POST",
            "jumpstart/solution-launches/{id}/delete",
            "Delete all of a launched solution, also while it is being made",
            body=protocol.SolutionDeleteRequest,
            answer=protocol.SolutionLaunch,
        ),
        SolutionDeleteHandler,
    ),
    (
        Route(
            "POST",
            "jumpstart/solution-files",
            "Copy a solution's notebook and files into a folder; what is there already stays",
            body=protocol.SolutionFilesRequest,
            answer=protocol.SolutionFiles,
        ),
        SolutionFilesHandler,
    ),
    (Route("GET", "local", "The local engine", answer=protocol.LocalEngine), LocalHandler),
    (
        Route("POST", "local/start", "Start the local engine", answer=protocol.LocalEngine),
        LocalStartHandler,
    ),
    (
        Route("GET", "local/demo", "The demo: its steps, and how far it is", answer=protocol.Demo),
        DemoHandler,
    ),
    (
        Route(
            "POST",
            "local/demo",
            "Fill the local engine with the demo; what is there already is kept",
            (REGION,),
            answer=protocol.Demo,
        ),
        DemoHandler,
    ),
    (
        Route("POST", "local/demo/stop", "Stop the demo that runs", answer=protocol.Demo),
        DemoStopHandler,
    ),
    (
        Route("GET", "policy", "The IAM policy the extension needs", answer=PARAMETERS),
        PolicyHandler,
    ),
    (Route("GET", "openapi.json", "This description", answer=PARAMETERS), OpenApiHandler),
)


def handlers() -> list[tuple[str, type[SmextHandler], dict[str, Any]]]:
    """Tornado's handlers, one for each path, without the server's base URL."""
    paths: dict[str, tuple[str, type[SmextHandler], dict[str, Route]]] = {}
    for route, handler in ROUTES:
        paths.setdefault(route.path, (route.pattern, handler, {}))[2][route.method] = route
    known = [(pattern, handler, {"routes": by}) for pattern, handler, by in paths.values()]
    return [*known, (rf"/{PREFIX}(?:/.*)?", UnknownHandler, {"routes": {}})]
