"""What the stack uses of CloudFormation's resource types and moto lacks: types, and attributes of types that it has."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException, UnknownPolicyException
from moto.awslambda.utils import get_backend
from moto.cloudformation.parsing import get_model_map, get_name_type_map
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.common_models import CloudFormationModel
from moto.ec2.exceptions import InvalidAssociationIdError
from moto.ec2.models import ec2_backends
from moto.ec2.models.elastic_ip_addresses import ElasticAddress
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.sns import sns_backends
from moto.sqs import sqs_backends

from extensions.failures import ResourceFailed


class Resource(CloudFormationModel):
    """A resource of which the rest of a template reads an id and a few attributes."""

    def __init__(self, physical_resource_id: str, **attributes: str):
        self.physical_resource_id = physical_resource_id
        self.attributes = attributes

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> "Resource":
        return cls.create(resource_name, cloudformation_json.get("Properties", {}), account_id, region_name)

    @classmethod
    def create(cls, name: str, properties: dict[str, Any], account: str, region: str) -> "Resource":
        raise NotImplementedError

    def update(self, properties: dict[str, Any], account: str, region: str) -> None:
        raise NotImplementedError(f"{type(self).__name__} cannot be changed in place")

    def delete(self, account: str, region: str) -> None:
        raise NotImplementedError(f"{type(self).__name__} cannot be deleted")

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return True

    def get_cfn_attribute(self, attribute_name: str) -> str:
        return self.attributes[attribute_name]


class NameOnly(Resource):
    """Nothing but its existence."""

    @classmethod
    def create(cls, name: str, properties: dict[str, Any], account: str, region: str) -> Resource:
        return cls(name)

    def update(self, properties: dict[str, Any], account: str, region: str) -> None:
        """There is nothing to change."""

    def delete(self, account: str, region: str) -> None:
        """There is nothing to delete."""


class EipAssociation(Resource):
    """By network interface or by instance; moto has the call, not the resource.

    It takes the address away from where it was, as CloudFormation's own does.
    """

    @classmethod
    def create(cls, name: str, properties: dict[str, Any], account: str, region: str) -> Resource:
        ec2 = ec2_backends[account][region]
        interface = properties.get("NetworkInterfaceId")
        instance = properties.get("InstanceId")
        association = ec2.associate_address(
            eni=ec2.get_network_interface(interface) if interface else None,
            instance=ec2.get_instance(instance) if instance else None,
            allocation_id=properties["AllocationId"],
            reassociate=True,
        ).association_id
        return cls(str(association))

    def delete(self, account: str, region: str) -> None:
        # An association that is gone already is deleted.
        with suppress(InvalidAssociationIdError):
            ec2_backends[account][region].disassociate_address(association_id=self.physical_resource_id)


class PlacementGroup(NameOnly):
    """A name only: moto places no instance."""

    @classmethod
    def create(cls, name: str, properties: dict[str, Any], account: str, region: str) -> Resource:
        return cls(name, GroupName=name)


class FunctionVersion(Resource):
    """moto publishes a version, but then knows neither its ARN nor its number. It stays as it was published.

    moto counts the versions that there are, and so gives the number of a deleted one again, which Lambda never does.
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
    """

    @classmethod
    def create(cls, name: str, properties: dict[str, Any], account: str, region: str) -> Resource:
        backend = get_backend(account, region)
        latest: Any = backend.get_function(properties["FunctionName"])
        existing = list(backend._lambdas._functions[latest.function_name]["versions"])
        version = backend.publish_version(properties["FunctionName"])
        assert version is not None, "moto has an unpublished version of each function"
        if any(version is known for known in existing):
            raise ResourceFailed(f"A version for this Lambda function exists ( {version.version} )")
        latest.published = getattr(latest, "published", 0) + 1
        if version.version != latest.published:
            version.function_arn = latest.function_arn
            version.set_version(latest.published)
            backend._lambdas._arns[version.function_arn] = version
        return cls(version.function_arn, FunctionArn=version.function_arn, Version=str(version.version))

    def delete(self, account: str, region: str) -> None:
        get_backend(account, region).delete_function(self.physical_resource_id, self.attributes["Version"])


class FunctionAlias(Resource):
    """moto has the call, not the resource."""

    @classmethod
    def create(cls, name: str, properties: dict[str, Any], account: str, region: str) -> Resource:
        alias = get_backend(account, region).create_alias(**cls._arguments(properties))
        return cls(alias.arn, AliasArn=alias.arn, Function=properties["FunctionName"], Name=properties["Name"])

    def update(self, properties: dict[str, Any], account: str, region: str) -> None:
        get_backend(account, region).update_alias(**self._arguments(properties))

    def delete(self, account: str, region: str) -> None:
        get_backend(account, region).delete_alias(self.attributes["Name"], self.attributes["Function"])

    @staticmethod
    def _arguments(properties: dict[str, Any]) -> dict[str, Any]:
        return {
            "name": properties["Name"],
            "function_name": properties["FunctionName"],
            "function_version": properties["FunctionVersion"],
            "description": properties.get("Description", ""),
            "routing_config": "",
        }


class FunctionEventInvokeConfig(NameOnly):
    """moto invokes a function once, and waits for it."""


class FunctionPermission(Resource):
    """moto forgets which statement of the function's policy it has added."""

    @classmethod
    def create(cls, name: str, properties: dict[str, Any], account: str, region: str) -> Resource:
        function = get_backend(account, region).get_function(properties["FunctionName"])
        function.policy.add_statement(raw=json.dumps({**properties, "StatementId": name}))
        return cls(name, Function=properties["FunctionName"])

    def delete(self, account: str, region: str) -> None:
        # Some versions have a policy of their own: one that is gone took its statements along.
        with suppress(UnknownPolicyException, UnknownFunctionException):
            get_backend(account, region).remove_permission(self.attributes["Function"], self.physical_resource_id)


