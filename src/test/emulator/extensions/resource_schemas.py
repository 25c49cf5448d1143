"""What CloudFormation's resource schemas say about an update: which properties replace a resource, and in which order.

cfn-lint ships the schemas of CloudFormation's registry, so that no list here can be wrong or out of date.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import cfnlint

_SCHEMAS = Path(cfnlint.__file__).parent / "data" / "schemas"

# Conditional in the schema, and changed without a replacement for what this emulator has: an instance with an EBS root
# volume in a VPC. CloudFormation stops and starts the instance for the first three.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-instance.html
INTERRUPTING = {"/properties/UserData", "/properties/InstanceType", "/properties/EbsOptimized"}
_CHANGED_IN_PLACE = {"AWS::EC2::Instance": INTERRUPTING | {"/properties/SecurityGroupIds"}}


@cache
def _schema(kind: str) -> dict[str, Any]:
    if kind.startswith("Custom::"):
        return {}
    provider: dict[str, str] = json.loads((_SCHEMAS / "providers" / "us-east-1.json").read_text())
    return dict(json.loads((_SCHEMAS / "resources" / f"{provider[kind]}.json").read_text()))


def is_replaced(kind: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether this change of properties makes CloudFormation create another resource."""
    schema = _schema(kind)
    conditional = set(schema.get("conditionalCreateOnlyProperties", [])) - _CHANGED_IN_PLACE.get(kind, set())
    return any(
        differs(path, old, new) for path in [*schema.get("createOnlyProperties", []), *sorted(conditional)]
    )


def is_deleted_first(kind: str) -> bool:
    """Whether a replacement deletes the old resource before it creates the new one."""
    return bool(_schema(kind).get("replacementStrategy") == "delete_then_create")


def differs(path: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether the property at a schema's path, as /properties/A/B, has another value."""
    steps = path.split("/")[2:]
    return _at(steps, old) != _at(steps, new)


def _at(steps: list[str], value: Any) -> Any:
    if not steps or value is None:
        return value
    first, rest = steps[0], steps[1:]
    if first == "*":
        return [_at(rest, item) for item in value]
    return _at(rest, value.get(first)) if isinstance(value, dict) else None
