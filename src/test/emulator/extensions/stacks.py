"""Stacks that a failed resource fails, and that the CDK CLI can update and destroy.

moto has no state for a failure, and no rollback to offer: here a stack whose custom resource fails stays as it is, as in
CloudFormation with the rollback disabled. It does not know the previous value of a parameter that was left to its
default, for which the CLI asks at each update. And it deletes in no order, and gives up at what it cannot delete.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from moto.cloudformation.models import Stack
from moto.cloudformation.parsing import ResourceMap
from moto.core.common_models import CloudFormationModel

from extensions.custom_resources import ResourceFailed

_create = Stack.create_resources
_update = Stack.update
_delete = Stack.delete


def _with_defaults(stack: Stack) -> None:
    declared = stack.template_dict.get("Parameters", {})
    defaults = {name: parameter["Default"] for name, parameter in declared.items() if "Default" in parameter}
    stack.parameters = {**defaults, **stack.parameters}
    _create(stack)


def _delete_latest_first(resources: ResourceMap) -> None:
    created = [found for found in resources._parsed_resources.values() if isinstance(found, CloudFormationModel)]
    for resource in reversed(created):
        # A custom resource's failure is no Exception, and goes on to the stack.
        with suppress(Exception):
            declared = resources._resource_json_map[resource.logical_resource_id]  # type: ignore[attr-defined]
            resources._delete_resource(resource, declared)


def _failing_with(status: str, operation: Callable[..., None]) -> Callable[..., None]:
    def run(stack: Stack, *args: Any, **kwargs: Any) -> None:
        template = stack.template
        try:
            operation(stack, *args, **kwargs)
        except ResourceFailed as failure:
            # The next deployment compares with the last template that worked, and so tries the failed resource again.
            stack.template = template
            stack._parse_template()
            stack.resource_map._resource_json_map = stack.template_dict["Resources"]
            stack.status = status
            stack._add_stack_event(status, resource_status_reason=str(failure))

    return run


def install() -> None:
    """Puts these operations in the place of moto's."""
    stack: Any = Stack
    stack.create_resources = _failing_with("CREATE_FAILED", _with_defaults)
    stack.update = _failing_with("UPDATE_FAILED", _update)
    stack.delete = _failing_with("DELETE_FAILED", _delete)
    resources: Any = ResourceMap
    resources.delete = _delete_latest_first
