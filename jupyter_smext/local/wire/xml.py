"""XML both ways, by the serialization traits of botocore's shapes."""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from botocore.model import Shape

from ..contract import ServiceError

XML = "text/xml"


def plain(text: str) -> str:
    """The text without the control characters that XML has no way to say."""
    return "".join(c for c in text if c in "\t\n\r" or c >= " ")


def members(shape: Shape, value: Mapping[str, Any]) -> str:
    """The elements of a structure's members."""
    parts = []
    for name, member in shape.members.items():
        one = value.get(name)
        traits = member.serialization
        if one is None or traits.get("location") or traits.get("xmlAttribute"):
            continue
        parts.append(_element(traits.get("name", name), member, one))
    return "".join(parts)


def _element(tag: str, shape: Shape, value: Any) -> str:
    if shape.type_name == "list" and shape.serialization.get("flattened"):
        return "".join(_element(tag, shape.member, one) for one in value)
    return f"<{tag}{_attributes(shape, value)}>{content(shape, value)}</{tag}>"


def _attributes(shape: Shape, value: Any) -> str:
    namespace = shape.serialization.get("xmlNamespace")
    text = ""
    if isinstance(namespace, Mapping):
        prefix = f":{namespace['prefix']}" if namespace.get("prefix") else ""
        text = f" xmlns{prefix}={quoteattr(namespace['uri'])}"
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            traits = member.serialization
            if traits.get("xmlAttribute") and value.get(name) is not None:
                text += f" {traits.get('name', name)}={quoteattr(plain(str(value[name])))}"
    return text


def content(shape: Shape, value: Any) -> str:
    """What stands inside the element of a value."""
    kind = shape.type_name
    if kind == "structure":
        return members(shape, value)
    if kind == "list":
        tag = shape.member.serialization.get("name", "member")
        return "".join(_element(tag, shape.member, one) for one in value)
    if kind == "map":
        key = shape.key.serialization.get("name", "key")
        inner = shape.value.serialization.get("name", "value")
        return "".join(
            f"<entry>{_element(key, shape.key, name)}{_element(inner, shape.value, one)}</entry>"
            for name, one in value.items()
        )
    if kind == "timestamp":
        return iso8601(value)
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "blob":
        return base64.b64encode(value).decode()
    return escape(plain(str(value)))


def iso8601(epoch: float) -> str:
    """2026-01-31T12:00:00.000Z."""
    moment = datetime.fromtimestamp(epoch, timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def scalar(shape: Shape, text: str) -> Any:
    """A boolean or number out of its text; a text that is none is left for the contract to name."""
    if shape.type_name == "boolean":
        return {"true": True, "false": False}.get(text.lower(), text)
    try:
        if shape.type_name in ("integer", "long"):
            return int(text)
        if shape.type_name in ("float", "double"):
            return float(text)
    except ValueError:
        pass
    return text


def read(shape: Shape, body: bytes) -> Any:
    """A document as the value of a shape. Raises ServiceError MalformedXML."""
    # A document type could define entities that grow without end; no AWS request has one.
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise _malformed()
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError, LookupError):
        raise _malformed() from None
    return _value(shape, root)


def _malformed() -> ServiceError:
    # Amazon S3 API Reference, "Error responses".
    return ServiceError(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )


def _value(shape: Shape, element: ElementTree.Element) -> Any:
    kind = shape.type_name
    if kind == "structure":
        return _structure(shape, element)
    if kind == "list":
        tag = shape.member.serialization.get("name", "member")
        return [_value(shape.member, one) for one in element if _tag(one) == tag]
    if kind == "map":
        pairs = (list(entry) for entry in element)
        return {str(_text(k)): _value(shape.value, v) for k, v, *_ in pairs}
    return scalar(shape, _text(element))


def _structure(shape: Shape, element: ElementTree.Element) -> dict[str, Any]:
    children: dict[str, list[ElementTree.Element]] = {}
    for child in element:
        children.setdefault(_tag(child), []).append(child)
    found: dict[str, Any] = {}
    for name, member in shape.members.items():
        traits = member.serialization
        tag = traits.get("name", name)
        if traits.get("xmlAttribute"):
            local = tag.rpartition(":")[2]
            for attribute, text in element.attrib.items():
                if attribute.rpartition("}")[2] == local:
                    found[name] = text
        elif tag in children:
            if member.type_name == "list" and traits.get("flattened"):
                found[name] = [_value(member.member, one) for one in children[tag]]
            else:
                found[name] = _value(member, children[tag][0])
    return found


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(element: ElementTree.Element) -> str:
    return element.text or ""
