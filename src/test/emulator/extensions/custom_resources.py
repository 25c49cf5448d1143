"""Custom resources with Create, Update and Delete, which wait for what their function answers.

moto sends Create only, goes on at once, and takes a FAILED answer for none at all.
"""

import json
import uuid
from typing import Any

import moto.cloudformation.parsing
from moto.awslambda.utils import get_backend
from moto.cloudformation.custom_model import CustomModel


class Answers:
    """What functions have put to the address that CloudFormation had given them, by the last part of that address."""

    def __init__(self) -> None:
        self.url = ""
        self.documents: dict[str, dict[str, Any]] = {}


class ResourceFailed(BaseException):
    """Not an Exception, since moto tries every update that raises one four times, and CloudFormation does not."""


class CustomResource(CustomModel):
    """One resource of a type Custom::…, and the properties that its function has seen last."""

    answers: Answers

    def __init__(self, name: str, account: str, region: str, logical_id: str, stack_id: str, resource_type: str):
        super().__init__(region, request_id="", logical_id=logical_id, resource_name=name)
        self.account = account
        self.stack_id = stack_id
        self.resource_type = resource_type
        self.properties: dict[str, Any] = {}

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> "CustomResource":
        resource = cls(
            resource_name, account_id, region_name, kwargs["LogicalId"], kwargs["StackId"], kwargs["ResourceType"]
        )
        properties = cloudformation_json["Properties"]
        resource._accept(resource._request("Create", properties), properties)
        return resource

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: "CustomResource",
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> "CustomResource":
        resource = original_resource
        former_id = resource.physical_resource_id
        former = resource.properties
        properties = cloudformation_json["Properties"]
        answer = resource._request("Update", properties, PhysicalResourceId=former_id, OldResourceProperties=former)
        resource._accept(answer, properties)
        if resource.physical_resource_id != former_id:
            resource._request("Delete", former, PhysicalResourceId=former_id)
        return resource

    def delete(self, account_id: str, region: str) -> None:
        self._request("Delete", self.properties, PhysicalResourceId=self.physical_resource_id)

    def _accept(self, answer: dict[str, Any], properties: dict[str, Any]) -> None:
        self.resource_name = answer["PhysicalResourceId"]
        self.properties = properties
        self.set_data(answer.get("Data") or {})

    def _request(self, request_type: str, properties: dict[str, Any], **more: Any) -> dict[str, Any]:
        request_id = str(uuid.uuid4())
        event = {
            "RequestType": request_type,
            "ServiceToken": properties["ServiceToken"],
            "ResponseURL": f"{self.answers.url}/{request_id}",
            "StackId": self.stack_id,
            "RequestId": request_id,
            "LogicalResourceId": self.logical_id,
            "ResourceType": self.resource_type,
            "ResourceProperties": properties,
            **more,
        }
        # moto invokes a function for as long as it runs, so that the answer is there, or never will be.
        function = get_backend(self.account, self.region_name).get_function(properties["ServiceToken"])
        outcome = function.invoke(json.dumps(event), {}, {})
        answer = self.answers.documents.get(request_id)
        if answer is None:
            raise ResourceFailed(f"{request_type} of {self.logical_id}: no answer, the function ended with {outcome!r}")
        if answer["Status"] != "SUCCESS":
            raise ResourceFailed(f"{request_type} of {self.logical_id}: {answer.get('Reason')}")
        return answer


def install(answers: Answers) -> None:
    """Has moto use these custom resources instead of its own."""
    CustomResource.answers = answers
    parsing: Any = moto.cloudformation.parsing
    parsing.CustomModel = CustomResource
