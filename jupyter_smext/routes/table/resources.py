"""Routes of what AWS has: kinds, connections, rows, forms, plans."""

from __future__ import annotations

from typing import Any

from ... import protocol
from ..connections import ConnectionsHandler, IdentityHandler
from ..handler import SmextHandler
from ..instance_types import InstanceTypesHandler
from ..inventory import InventoryHandler, RefreshHandler
from ..kinds import KindsHandler
from ..plans import PlanHandler, PlanRetryHandler, PlanRunHandler, PlansHandler, PlanStopHandler
from ..resources import KindHandler, OpenHandler, ResourceHandler, VerbHandler
from ..roles import ExecutionRolesHandler
from ..route import PLACE, Query, Route

PARAMETERS = dict[str, Any]
SINCE = Query("since", "Only pages of a later revision; 0 or absent for all", type="integer")
PARENT = Query("parent", "Row id of the parent, for kinds listed by their parent")
USE = Query("use", "What for: notebook, studio, training, processing or hosting", True)

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
            "GET",
            "execution-roles",
            "What a new execution role would be: whom it trusts, and what it may do",
            PLACE,
            answer=protocol.NewRole,
        ),
        ExecutionRolesHandler,
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
)
