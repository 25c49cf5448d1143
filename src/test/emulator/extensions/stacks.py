"""CloudFormation's operations on a stack: create, update with replacements, rollback, delete; and its change sets.

moto has the resources, and Lambda, EC2 and Systems Manager live on them; what it lacks is the order of things. It deletes
before it creates, knows no rollback, and updates what has changed in the template's text only. Another emulator has such an
engine (ministack), but for resources of its own: most of it would have to be replaced to work on those of moto.

An update creates and updates in the order of dependencies. A property whose reference leads to another value counts as
changed; the resource schemas say whether that means a replacement. What was replaced or removed is deleted at the end, in
the opposite order. A failed update goes back to the old properties, and then deletes what it had created.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import ChangeSet, CloudFormationBackend, Event, Stack
from moto.cloudformation.parsing import OutputMap, ResourceMap, clean_json, parse_and_create_resource
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models.core import TaggedEC2Resource

from extensions import resource_operations, signals
from extensions.custom_resources import CustomResource
from extensions.failures import ResourceFailed
from extensions.resource_schemas import is_deleted_first, is_replaced

Template = dict[str, Any]

_UPDATABLE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}
_new_change_set = CloudFormationBackend.create_change_set


class ChangeSetNotFound(ServiceException):
    """What the CLI waits for after it has deleted a change set."""

    code = "ChangeSetNotFound"


@dataclass(frozen=True)
class Deployed:
    """A resource that exists, and what it was made from."""

    logical_id: str
    kind: str
    properties: dict[str, Any]
    declaration: dict[str, Any]
    model: Any

    @property
    def physical_id(self) -> str:
        return str(getattr(self.model, "physical_resource_id", None) or self.logical_id)


class DeployedResources(ResourceMap):
    """The resources that exist, for references in a template. moto's own map creates what it does not have."""

    def __getitem__(self, key: str) -> Any:
        return self._parsed_resources[key]

    def __iter__(self) -> Iterator[str]:
        return iter([name for name in self._resource_json_map if name in self._parsed_resources])

    def use(self, template: Template, parameters: dict[str, Any]) -> None:
        """Takes references from this template from now on."""
        self._template = template
        self._resource_json_map = template["Resources"]
        self.input_parameters = parameters
        self.load()

    def declares(self, logical_id: str) -> bool:
        """Whether the resource exists by the template's conditions."""
        condition = self._resource_json_map[logical_id].get("Condition")
        return not condition or bool(self.lazy_condition_map[condition])

    def put(self, resource: Deployed) -> None:
        self._parsed_resources[resource.logical_id] = resource.model

    def remove(self, logical_id: str) -> None:
        self._parsed_resources.pop(logical_id, None)


def dependencies(resources: dict[str, Any], logical_id: str) -> list[str]:
    """What a resource depends on or refers to, directly."""
    declaration = resources[logical_id]
    depends_on = declaration.get("DependsOn", [])
    wanted = [depends_on] if isinstance(depends_on, str) else depends_on
    found = [*wanted, *_references(declaration.get("Properties", {}))]
    return [name for name in found if name in resources and name != logical_id]


def in_dependency_order(resources: dict[str, Any]) -> list[str]:
    """The logical ids, each after those that it depends on."""
    ordered: dict[str, None] = {}

    def visit(logical_id: str) -> None:
        if logical_id not in ordered:
            for name in dependencies(resources, logical_id):
                visit(name)
            ordered[logical_id] = None

    for logical_id in resources:
        visit(logical_id)
    return list(ordered)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        for name, argument in value.items():
            if name == "Ref":
                yield argument
            elif name == "Fn::GetAtt":
                yield argument.partition(".")[0] if isinstance(argument, str) else argument[0]
            else:
                if name == "Fn::Sub":
                    text = argument if isinstance(argument, str) else argument[0]
                    yield from re.findall(r"\$\{([A-Za-z0-9:]+)", text)
                yield from _references(argument)


