"""How a resource of each type is changed in place, and deleted.

Most of moto's resource types can only be created, and some of its updates make another resource. A type that is not here has
no update in place: CloudFormation would make one that the emulator does not have, and the stack's operation fails.
"""

import json
from collections.abc import Callable
from typing import Any

from moto.cloudformation.parsing import resource_class_from_type
from moto.ec2.models import ec2_backends
from moto.iam import iam_backends
from moto.logs import logs_backends
from moto.utilities.utils import get_partition

from extensions.custom_resources import CustomResource
from extensions.failures import ResourceFailed
from extensions.resource_schemas import INTERRUPTING, differs
from extensions.resource_types import Resource

Properties = dict[str, Any]


def update(kind: str, model: Any, old: Properties, new: Properties, account: str, region: str) -> Any:
    """Changes a resource in place, and returns it; a custom resource as another one, perhaps with another id."""
    if isinstance(model, CustomResource):
        return model.updated(new)
    if isinstance(model, Resource):
        model.update(new, account, region)
    elif kind in _UPDATES:
        _UPDATES[kind](model, old, new)
    elif kind in _UPDATED_BY_MOTO:
        declared = {"Type": kind, "Properties": new}
        updated = type(model).update_from_cloudformation_json(model, model.name, declared, account, region)
        updated.cf_resource_type, updated.logical_resource_id = kind, model.logical_resource_id
        return updated
    elif {name for name in {*old, *new} if old.get(name) != new.get(name)} != {"Tags"}:
        raise ResourceFailed(f"the emulator cannot change a {kind} in place", model)
    return model


def delete(kind: str, model: Any, properties: Properties, account: str, region: str) -> None:
    """Deletes a resource."""
    if kind in _DELETIONS:
        _DELETIONS[kind](model, properties, account, region)
    elif kind == "AWS::EC2::NetworkInterface":
        model.delete()
    elif hasattr(model, "delete"):
        model.delete(account, region)
    else:
        declared = {"Type": kind, "Properties": properties}
        resource_class_from_type(kind).delete_from_cloudformation_json(
            model.physical_resource_id, declared, account, region
        )


def _update_instance(instance: Any, old: Properties, new: Properties) -> None:
    """Stops and starts the instance where EC2 asks for it; the first boot, and so the user data, never runs again."""
    interrupted = any(differs(path, old, new) for path in INTERRUPTING)
    if interrupted and instance.is_running():
        instance.stop()
        instance.start()
    instance.user_data = new.get("UserData")
    instance.instance_type = new["InstanceType"]
    for tag in new.get("Tags", []):
        instance.add_tag(tag["Key"], tag["Value"])


def _update_security_group(group: Any, old: Properties, new: Properties) -> None:
    backend = group.ec2_backend
    for operation, properties in (
        (backend.revoke_security_group_ingress, old),
        (backend.authorize_security_group_ingress, new),
    ):
        for rule in properties.get("SecurityGroupIngress", []):
            operation(
                group.id,
                rule["IpProtocol"],
                rule["FromPort"],
                rule["ToPort"],
                [{"CidrIp": rule["CidrIp"]}] if "CidrIp" in rule else [],
                vpc_id=group.vpc_id,
            )


def _update_function(function: Any, old: Properties, new: Properties) -> None:
    function.update_configuration(new)
    # moto keeps the old variables where there are none any more.
    function.environment_vars = dict(new.get("Environment", {}).get("Variables", {}))
    if old["Code"] != new["Code"]:
        function.update_function_code(new["Code"])


def _update_managed_policy(policy: Any, old: Properties, new: Properties) -> None:
    backend = iam_backends[policy.account_id][policy.partition]
    versions = [version.version_id for version in policy.versions if not version.is_default]
    if len(policy.versions) >= 5:
        backend.delete_policy_version(policy.arn, versions[0])
    backend.create_policy_version(policy.arn, json.dumps(new["PolicyDocument"]), True)


def _update_log_group(group: Any, old: Properties, new: Properties) -> None:
    logs_backends[group.account_id][group.region].put_retention_policy(group.name, new.get("RetentionInDays"))


_UPDATES: dict[str, Callable[[Any, Properties, Properties], None]] = {
    "AWS::EC2::Instance": _update_instance,
    "AWS::EC2::SecurityGroup": _update_security_group,
    "AWS::IAM::ManagedPolicy": _update_managed_policy,
    "AWS::Lambda::Function": _update_function,
    "AWS::Logs::LogGroup": _update_log_group,
}

_UPDATED_BY_MOTO = {
    "AWS::CloudWatch::Dashboard",
    "AWS::Events::Rule",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
}


def _delete_security_group_rule(model: Any, properties: Properties, account: str, region: str) -> None:
    group = model.security_group
    source = properties.get("SourceSecurityGroupId")
    group.ec2_backend.revoke_security_group_ingress(
        group.id,
        properties["IpProtocol"],
        properties.get("FromPort"),
        properties.get("ToPort"),
        [{"CidrIp": properties["CidrIp"]}] if "CidrIp" in properties else [],
        source_groups=[{"GroupId": source}] if source else [],
        vpc_id=group.vpc_id,
    )


def _delete_subnet_association(model: Any, properties: Properties, account: str, region: str) -> None:
    table = ec2_backends[account][region].get_route_table(model.route_table_id)
    for association, subnet in list(table._associations.items()):
        if subnet == model.subnet_id:
            table._associations.pop(association)


_DELETIONS: dict[str, Callable[[Any, Properties, str, str], None]] = {
    "AWS::EC2::EIP": lambda model, properties, account, region: ec2_backends[account][region].release_address(
        allocation_id=model.allocation_id
    ),
    "AWS::EC2::FlowLog": lambda model, properties, account, region: ec2_backends[account][region].delete_flow_logs(
        [model.id]
    ),
    "AWS::EC2::InternetGateway": lambda model, properties, account, region: ec2_backends[account][
        region
    ].delete_internet_gateway(model.id),
    "AWS::EC2::Route": lambda model, properties, account, region: ec2_backends[account][region].delete_route(
        properties["RouteTableId"], properties["DestinationCidrBlock"]
    ),
    "AWS::EC2::RouteTable": lambda model, properties, account, region: ec2_backends[account][
        region
    ].delete_route_table(model.id),
    "AWS::EC2::SecurityGroupIngress": _delete_security_group_rule,
    "AWS::EC2::SubnetRouteTableAssociation": _delete_subnet_association,
    "AWS::EC2::VPCGatewayAttachment": lambda model, properties, account, region: ec2_backends[account][
        region
    ].detach_internet_gateway(properties["InternetGatewayId"], model.vpc_id),
    "AWS::IAM::ManagedPolicy": lambda model, properties, account, region: iam_backends[account][
        get_partition(region)
    ].delete_policy(model.arn),
}
