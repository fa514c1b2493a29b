"""The contract: OpenAPI 3.1 generated from the code, made small and complete for those who generate clients from it."""

from pathlib import Path
from typing import Any

import yaml
from fastapi import FastAPI

from zhidu.policy.guard import ProblemOut, problems

OFTEN = 8
SERVERS = [{"url": "/", "description": "The installation that serves this document."}]
LICENCE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "POST /api/v1/auth/sign-in."}
}


def contract(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, as committed in openapi.yaml."""
    document = app.openapi()
    document["info"]["license"] = LICENCE
    document["servers"] = SERVERS
    document["security"] = [{"bearer": []}]
    components = document["components"]
    components["securitySchemes"] = SECURITY
    components["schemas"]["Problem"] = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    components["responses"] = {}
    for path, methods in document["paths"].items():
        for operation in methods.values():
            if "x-duty" not in operation:
                operation["security"] = []
            _complete_problems(path, operation)
            _share_problems(operation, components["responses"])
    components["parameters"] = _shared_parameters(document["paths"])
    _extend_details(components["schemas"])
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    document["tags"] = [{"name": name} for name in _tags(document)]
    return document


def _complete_problems(path: str, operation: dict[str, Any]) -> None:
    """What every body and every record in a path can be answered with, whoever wrote the operation."""
    also = [401, 403] if "x-duty" in operation else []
    also += [404] if "{" in path else []
    also += [413, 422] if "requestBody" in operation else []
    for status in also:
        operation["responses"].setdefault(str(status), problems(status)[status])


def _share_problems(operation: dict[str, Any], shared: dict[str, Any]) -> None:
    """Each problem response is described once for the whole contract."""
    if "HTTPValidationError" in str(operation["responses"].get("422")):  # the framework's own, which the edge replaces
        operation["responses"]["422"] = problems(422)[422]
    for status, response in operation["responses"].items():
        if "application/problem+json" in response.get("content", {}):
            name = f"Problem{status}"
            shared[name] = response
            operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}


def _shared_parameters(paths: dict[str, Any]) -> dict[str, Any]:
    """Parameters that stand alike in many operations (limit, cursor, If-Match) are described once."""
    every = [
        (operation["parameters"], index, parameter)
        for path in paths.values()
        for operation in path.values()
        for index, parameter in enumerate(operation.get("parameters", ()))
    ]
    alike: dict[str, list[tuple[list[Any], int, dict[str, Any]]]] = {}
    for place in every:
        alike.setdefault(repr(place[2]), []).append(place)
    shared: dict[str, Any] = {}
    for places in alike.values():
        parameter = places[0][2]
        name = parameter["name"].replace("-", "")
        if len(places) < OFTEN or name in shared:
            continue
        shared[name] = parameter
        for parameters, index, _ in places:
            parameters[index] = {"$ref": f"#/components/parameters/{name}"}
    return shared


def _extend_details(schemas: dict[str, Any]) -> None:
    """A record alone is the record of the list, and the steps that can follow."""
    for name, schema in schemas.items():
        listed = f"{name.removesuffix('Detail')}Out"
        # One that shows a field otherwise than the list does is no extension of it.
        if not name.endswith("Detail") or listed not in schemas:
            continue
        if schemas[listed]["properties"].items() <= schema["properties"].items():
            more = {k: v for k, v in schema["properties"].items() if k not in schemas[listed]["properties"]}
            schemas[name] = {
                "title": name,
                "description": f"{listed} with the steps that can follow.",
                "allOf": [
                    {"$ref": f"#/components/schemas/{listed}"},
                    {"type": "object", "required": list(more), "properties": more},
                ],
            }


def _tags(document: dict[str, Any]) -> list[str]:
    found = (tag for path in document["paths"].values() for operation in path.values() for tag in operation["tags"])
    return list(dict.fromkeys(found))


class _Plain(yaml.SafeDumper):
    """YAML without anchors: the same part is written out where it stands, so that a diff shows what changed."""

    def ignore_aliases(self, data: Any) -> bool:
        """Never write an anchor."""
        return True


def write(document: dict[str, Any], path: Path) -> None:
    """Write the contract, the same for the same code."""
    text = yaml.dump(document, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=120)
    path.write_text(text, encoding="utf-8")
