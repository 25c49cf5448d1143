"""Creates, updates, rolls back and deletes stacks in the order in which CloudFormation does.

moto deletes before it creates, replaces whatever it cannot update, and has no rollback. ministack, another emulator, has
these, but its resources are bound to its own EC2, Lambda and DynamoDB, which lack what this project needs of moto's. So
this is an engine of its own, which knows nothing of any resource: `ResourceTypes` does.

An update creates and updates in dependency order; what it has replaced or removed is deleted at the end, in reverse
order. If a step fails, the old properties are restored in dependency order, and what the failed update has created is
deleted at the end.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

import copy
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from moto.cloudformation.parsing import ResourceMap, clean_json, generate_resource_name

from extensions import schemas


class ResourceFailed(Exception):
    """A step on a resource failed; `left` is what exists nevertheless, and has to be deleted."""

    def __init__(self, reason: str, left: Any = None):
        super().__init__(reason)
        self.left = left


@dataclass
class Resource:
    """A physical resource, and the resolved properties that it has or was about to get."""

    logical_id: str
    type: str
    name: str
    properties: dict[str, Any]
    model: Any
    depends_on: set[str]
    retained: bool = False
    dirty: bool = False  # an update has failed, so that its properties are unknown

    @property
    def physical_id(self) -> str:
        return str(getattr(self.model, "physical_resource_id", self.name))


class ResourceTypes(Protocol):
    """How a resource of any type is created, updated and deleted. Each raises what moto raises, or `ResourceFailed`."""

    def create(self, stack_id: str, logical_id: str, kind: str, name: str, properties: dict[str, Any]) -> Any: ...

    def update(self, resource: Resource, properties: dict[str, Any]) -> list[Any]:
        """Updates the resource's model in place, and returns the models of physical resources that this has replaced."""

    def delete(self, resource: Resource) -> None: ...


class Resources(ResourceMap):
    """A template's parameters, conditions and resources; unlike moto's it does not create one when it is asked for it."""

    def __getitem__(self, key: str) -> Any:
        return self._parsed_resources[key]

    @property
    def resources(self) -> Iterable[str]:
        return [key for key in self._resource_json_map if key in self._parsed_resources]

    def __len__(self) -> int:
        return len(list(self.resources))

    def put(self, logical_id: str, model: Any) -> None:
        self._parsed_resources[logical_id] = model

    def declarations(self) -> dict[str, dict[str, Any]]:
        """The resources of the template that its conditions leave in, in dependency order."""
        declared = {
            logical_id: declaration
            for logical_id, declaration in self._resource_json_map.items()
            if "Condition" not in declaration or self.lazy_condition_map[declaration["Condition"]]
        }
        ordered: dict[str, dict[str, Any]] = {}

        def add(logical_id: str) -> None:
            if logical_id not in ordered:
                for dependency in sorted(references(declared[logical_id]) & declared.keys()):
                    add(dependency)
                ordered[logical_id] = declared[logical_id]

        for logical_id in declared:
            add(logical_id)
        return ordered

    def resolve(self, declaration: dict[str, Any]) -> dict[str, Any]:
        properties: dict[str, Any] = clean_json(copy.deepcopy(declaration.get("Properties", {})), self)
        return properties


def references(declaration: Any) -> set[str]:
    """The logical ids that a part of a template refers to, and names of parameters too."""
    if isinstance(declaration, list):
        return set().union(*map(references, declaration))
    if not isinstance(declaration, dict):
        return set()
    found: set[str] = set()
    for key, value in declaration.items():
        if key == "Ref":
            found.add(value)
        elif key == "Fn::GetAtt":
            found.add(value[0] if isinstance(value, list) else value.partition(".")[0])
        elif key == "DependsOn":
            found.update([value] if isinstance(value, str) else value)
        elif key == "Fn::Sub":
            text = value if isinstance(value, str) else value[0]
            found.update(name.partition(".")[0] for name in re.findall(r"\$\{([^!}]+)\}", text))
            found |= references(value)
        else:
            found |= references(value)
    return found


Report = Callable[[Resource, str, str], None]
"""Told of a resource, its new status and the reason."""


