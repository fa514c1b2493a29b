"""What of a contract an existing client would trip over in the next one: something gone, or something newly asked."""

from collections.abc import Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]
_COMPOSED = ("allOf", "anyOf", "oneOf")
# A bound that becomes tighter refuses what was accepted.
_TIGHTER = {"maxLength": -1, "maximum": -1, "maxItems": -1, "minLength": 1, "minimum": 1, "minItems": 1}


def breaks(old: Document, new: Document) -> Iterator[str]:
    """Each change from the old contract to the new one that breaks a client, as a sentence."""
    for name, (path, method, before) in _operations(old).items():
        if name not in _operations(new):
            yield f"{name}: the operation is gone"
            continue
        new_path, new_method, after = _operations(new)[name]
        if (path, method) != (new_path, new_method):
            yield f"{name}: moved from {method.upper()} {path} to {new_method.upper()} {new_path}"
        yield from (f"{name}: {what}" for what in _parameters(old, before, new, after))
        yield from (f"{name}: {what}" for what in _body(old, before, new, after))
        yield from (f"{name}: {what}" for what in _answers(old, before, new, after))


def _operations(document: Document) -> dict[str, tuple[str, str, Document]]:
    return {
        one["operationId"]: (path, method, one)
        for path, methods in document["paths"].items()
        for method, one in methods.items()
    }


def _resolved(document: Document, part: Document) -> Document:
    while "$ref" in part:
        found: Any = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def _parameters(old: Document, before: Document, new: Document, after: Document) -> Iterator[str]:
    def by_name(document: Document, one: Document) -> dict[tuple[str, str], Document]:
        parameters = (_resolved(document, parameter) for parameter in one.get("parameters", ()))
        return {(parameter["in"], parameter["name"]): parameter for parameter in parameters}

    known, kept = by_name(old, before), by_name(new, after)
    for key, parameter in known.items():
        if key not in kept:
            yield f"the parameter {key[1]} is gone"
        else:
            yield from _inputs(old, parameter["schema"], new, kept[key]["schema"], f"?{key[1]}", ())
    for key, parameter in kept.items():
        if parameter.get("required") and not known.get(key, {}).get("required"):
            yield f"the parameter {key[1]} is now required"


def _body(old: Document, before: Document, new: Document, after: Document) -> Iterator[str]:
    asked, asks = before.get("requestBody", {}), after.get("requestBody", {})
    if asks.get("required") and not asked.get("required"):
        yield "a body is now required"
    for media, content in asked.get("content", {}).items():
        if media not in asks.get("content", {}):
            yield f"no body as {media} any more"
        else:
            yield from _inputs(old, content["schema"], new, asks["content"][media]["schema"], "", ())


def _answers(old: Document, before: Document, new: Document, after: Document) -> Iterator[str]:
    for status, answer in before["responses"].items():
        if not status.startswith("2"):
            continue
        if status not in after["responses"]:
            yield f"no answer {status} any more"
            continue
        contents = _resolved(new, after["responses"][status]).get("content", {})
        for media, content in _resolved(old, answer).get("content", {}).items():
            if media not in contents:
                yield f"no answer as {media} any more"
            else:
                yield from _outputs(old, content.get("schema", {}), new, contents[media].get("schema", {}), "", ())


def _shape(document: Document, schema: Document) -> tuple[dict[str, Document], set[str], frozenset[str]]:
    """Properties, the required ones, and the types (with null) that a schema allows, its parts put together."""
    schema = _resolved(document, schema)
    properties, required = dict(schema.get("properties", {})), set(schema.get("required", ()))
    types = {schema["type"]} if isinstance(schema.get("type"), str) else set(schema.get("type", ()))
    for kind in _COMPOSED:
        for part in schema.get(kind, ()):
            more, needed, of = _shape(document, part)
            properties |= more
            types |= of
            required |= needed if kind == "allOf" else set()
    return properties, required, frozenset(types)


def _inputs(
    old: Document, before: Document, new: Document, after: Document, at: str, seen: tuple[str, ...]
) -> Iterator[str]:
    """An input breaks when it asks for more, or takes less."""
    if before.get("$ref", "") in seen:
        return
    seen = (*seen, before["$ref"]) if "$ref" in before else seen
    (known, required, types), (kept, asked, taken) = _shape(old, before), _shape(new, after)
    if types - taken and taken:
        yield f"{at or '/'} takes no {', '.join(sorted(types - taken))} any more"
    yield from (f"{at}/{name} is no longer taken" for name in known.keys() - kept.keys())
    yield from (f"{at}/{name} is now required" for name in asked - required)
    before, after = _resolved(old, before), _resolved(new, after)
    for word, sign in _TIGHTER.items():
        if word in after and (word not in before or (after[word] - before[word]) * sign > 0):
            yield f"{at or '/'} has a tighter {word}"
    if "enum" in after and set(before.get("enum", ())) - set(after["enum"]):
        yield f"{at or '/'} takes fewer values"
    for name in known.keys() & kept.keys():
        yield from _inputs(old, known[name], new, kept[name], f"{at}/{name}", seen)
    if "items" in before and "items" in after:
        yield from _inputs(old, before["items"], new, after["items"], f"{at}/0", seen)


def _outputs(
    old: Document, before: Document, new: Document, after: Document, at: str, seen: tuple[str, ...]
) -> Iterator[str]:
    """An output breaks when something is gone, may be absent, or is of another type."""
    if before.get("$ref", "") in seen:
        return
    seen = (*seen, before["$ref"]) if "$ref" in before else seen
    (known, given, types), (kept, still, sent) = _shape(old, before), _shape(new, after)
    if sent - types and types:
        yield f"{at or '/'} may now be {', '.join(sorted(sent - types))}"
    yield from (f"{at}/{name} is no longer answered" for name in known.keys() - kept.keys())
    yield from (f"{at}/{name} may now be absent" for name in (given - still) & kept.keys())
    for name in known.keys() & kept.keys():
        yield from _outputs(old, known[name], new, kept[name], f"{at}/{name}", seen)
    before, after = _resolved(old, before), _resolved(new, after)
    if "items" in before and "items" in after:
        yield from _outputs(old, before["items"], new, after["items"], f"{at}/0", seen)
