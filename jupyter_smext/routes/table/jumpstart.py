"""Routes of JumpStart's models: the catalogue, launches and what they made."""

from __future__ import annotations

from ... import protocol
from ..handler import SmextHandler
from ..jumpstart_assets import ArchiveDeleteHandler, AssetsHandler
from ..jumpstart_models import (
    JumpStartDocumentsHandler,
    JumpStartModelHandler,
    JumpStartModelsHandler,
    JumpStartRefreshHandler,
)
from ..launches import (
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
)
from ..route import PLACE, Query, Route
from ..training import TrainingMetricsHandler, TrainingProgressHandler

FORM = Query("name", "Name of the form", True)
NEXT = Query("next", "`next` of an earlier answer; absent for the log's beginning")

ROUTES: tuple[tuple[Route, type[SmextHandler]], ...] = (
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
            "jumpstart/launches/{id}/metrics",
            "The metrics that a fine-tuning has reported in its log",
            (NEXT,),
            answer=protocol.TrainingMetrics,
        ),
        TrainingMetricsHandler,
    ),
    (
        Route(
            "GET",
            "jumpstart/launches/{id}/training",
            "A fine-tuning's job: its phases, and the last value of each metric",
            answer=protocol.TrainingProgress,
        ),
        TrainingProgressHandler,
    ),
    (
        Route(
            "POST",
            "jumpstart/launches/{id}/archive/delete",
            "Delete the archive that a launch put a model and its script into, once that is gone",
            status=204,
        ),
        ArchiveDeleteHandler,
    ),
    (
        Route(
            "GET",
            "jumpstart/assets",
            "What JumpStart or this extension made, by tags and journals, as it is now",
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
)