@dataclass
class StackEngine:
    """The resources of one stack."""

    stack_id: str
    stack_name: str
    types: ResourceTypes
    report: Report
    live: dict[str, Resource] = field(default_factory=dict)
    _replaced: dict[str, Resource] = field(default_factory=dict)
    _obsolete: list[Resource] = field(default_factory=list)

    def apply(self, template: Resources) -> None:
        """Creates and updates until the stack is what the template says; a failure ends it in the middle."""
        self._replaced, self._obsolete = {}, []
        self._bring_to(template)
        self._obsolete += self._replaced.values()
        self._drop_undeclared(template)

    def restore(self, template: Resources) -> None:
        """After a failed update, brings back what the stack was before."""
        self._bring_to(template)
        self._drop_undeclared(template)

    def clean_up(self) -> None:
        """Deletes what the update or its rollback has left over. CloudFormation goes on after a failure, and so does this."""
        for resource in self._dependents_first(self._obsolete):
            if not resource.retained:
                self._try_delete(resource)
        self._obsolete = []

    def delete_all(self) -> bool:
        """Deletes every resource, dependents first, and returns whether all are gone."""
        for resource in self._dependents_first([*self.live.values(), *self._obsolete, *self._replaced.values()]):
            if not resource.retained and not self._try_delete(resource):
                return False
            self.live.pop(resource.logical_id, None)
        self._obsolete, self._replaced = [], {}
        return True

    def _bring_to(self, template: Resources) -> None:
        for logical_id, declaration in template.declarations().items():
            properties = template.resolve(declaration)
            former = self._replaced.pop(logical_id, None) if self._restoring(logical_id, declaration, properties) else None
            if former:
                self._obsolete.append(self.live[logical_id])
                self.live[logical_id] = former
            current = self.live.get(logical_id)
            if current is None:
                self._create(logical_id, declaration, properties)
            elif current.type != declaration["Type"] or schemas.replaces(current.type, current.properties, properties):
                self._replace(current, declaration, properties)
            elif current.dirty or current.properties != properties:
                self._update(current, properties)
            self.live[logical_id].depends_on = references(declaration)
            template.put(logical_id, self.live[logical_id].model)

    def _restoring(self, logical_id: str, declaration: dict[str, Any], properties: dict[str, Any]) -> bool:
        """Whether the physical resource that the failed update has replaced still exists, and is the one wanted."""
        former = self._replaced.get(logical_id)
        return (
            former is not None
            and former.type == declaration["Type"]
            and not schemas.replaces(former.type, former.properties, properties)
        )

    def _create(self, logical_id: str, declaration: dict[str, Any], properties: dict[str, Any]) -> None:
        kind = declaration["Type"]
        resource = Resource(
            logical_id,
            kind,
            generate_resource_name(kind, self.stack_name, logical_id),
            properties,
            None,
            references(declaration),
            declaration.get("DeletionPolicy") == "Retain",
        )
        self.report(resource, "CREATE_IN_PROGRESS", "")
        try:
            resource.model = self.types.create(
                self.stack_id, logical_id, kind, resource.name, copy.deepcopy(properties)
            )
        except Exception as failure:
            resource.model = getattr(failure, "left", None)
            if resource.model is not None:
                self._obsolete.append(resource)
            self.report(resource, "CREATE_FAILED", _reason(failure))
            raise ResourceFailed(f"{logical_id}: {_reason(failure)}") from failure
        self.live[logical_id] = resource
        self.report(resource, "CREATE_COMPLETE", "")

    def _replace(self, former: Resource, declaration: dict[str, Any], properties: dict[str, Any]) -> None:
        if schemas.deletes_first(former.type):
            del self.live[former.logical_id]
            try:
                self._delete(former)
            except Exception as failure:
                self.live[former.logical_id] = former
                self.report(former, "UPDATE_FAILED", _reason(failure))
                raise ResourceFailed(f"{former.logical_id}: {_reason(failure)}") from failure
            self._create(former.logical_id, declaration, properties)
            return
        self.report(former, "UPDATE_IN_PROGRESS", "Requested update requires the creation of a new physical resource")
        self._create(former.logical_id, declaration, properties)
        # A rollback that has to replace once more does not want the one before it back.
        if former.logical_id in self._replaced:
            self._obsolete.append(former)
        else:
            self._replaced[former.logical_id] = former

    def _update(self, resource: Resource, properties: dict[str, Any]) -> None:
        self.report(resource, "UPDATE_IN_PROGRESS", "")
        resource.dirty = True
        try:
            leftovers = self.types.update(resource, copy.deepcopy(properties))
        except Exception as failure:
            left = getattr(failure, "left", None)
            if left is not None:
                self._obsolete.append(_with_model(resource, left))
            # What a rollback has to undo.
            resource.properties = properties
            self.report(resource, "UPDATE_FAILED", _reason(failure))
            raise ResourceFailed(f"{resource.logical_id}: {_reason(failure)}") from failure
        self._obsolete += [_with_model(resource, model) for model in leftovers]
        resource.properties = properties
        resource.dirty = False
        self.report(resource, "UPDATE_COMPLETE", "")

    def _drop_undeclared(self, template: Resources) -> None:
        declared = template.declarations()
        self._obsolete += [self.live.pop(logical_id) for logical_id in list(self.live) if logical_id not in declared]

    def _try_delete(self, resource: Resource) -> bool:
        try:
            self._delete(resource)
        except Exception as failure:
            self.report(resource, "DELETE_FAILED", _reason(failure))
            return False
        return True

    def _delete(self, resource: Resource) -> None:
        self.report(resource, "DELETE_IN_PROGRESS", "")
        self.types.delete(resource)
        self.report(resource, "DELETE_COMPLETE", "")

    @staticmethod
    def _dependents_first(resources: list[Resource]) -> list[Resource]:
        by_id: dict[str, list[Resource]] = {}
        for resource in resources:
            by_id.setdefault(resource.logical_id, []).append(resource)
        ordered: dict[str, None] = {}

        def add(logical_id: str, dependents: frozenset[str]) -> None:
            if logical_id in ordered or logical_id in dependents:
                return
            for resource in by_id[logical_id]:
                for dependency in sorted(resource.depends_on & by_id.keys()):
                    add(dependency, dependents | {logical_id})
            ordered[logical_id] = None

        for logical_id in by_id:
            add(logical_id, frozenset())
        return [resource for logical_id in reversed(ordered) for resource in reversed(by_id[logical_id])]


def _with_model(resource: Resource, model: Any) -> Resource:
    """Another physical resource of the same logical one."""
    return Resource(
        resource.logical_id, resource.type, resource.name, resource.properties, model, resource.depends_on
    )


def _reason(failure: Exception) -> str:
    return str(getattr(failure, "message", None) or failure or type(failure).__name__)
