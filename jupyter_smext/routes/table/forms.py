"""Routes of forms: what can be created and changed, with which parameters, and as which code."""

from __future__ import annotations

from typing import Any

from ... import protocol
from ..forms import (
    CallCodeHandler,
    FormHandler,
    FormsHandler,
    ParametersHandler,
    ResourceCodeHandler,
)
from ..handler import SmextHandler
from ..route import PLACE, Query, Route

OF_KIND = Query("kind", "Kind of the resource whose values are the form's defaults")
OF_ID = Query("id", "Row id of the resource whose values are the form's defaults")

ROUTES: tuple[tuple[Route, type[SmextHandler]], ...] = (
    (
        Route(
            "GET",
            "forms",
            "Every Create operation of AWS, and what it creates",
            answer=list[protocol.Creatable],
        ),
        FormsHandler,
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
        Route(
            "POST",
            "forms/{operation}",
            "The form of an operation, with parameters of it filled in; nothing is created",
            PLACE,
            body=dict[str, Any],
            answer=protocol.Form,
        ),
        FormHandler,
    ),
    (
        Route(
            "GET",
            "resources/{kind}/{id}/parameters",
            "The parameters that would create the resource again, under another name",
            PLACE,
            answer=protocol.CreateParameters,
        ),
        ParametersHandler,
    ),
    (
        Route(
            "GET",
            "resources/{kind}/{id}/code",
            "What can be done with the resource, as code",
            PLACE,
            answer=list[protocol.CodeSample],
        ),
        ResourceCodeHandler,
    ),
    (
        Route(
            "POST",
            "code",
            "Calls of AWS, written as code; nothing is called",
            body=protocol.CallCodeRequest,
            answer=protocol.CallCode,
        ),
        CallCodeHandler,
    ),
)