class Operation:
    """One operation on a stack, with the resources that it will have to delete at its end."""

    def __init__(self, stack: Any):
        self._stack = stack
        self._map: DeployedResources = stack.resource_map
        self._deployed: dict[str, Deployed] = stack.deployed
        self._replaced: list[Deployed] = []

    def create(self) -> None:
        template = self._stack.template_dict
        try:
            self._use(template, self._stack.parameters)
            self._create_and_update(template)
        except ResourceFailed as failure:
            self._report("ROLLBACK_IN_PROGRESS", str(failure))
            self._delete(self._deployed.values(), template)
            self._report("ROLLBACK_FAILED" if self._deployed else "ROLLBACK_COMPLETE")
        else:
            self._report("CREATE_COMPLETE")

    def update(self, template_text: str, parameters: dict[str, Any]) -> None:
        stack = self._stack
        before, old_template, old_text = dict(self._deployed), stack.template_dict, stack.template
        old_parameters = stack.parameters
        stack.template = template_text
        stack._parse_template()
        template = stack.template_dict
        try:
            self._use(template, parameters)
            self._create_and_update(template)
        except ResourceFailed as failure:
            self._report("UPDATE_ROLLBACK_IN_PROGRESS", str(failure))
            stack.template, stack.template_dict = old_text, old_template
            self._use(old_template, old_parameters)
            self._roll_back(before, template)
        else:
            removed = [old for name, old in before.items() if name not in template["Resources"]]
            self._report("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
            self._delete([*self._replaced, *removed], old_template)
            self._report("UPDATE_COMPLETE")

    def delete(self) -> None:
        self._report("DELETE_IN_PROGRESS", "User Initiated")
        # With what a rollback that failed has left.
        self._delete([*self._deployed.values(), *self._stack.leftovers], self._stack.template_dict)
        self._report("DELETE_FAILED" if self._deployed else "DELETE_COMPLETE")

    def _use(self, template: Template, parameters: dict[str, Any]) -> None:
        declared = template.get("Parameters", {})
        defaults = {name: parameter["Default"] for name, parameter in declared.items() if "Default" in parameter}
        # With the defaults: the CLI asks for the previous value of each parameter.
        self._stack.parameters = {name: value for name, value in {**defaults, **parameters}.items() if name in declared}
        self._map.use(template, self._stack.parameters)

    def _create_and_update(self, template: Template) -> None:
        for logical_id in in_dependency_order(template["Resources"]):
            if not self._map.declares(logical_id):
                continue
            declaration = template["Resources"][logical_id]
            old = self._deployed.get(logical_id)
            if old is None:
                self._create(logical_id, declaration)
                continue
            if old.kind != declaration["Type"]:
                raise ResourceFailed(f"Update of resource type is not permitted: {logical_id}")
            properties = self._resolved(declaration)
            if properties == old.properties:
                self._keep(Deployed(logical_id, old.kind, properties, declaration, old.model))
            elif not is_replaced(old.kind, old.properties, properties):
                self._change(old, properties, declaration)
            elif is_deleted_first(old.kind):
                self._delete_one(old)
                self._create(logical_id, declaration)
            else:
                self._replaced.append(old)
                self._create(logical_id, declaration)

    def _roll_back(self, before: dict[str, Deployed], failed_template: Template) -> None:
        created = [now for name, now in self._deployed.items() if name not in before]
        try:
            for logical_id in in_dependency_order({name: old.declaration for name, old in before.items()}):
                created += self._restore(before[logical_id])
        except ResourceFailed as failure:
            self._stack.leftovers += [*created, *self._replaced]
            self._report("UPDATE_ROLLBACK_FAILED", str(failure))
            return
        self._report("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        self._delete(created, failed_template)
        self._report("UPDATE_ROLLBACK_COMPLETE")

    def _restore(self, old: Deployed) -> list[Deployed]:
        """Makes a resource what it was, and returns what the failed update had made of it and is to be deleted."""
        now = self._deployed.get(old.logical_id)
        if now and now.model is old.model:
            if now.properties != old.properties:
                self._change(now, old.properties, old.declaration)
            self._keep(old)
            return []
        if isinstance(old.model, CustomResource) and now:
            self._change(now, old.properties, old.declaration)
            restored = self._deployed[old.logical_id]
            return [other for other in (old, now) if other.physical_id != restored.physical_id]
        if old in self._replaced:
            self._replaced.remove(old)
            self._keep(old)
            return [now] if now else []
        # The old one was deleted first.
        if now:
            self._delete_one(now)
        self._create(old.logical_id, old.declaration)
        return []

    def _create(self, logical_id: str, declaration: dict[str, Any]) -> None:
        self._map.remove(logical_id)
        kind, properties = declaration["Type"], self._resolved(declaration)
        self._event(logical_id, kind, "", "CREATE_IN_PROGRESS")
        try:
            model: Any = parse_and_create_resource(
                logical_id, declaration, self._map, self._stack.account_id, self._stack.region_name
            )
            if model is None:
                raise ResourceFailed(f"the emulator has no resource type {kind}")
            signals.await_signal(model, declaration)
        except Exception as failure:
            left = getattr(failure, "model", None)
            if left is not None:
                # CloudFormation deletes what it could not finish, too.
                self._keep(Deployed(logical_id, kind, properties, declaration, left))
            raise self._failed(logical_id, kind, left, "CREATE_FAILED", failure) from failure
        if isinstance(model, TaggedEC2Resource):
            model.add_tags(
                {
                    "aws:cloudformation:stack-name": self._stack.name,
                    "aws:cloudformation:stack-id": self._stack.stack_id,
                    "aws:cloudformation:logical-id": logical_id,
                }
            )
        created = Deployed(logical_id, kind, properties, declaration, model)
        self._keep(created)
        self._event(logical_id, kind, created.physical_id, "CREATE_COMPLETE")

    def _change(self, old: Deployed, properties: dict[str, Any], declaration: dict[str, Any]) -> None:
        self._event(old.logical_id, old.kind, old.physical_id, "UPDATE_IN_PROGRESS")
        account, region = self._stack.account_id, self._stack.region_name
        try:
            model = resource_operations.update(old.kind, old.model, old.properties, properties, account, region)
        except Exception as failure:
            # The old properties have to be restored, also in what may be half changed.
            left = getattr(failure, "model", None) or old.model
            self._keep(Deployed(old.logical_id, old.kind, properties, declaration, left))
            raise self._failed(old.logical_id, old.kind, left, "UPDATE_FAILED", failure) from failure
        changed = Deployed(old.logical_id, old.kind, properties, declaration, model)
        if changed.physical_id != old.physical_id:
            self._replaced.append(old)
        self._keep(changed)
        self._event(old.logical_id, old.kind, changed.physical_id, "UPDATE_COMPLETE")

    def _delete(self, doomed: Iterable[Deployed], template: Template) -> None:
        """Deletes what depends on others before these. What cannot be deleted is reported, and stays with all it needs."""
        resources = template["Resources"]
        order = {name: place for place, name in enumerate(in_dependency_order(resources))}
        needed: set[str] = set()
        for resource in sorted(doomed, key=lambda one: order.get(one.logical_id, -1), reverse=True):
            try:
                if resource.logical_id not in needed:
                    self._delete_one(resource)
                    continue
            except ResourceFailed:
                pass
            if resource.logical_id in resources:
                needed.update(dependencies(resources, resource.logical_id))

    def _delete_one(self, resource: Deployed) -> None:
        deployed = self._deployed.get(resource.logical_id)
        current = deployed is not None and deployed.model is resource.model
        policy = resource.declaration.get("DeletionPolicy" if current else "UpdateReplacePolicy")
        if policy not in ("Retain", "RetainExceptOnCreate"):
            self._event(resource.logical_id, resource.kind, resource.physical_id, "DELETE_IN_PROGRESS")
            account, region = self._stack.account_id, self._stack.region_name
            try:
                resource_operations.delete(resource.kind, resource.model, resource.properties, account, region)
            except Exception as failure:
                raise self._failed(
                    resource.logical_id, resource.kind, resource.model, "DELETE_FAILED", failure
                ) from failure
            self._event(resource.logical_id, resource.kind, resource.physical_id, "DELETE_COMPLETE")
        if current:
            del self._deployed[resource.logical_id]
            self._map.remove(resource.logical_id)

    def _keep(self, resource: Deployed) -> None:
        self._deployed[resource.logical_id] = resource
        self._map.put(resource)

    def _resolved(self, declaration: dict[str, Any]) -> dict[str, Any]:
        properties: dict[str, Any] = clean_json(declaration.get("Properties", {}), self._map)
        return properties

    def _failed(self, logical_id: str, kind: str, model: Any, status: str, failure: Exception) -> ResourceFailed:
        reason = str(failure) or repr(failure)
        self._event(logical_id, kind, getattr(model, "physical_resource_id", ""), status, reason)
        return ResourceFailed(f"The following resource(s) failed: [{logical_id}]. {reason}", model)

    def _event(self, logical_id: str, kind: str, physical_id: str, status: str, reason: str | None = None) -> None:
        self._stack.events.append(
            Event(self._stack.stack_id, self._stack.name, logical_id, physical_id, kind, status, reason, None)
        )

    def _report(self, status: str, reason: str | None = None) -> None:
        self._stack.status = status
        self._stack._add_stack_event(status, resource_status_reason=reason)


def _resource_map(stack: Stack) -> ResourceMap:
    resources = DeployedResources(
        stack.stack_id,
        stack.name,
        stack.parameters,
        stack.tags,
        account_id=stack.account_id,
        region_name=stack.region_name,
        template=stack.template_dict,
        cross_stack_resources=stack.cross_stack_resources,
    )
    resources.load()
    state: Any = stack
    state.deployed, state.leftovers = {}, []
    return resources


def _create_stack(stack: Stack) -> None:
    Operation(stack).create()
    _tell_outputs(stack)


def _update_stack(
    stack: Stack,
    template: str,
    role_arn: str | None = None,
    parameters: dict[str, Any] | None = None,
    tags: dict[str, str] | None = None,
) -> None:
    _refuse_unless_updatable(stack)
    Operation(stack).update(template, parameters or {})
    _tell_outputs(stack)


def _refuse_unless_updatable(stack: Stack) -> None:
    """A stack whose rollback has failed is not updated: it takes ContinueUpdateRollback, which is not modelled."""
    if stack.status not in _UPDATABLE:
        raise ValidationError(message=f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated.")


def _create_change_set(backend: CloudFormationBackend, **options: Any) -> Any:
    if options["change_set_type"] == "UPDATE":
        _refuse_unless_updatable(backend.get_stack(options["stack_name"]))
    return _new_change_set(backend, **options)


def _delete_stack(stack: Stack) -> None:
    Operation(stack).delete()
    _tell_outputs(stack)


def _tell_outputs(stack: Any) -> None:
    """A stack that has not all of its resources has no outputs."""
    resources: DeployedResources = stack.resource_map
    declared = [name for name in stack.template_dict["Resources"] if resources.declares(name)]
    complete = all(name in stack.deployed for name in declared)
    stack.output_map = OutputMap(resources, stack.template_dict if complete else {}, stack.stack_id)


def _delete_stack_or_keep(backend: CloudFormationBackend, name_or_stack_id: str) -> None:
    """moto takes a stack for deleted that could not be."""
    for stack in list(backend.stacks.values()):
        if name_or_stack_id in (stack.name, stack.stack_id):
            stack.delete()
            if stack.status == "DELETE_COMPLETE":
                backend.deleted_stacks[stack.stack_id] = backend.stacks.pop(stack.stack_id)


def _find_change_set(request: CloudFormationResponse) -> ChangeSet | None:
    """By its ARN, or by its name and its stack: the CLI gives all of them the same name."""
    name, stack = request._get_param("ChangeSetName"), request._get_param("StackName")
    return next(
        (
            found
            for found in request.cloudformation_backend.change_sets.values()
            if name == found.change_set_id
            or name == found.change_set_name and stack in (found.stack_name, found.stack_id)
        ),
        None,
    )


def _describe_change_set(request: CloudFormationResponse) -> ActionResult:
    change_set = _find_change_set(request)
    if change_set is None:
        raise ChangeSetNotFound(f"ChangeSet [{request._get_param('ChangeSetName')}] does not exist")
    return ActionResult(change_set)


def _delete_change_set(request: CloudFormationResponse) -> ActionResult:
    change_set = _find_change_set(request)
    if change_set:
        del request.cloudformation_backend.change_sets[change_set.change_set_id]
    return EmptyResult()


def _execute_change_set(request: CloudFormationResponse) -> ActionResult:
    """Carries it out before it answers, which CloudFormation does not: nobody has to wait for the end then."""
    change_set = _find_change_set(request)
    if change_set is None or change_set.execution_status != "AVAILABLE":
        raise ValidationError(message=f"ChangeSet [{request._get_param('ChangeSetName')}] cannot be executed")
    stack = change_set.stack
    change_set.execution_status = "EXECUTE_IN_PROGRESS"
    stack._add_stack_event(f"{change_set.change_set_type}_IN_PROGRESS", resource_status_reason="User Initiated")
    if change_set.change_set_type == "CREATE":
        stack.template, stack.parameters = change_set.template, change_set.parameters
        stack._parse_template()
        stack.create_resources()
    else:
        stack.update(change_set.template, parameters=change_set.parameters)
    change_set.execution_status = "EXECUTE_COMPLETE"
    return EmptyResult()


def install() -> None:
    """Puts these operations in the place of moto's."""
    stack: Any = Stack
    stack._create_resource_map = _resource_map
    stack.create_resources = _create_stack
    stack.update = _update_stack
    stack.delete = _delete_stack
    # Not their resolved values: the CLI's "previous value" of a parameter from Systems Manager is the parameter's name.
    stack.stack_parameters = property(lambda self: self.parameters)
    backend: Any = CloudFormationBackend
    backend.delete_stack = _delete_stack_or_keep
    backend.create_change_set = _create_change_set
    requests: Any = CloudFormationResponse
    requests.describe_change_set = _describe_change_set
    requests.delete_change_set = _delete_change_set
    requests.execute_change_set = _execute_change_set
