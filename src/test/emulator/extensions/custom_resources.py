"""Custom resources with Create, Update and Delete, which wait for what their function answers.

moto sends Create only, goes on at once, and takes a FAILED answer for none at all. A custom resource here is one state of
it: an update returns another one, so that a rollback still has the old properties and the old physical id.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html
"""

import json
import uuid
from typing import Any

import moto.cloudformation.parsing
from moto.awslambda.utils import get_backend
from moto.cloudformation.custom_model import CustomModel

from extensions.failures import ResourceFailed


class Answers:
    """What functions have put to the address that CloudFormation had given them, by the last part of that address."""

    def __init__(self) -> None:
        self.url = ""
        self.documents: dict[str, dict[str, Any]] = {}


class CustomResource(CustomModel):
    """One resource of a type Custom::…, with the properties that its function has seen last."""

    answers: Answers

    def __init__(
        self,
        physical_id: str,
        properties: dict[str, Any],
        account: str,
        region: str,
        logical_id: str,
        stack_id: str,
        resource_type: str,
    ):
        super().__init__(region, request_id="", logical_id=logical_id, resource_name=physical_id)
        self.properties = properties
        self.account = account
        self.logical_resource_id = logical_id
        self.stack_id = stack_id
        self.cf_resource_type = resource_type

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> "CustomResource":
        resource = cls(
            resource_name,
            cloudformation_json["Properties"],
            account_id,
            region_name,
            kwargs["LogicalId"],
            kwargs["StackId"],
            kwargs["ResourceType"],
        )
        resource._send("Create")
        return resource

    def updated(self, properties: dict[str, Any]) -> "CustomResource":
        """Sends an Update to these properties, and returns the resource as it is then."""
        if properties["ServiceToken"] != self.properties["ServiceToken"]:
            raise ResourceFailed("Modifying service token is not allowed.")
        successor = CustomResource(
            self.physical_resource_id,
            properties,
            self.account,
            self.region_name,
            self.logical_id,
            self.stack_id,
            self.cf_resource_type,
        )
        successor._send("Update", PhysicalResourceId=self.physical_resource_id, OldResourceProperties=self.properties)
        return successor

    def delete(self, account_id: str, region: str) -> None:
        self._send("Delete", PhysicalResourceId=self.physical_resource_id)

    def _send(self, request_type: str, **more: Any) -> None:
        request_id = str(uuid.uuid4())
        event = {
            "RequestType": request_type,
            "ServiceToken": self.properties["ServiceToken"],
            "ResponseURL": f"{self.answers.url}/{request_id}",
            "StackId": self.stack_id,
            "RequestId": request_id,
            "LogicalResourceId": self.logical_id,
            "ResourceType": self.cf_resource_type,
            "ResourceProperties": self.properties,
            **more,
        }
        # moto invokes a function for as long as it runs, so that the answer is there, or never will be.
        backend = get_backend(self.account, self.region_name)
        outcome = backend.invoke(self.properties["ServiceToken"], None, json.dumps(event), {}, {})
        answer = self.answers.documents.get(request_id)
        if answer is None:
            raise ResourceFailed(
                f"{request_type} of {self.logical_id}: no answer, the function ended with {outcome!r}", self
            )
        # A failed function may have made something already: its id counts, too.
        self.resource_name = answer.get("PhysicalResourceId") or self.resource_name
        if answer["Status"] != "SUCCESS":
            raise ResourceFailed(f"{request_type} of {self.logical_id}: {answer.get('Reason')}", self)
        self.set_data(answer.get("Data") or {})


def install(answers: Answers) -> None:
    """Has moto use these custom resources instead of its own."""
    CustomResource.answers = answers
    parsing: Any = moto.cloudformation.parsing
    parsing.CustomModel = CustomResource
