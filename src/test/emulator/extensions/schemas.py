"""What an update of a property means, from CloudFormation's own resource schemas as cfn-lint ships them.

https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import cfnlint

_SCHEMAS = Path(cfnlint.__file__).parent / "data" / "schemas"

# The schemas do not say when a conditional create-only property means replacement. These do not: "Some interruptions" for
# an EBS-backed instance, and "No interruption" for security groups in a VPC. All others replace the resource.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-instance.html
_IN_PLACE = {
    "AWS::EC2::Instance": {
        "AdditionalInfo",
        "Affinity",
        "EbsOptimized",
        "HostId",
        "InstanceType",
        "KernelId",
        "PrivateDnsNameOptions",
        "RamdiskId",
        "SecurityGroupIds",
        "Tenancy",
        "UserData",
    }
}


@cache
def _providers() -> dict[str, str]:
    providers: dict[str, str] = json.loads((_SCHEMAS / "providers" / "us-east-1.json").read_text())
    return providers


@cache
def _schema(resource_type: str) -> dict[str, Any]:
    """Empty for a type without a schema, such as a custom resource."""
    digest = _providers().get(resource_type)
    schema: dict[str, Any] = json.loads((_SCHEMAS / "resources" / f"{digest}.json").read_text()) if digest else {}
    return schema


def replaces(resource_type: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether these resolved properties need a new physical resource."""
    schema = _schema(resource_type)
    in_place = _IN_PLACE.get(resource_type, set())
    paths = [_path(pointer) for pointer in schema.get("createOnlyProperties", [])]
    paths += [
        path
        for path in map(_path, schema.get("conditionalCreateOnlyProperties", []))
        if path[0] not in in_place
    ]
    return any(_value(old, path) != _value(new, path) for path in paths)


def deletes_first(resource_type: str) -> bool:
    """Whether a replacement deletes the old resource before it creates the new one."""
    return bool(_schema(resource_type).get("replacementStrategy") == "delete_then_create")


def _path(pointer: str) -> list[str]:
    """From a pointer such as /properties/KeySchema/0; what an array holds is compared as a whole."""
    names = pointer.removeprefix("/properties/").split("/")
    return names[: names.index("*")] if "*" in names else names


def _value(properties: Any, path: list[str]) -> Any:
    for name in path:
        properties = properties.get(name) if isinstance(properties, dict) else None
    return properties