class Alarm(Resource):
    """moto has the call, not the resource."""

    @classmethod
    def create(cls, name: str, properties: dict[str, Any], account: str, region: str) -> Resource:
        alarm_name = properties.get("AlarmName", name)
        return cls(alarm_name, Arn=cls._put(alarm_name, properties, account, region))

    def update(self, properties: dict[str, Any], account: str, region: str) -> None:
        self._put(self.physical_resource_id, properties, account, region)

    @staticmethod
    def _put(name: str, properties: dict[str, Any], account: str, region: str) -> str:
        alarm = cloudwatch_backends[account][region].put_metric_alarm(
            name=name,
            namespace=properties.get("Namespace", ""),
            metric_name=properties.get("MetricName", ""),
            comparison_operator=properties["ComparisonOperator"],
            evaluation_periods=int(properties["EvaluationPeriods"]),
            period=int(properties.get("Period", 60)),
            threshold=float(properties.get("Threshold", 0)),
            statistic=properties.get("Statistic", ""),
            description=properties.get("AlarmDescription", ""),
            dimensions=properties.get("Dimensions", []),
            alarm_actions=properties.get("AlarmActions", []),
            treat_missing_data=properties.get("TreatMissingData"),
        )
        return str(alarm.alarm_arn)

    def delete(self, account: str, region: str) -> None:
        cloudwatch_backends[account][region].delete_alarms([self.physical_resource_id])


class ResourcePolicy(NameOnly):
    """moto has the policy as an attribute of what it protects, not as a resource."""

    @classmethod
    def create(cls, name: str, properties: dict[str, Any], account: str, region: str) -> Resource:
        policy = cls(name)
        policy.update(properties, account, region)
        return policy


class QueuePolicy(ResourcePolicy):
    def update(self, properties: dict[str, Any], account: str, region: str) -> None:
        policy = json.dumps(properties["PolicyDocument"])
        for url in properties["Queues"]:
            sqs_backends[account][region].set_queue_attributes(url.rpartition("/")[2], {"Policy": policy})


class TopicPolicy(ResourcePolicy):
    def update(self, properties: dict[str, Any], account: str, region: str) -> None:
        policy = json.dumps(properties["PolicyDocument"])
        for arn in properties["Topics"]:
            sns_backends[account][region].set_topic_attribute(arn, "policy", policy)


class TopicSubscription(Resource):
    """moto has the call, not the resource."""

    @classmethod
    def create(cls, name: str, properties: dict[str, Any], account: str, region: str) -> Resource:
        subscription = sns_backends[account][region].subscribe(
            properties["TopicArn"], properties["Endpoint"], properties["Protocol"]
        )
        return cls(subscription.arn)

    def delete(self, account: str, region: str) -> None:
        sns_backends[account][region].unsubscribe(self.physical_resource_id)


class QueryDefinition(NameOnly):
    """moto stores no queries."""


class Schedule(NameOnly):
    """Nothing calls by itself here: a test delivers what a schedule would."""


class BucketPolicy(NameOnly):
    """Of the CLI's own bucket: moto checks no permissions."""


TYPES: dict[str, Any] = {
    "AWS::CloudWatch::Alarm": Alarm,
    "AWS::EC2::EIPAssociation": EipAssociation,
    "AWS::EC2::PlacementGroup": PlacementGroup,
    "AWS::Lambda::Alias": FunctionAlias,
    "AWS::Lambda::EventInvokeConfig": FunctionEventInvokeConfig,
    "AWS::Lambda::Permission": FunctionPermission,
    "AWS::Lambda::Version": FunctionVersion,
    "AWS::Logs::QueryDefinition": QueryDefinition,
    "AWS::S3::BucketPolicy": BucketPolicy,
    "AWS::Scheduler::Schedule": Schedule,
    "AWS::SNS::Subscription": TopicSubscription,
    "AWS::SNS::TopicPolicy": TopicPolicy,
    "AWS::SQS::QueuePolicy": QueuePolicy,
}


ATTRIBUTES: list[tuple[Any, str, Callable[[Any], str]]] = [
    (NetworkInterface, "Id", lambda interface: str(interface.id)),
    (ElasticAddress, "PublicIp", lambda address: str(address.public_ip)),
]


def _add_attribute(model: Any, name: str, value: Callable[[Any], str]) -> None:
    has, get = model.has_cfn_attr, model.get_cfn_attribute
    model.has_cfn_attr = classmethod(lambda cls, attribute: attribute == name or has(attribute))
    model.get_cfn_attribute = lambda self, attribute: value(self) if attribute == name else get(self, attribute)


def install() -> None:
    """Adds the types to moto's own tables, which it fills on the first use from the classes that it knows."""
    for name, model in TYPES.items():
        get_model_map()[name] = model
        get_name_type_map()[name] = ""
    for owner, attribute, value in ATTRIBUTES:
        _add_attribute(owner, attribute, value)
