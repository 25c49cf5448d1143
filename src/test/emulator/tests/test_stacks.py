"""CloudFormation's operations on small stacks, through AWS's API and without a server: python -m unittest discover."""

import io
import json
import sys
import unittest
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.awslambda.models import LambdaFunction
from moto.ec2.models.instances import Instance

sys.path.insert(0, str(Path(__file__).parents[1]))

from extensions import (  # noqa: E402
    custom_resources,
    ec2_rules,
    instance_power,
    network_rules,
    resource_types,
    signals,
    stacks,
)

STACK = "Test"
REGION = "us-east-1"
ANSWERS = custom_resources.Answers()

ec2_rules.install()
instance_power.install()
network_rules.install()
resource_types.install()
custom_resources.install(ANSWERS)
stacks.install()

NETWORK: dict[str, Any] = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    "Subnet": {
        "Type": "AWS::EC2::Subnet",
        "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24", "AvailabilityZone": "us-east-1a"},
    },
}


def interface(address: str) -> dict[str, Any]:
    return {
        "Type": "AWS::EC2::NetworkInterface",
        "Properties": {"SubnetId": {"Ref": "Subnet"}, "PrivateIpAddress": address},
    }


def server(kind: str = "t4g.micro", image: str = "ami-1", user_data: str = "") -> dict[str, Any]:
    return {
        "Type": "AWS::EC2::Instance",
        "CreationPolicy": {"ResourceSignal": {"Count": 1, "Timeout": "PT10M"}},
        "Properties": {
            "ImageId": image,
            "InstanceType": kind,
            "SubnetId": {"Ref": "Subnet"},
            "UserData": {"Fn::Base64": user_data},
            "Tags": [{"Key": signals.ROLE_TAG, "Value": "primary"}],
        },
    }


def invalid() -> dict[str, Any]:
    """A resource that cannot be created."""
    return {
        "Type": "AWS::EC2::EIPAssociation",
        "Properties": {"AllocationId": "eipalloc-0", "NetworkInterfaceId": "eni-0"},
    }


class StackTest(unittest.TestCase):
    def setUp(self) -> None:
        aws = mock_aws()
        aws.start()
        self.addCleanup(aws.stop)
        credentials = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        session = boto3.Session(region_name=REGION, **credentials)
        self.cloudformation = session.client("cloudformation")
        self.ec2 = session.client("ec2")
        self.lambda_ = session.client("lambda")
        self.iam = session.client("iam")

    def deploy(self, resources: dict[str, Any], outputs: dict[str, Any] | None = None) -> str:
        """As the CLI does: creates a change set, executes it, and returns the stack's status."""
        kind = "UPDATE" if self.exists() else "CREATE"
        change_set = self.change_set(resources, kind, outputs)
        self.cloudformation.execute_change_set(ChangeSetName=change_set)
        return self.status()

    def change_set(self, resources: dict[str, Any], kind: str, outputs: dict[str, Any] | None = None) -> str:
        template = {"Resources": resources, **({"Outputs": outputs} if outputs else {})}
        created = self.cloudformation.create_change_set(
            StackName=STACK, ChangeSetName="deploy", ChangeSetType=kind, TemplateBody=json.dumps(template)
        )
        return str(created["Id"])

    def exists(self) -> bool:
        return any(stack["StackName"] == STACK for stack in self.cloudformation.describe_stacks()["Stacks"])

    def status(self) -> str:
        return str(self.cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"])

    def physical_id(self, logical_id: str) -> str:
        resources = self.cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
        return str(next(one for one in resources if one["LogicalResourceId"] == logical_id)["PhysicalResourceId"])

    def events(self) -> list[tuple[str, str]]:
        """Resource and status, oldest first."""
        found = self.cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
        return [(event["LogicalResourceId"], event["ResourceStatus"]) for event in reversed(found)]

    def events_of(self, action: Callable[[], Any]) -> list[tuple[str, str]]:
        before = len(self.events())
        action()
        return [event for event in self.events()[before:] if event[0] != STACK and "IN_PROGRESS" not in event[1]]

    def instances(self) -> list[dict[str, Any]]:
        reservations = self.ec2.describe_instances()["Reservations"]
        found = [instance for reservation in reservations for instance in reservation["Instances"]]
        return [instance for instance in found if instance["State"]["Name"] != "terminated"]

    def interface_ids(self) -> set[str]:
        return {one["NetworkInterfaceId"] for one in self.ec2.describe_network_interfaces()["NetworkInterfaces"]}


class UpdateTest(StackTest):
    def test_creates_a_replacement_first_and_deletes_during_cleanup(self) -> None:
        self.deploy({**NETWORK, "Eni": interface("10.0.0.20"), "Other": interface("10.0.0.21")})
        old = self.physical_id("Eni")

        events = self.events_of(
            lambda: self.deploy({**NETWORK, "Eni": interface("10.0.0.30"), "Other": interface("10.0.0.21")})
        )

        self.assertEqual([("Eni", "CREATE_COMPLETE"), ("Eni", "DELETE_COMPLETE")], events)
        self.assertEqual("UPDATE_COMPLETE", self.status())
        self.assertNotEqual(old, self.physical_id("Eni"))
        self.assertNotIn(old, self.interface_ids())

    def test_replaces_what_refers_to_a_replaced_resource_and_deletes_it_before(self) -> None:
        network = {**NETWORK, "Eni": interface("10.0.0.20")}
        self.deploy(network)
        moved = json.loads(json.dumps(network))
        moved["Subnet"]["Properties"]["CidrBlock"] = "10.0.1.0/24"
        moved["Eni"]["Properties"]["PrivateIpAddress"] = "10.0.1.20"

        events = self.events_of(lambda: self.deploy(moved))

        self.assertEqual(
            [
                ("Subnet", "CREATE_COMPLETE"),
                ("Eni", "CREATE_COMPLETE"),
                ("Eni", "DELETE_COMPLETE"),
                ("Subnet", "DELETE_COMPLETE"),
            ],
            events,
        )

    def test_deletes_an_association_before_it_creates_the_new_one(self) -> None:
        address = {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}}

        def association(eni: str) -> dict[str, Any]:
            properties = {
                "AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]},
                "NetworkInterfaceId": {"Ref": eni},
            }
            return {"Type": "AWS::EC2::EIPAssociation", "Properties": properties}

        first, second = interface("10.0.0.20"), interface("10.0.0.21")
        base = {**NETWORK, "First": first, "Second": second, "Address": address}
        self.deploy({**base, "Association": association("First")})

        events = self.events_of(lambda: self.deploy({**base, "Association": association("Second")}))

        self.assertEqual([("Association", "DELETE_COMPLETE"), ("Association", "CREATE_COMPLETE")], events)
        self.assertEqual(
            self.physical_id("Second"), self.ec2.describe_addresses()["Addresses"][0]["NetworkInterfaceId"]
        )

    def test_deletes_a_removed_resource_at_the_end(self) -> None:
        self.deploy({**NETWORK, "Old": interface("10.0.0.20")})

        events = self.events_of(lambda: self.deploy({**NETWORK, "New": interface("10.0.0.21")}))

        self.assertEqual([("New", "CREATE_COMPLETE"), ("Old", "DELETE_COMPLETE")], events)

    def test_stops_and_starts_a_server_for_new_user_data(self) -> None:
        self.deploy({**NETWORK, "Server": server(user_data="one")})
        before = self.instances()[0]

        with patch.object(Instance, "stop", autospec=True, side_effect=Instance.stop) as stop:
            self.assertEqual("UPDATE_COMPLETE", self.deploy({**NETWORK, "Server": server(user_data="two")}))

        stop.assert_called_once()
        after = self.instances()[0]
        self.assertEqual(before["InstanceId"], after["InstanceId"])
        self.assertEqual("running", after["State"]["Name"])

    def test_changes_the_rules_of_a_security_group_in_place(self) -> None:
        def group(*cidrs: str) -> dict[str, Any]:
            rules = [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": cidr} for cidr in cidrs]
            properties = {
                "GroupDescription": "web",
                "VpcId": {"Ref": "Vpc"},
                "SecurityGroupIngress": [{**rule, "Description": "clients"} for rule in rules],
            }
            return {**NETWORK, "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": properties}}

        def allowed() -> set[str]:
            described = self.ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [f"{STACK}-*"]}])
            (found,) = described["SecurityGroups"]
            return {one["CidrIp"] for rule in found["IpPermissions"] for one in rule["IpRanges"]}

        self.deploy(group("0.0.0.0/0"))
        for wanted in ({"203.0.113.0/24"}, {"198.51.100.0/24", "203.0.113.0/24"}, {"0.0.0.0/0"}):
            self.assertEqual("UPDATE_COMPLETE", self.deploy(group(*sorted(wanted))))
            self.assertEqual(wanted, allowed())

    def test_says_that_there_are_no_changes(self) -> None:
        self.deploy(NETWORK)

        change_set = self.cloudformation.describe_change_set(ChangeSetName=self.change_set(NETWORK, "UPDATE"))

        self.assertEqual("FAILED", change_set["Status"])
        self.assertIn("didn't contain changes", change_set["StatusReason"])


class RollbackTest(StackTest):
    def test_deletes_all_of_a_stack_that_cannot_be_created(self) -> None:
        resources = {**NETWORK, "Eni": interface("10.0.0.20"), "Bad": {**invalid(), "DependsOn": "Eni"}}
        vpcs = len(self.ec2.describe_vpcs()["Vpcs"])

        self.assertEqual("ROLLBACK_COMPLETE", self.deploy(resources))

        self.assertEqual(set(), self.interface_ids())
        self.assertEqual(vpcs, len(self.ec2.describe_vpcs()["Vpcs"]))

    def test_deletes_a_server_that_never_signals(self) -> None:
        signals.fail_next("primary")

        self.assertEqual("ROLLBACK_COMPLETE", self.deploy({**NETWORK, "Server": server()}))

        self.assertEqual([], self.instances())

    def test_keeps_what_a_failed_update_would_have_replaced(self) -> None:
        self.deploy({**NETWORK, "Server": server(image="ami-1"), "Eni": interface("10.0.0.20")})
        old_server, old_eni = self.physical_id("Server"), self.physical_id("Eni")
        signals.fail_next("primary")

        status = self.deploy({**NETWORK, "Eni": interface("10.0.0.30"), "Server": server(image="ami-2")})

        self.assertEqual("UPDATE_ROLLBACK_COMPLETE", status)
        self.assertEqual([old_server], [one["InstanceId"] for one in self.instances()])
        self.assertEqual(old_eni, self.physical_id("Eni"))
        self.assertEqual(2, len(self.interface_ids()), "the server's own and the other")
        self.assertEqual("UPDATE_COMPLETE", self.deploy({**NETWORK, "Server": server(image="ami-2")}))

    def test_restores_what_was_changed_in_place(self) -> None:
        self.deploy({**NETWORK, "Server": server(kind="t4g.micro")})

        status = self.deploy(
            {**NETWORK, "Server": server(kind="t4g.small"), "Bad": {**invalid(), "DependsOn": "Server"}}
        )

        self.assertEqual("UPDATE_ROLLBACK_COMPLETE", status)
        self.assertEqual("t4g.micro", self.instances()[0]["InstanceType"])

    def test_fails_when_a_server_with_two_interfaces_cannot_have_its_address_back(self) -> None:
        """The association is deleted first, and cannot be made again by the instance."""
        address = {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}}
        association = {
            "Type": "AWS::EC2::EIPAssociation",
            "Properties": {
                "AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]},
                "InstanceId": {"Ref": "Server"},
            },
        }
        base = {**NETWORK, "Address": address, "Association": association, "Eni": interface("10.0.0.20")}
        self.deploy({**base, "Server": server(image="ami-1")})
        self.ec2.attach_network_interface(
            NetworkInterfaceId=self.physical_id("Eni"), InstanceId=self.physical_id("Server"), DeviceIndex=1
        )

        status = self.deploy(
            {**base, "Server": server(image="ami-2"), "Bad": {**invalid(), "DependsOn": "Association"}}
        )

        self.assertEqual("UPDATE_ROLLBACK_FAILED", status)
        with self.assertRaisesRegex(ClientError, "is in UPDATE_ROLLBACK_FAILED state and can not be updated"):
            self.change_set({**base, "Server": server(image="ami-3")}, "UPDATE")


class FunctionTest(StackTest):
    """With a function that a test plays."""

    def setUp(self) -> None:
        super().setUp()
        self.sent: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.failing = ""
        test = self

        def invoke(function: LambdaFunction, event: Any = None) -> tuple[str, bool, str]:
            test.sent.append(event)
            failed = event["RequestType"] == test.failing
            physical_id = event["ResourceProperties"]["Name"]
            if failed:
                test.failing = ""
            ANSWERS.documents[event["ResponseURL"].rpartition("/")[2]] = {
                "Status": "FAILED" if failed else "SUCCESS",
                "Reason": "on purpose",
                "PhysicalResourceId": event.get("PhysicalResourceId") if event["RequestType"] == "Delete" else physical_id,
            }
            return "", False, ""

        model: Any = LambdaFunction
        original = model._invoke_lambda
        model._invoke_lambda = invoke
        self.addCleanup(setattr, model, "_invoke_lambda", original)
        role = self.iam.create_role(RoleName="role", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as package:
            package.writestr("index.py", "")
        self.s3 = boto3.Session(
            region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
        ).client("s3")
        self.s3.create_bucket(Bucket="code")
        self.s3.put_object(Bucket="code", Key="code.zip", Body=code.getvalue())
        self.role = role

    def function(self, **variables: Any) -> dict[str, Any]:
        return {
            "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Code": {"S3Bucket": "code", "S3Key": "code.zip"},
                    "Handler": "index.handler",
                    "Runtime": "python3.12",
                    "Role": self.role,
                    "Environment": {"Variables": variables},
                },
            }
        }

    def custom(self, name: Any) -> dict[str, Any]:
        properties = {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}, "Name": name}
        return {"Custom": {"Type": "Custom::Thing", "Properties": properties}}

    def requests(self) -> list[tuple[str, str, str, str]]:
        """Type, name, former name and physical id of each request."""
        return [
            (
                event["RequestType"],
                event["ResourceProperties"]["Name"],
                event.get("OldResourceProperties", {}).get("Name", ""),
                event.get("PhysicalResourceId", ""),
            )
            for event in self.sent
        ]

    def test_a_published_version_is_a_snapshot(self) -> None:
        def resources(address: str, version: str) -> dict[str, Any]:
            return {**NETWORK, "Eni": interface(address), **self.versions({"Ref": "Eni"}, version)}

        def seen(qualifier: str) -> str:
            name = self.physical_id("Function")
            found = self.lambda_.get_function_configuration(FunctionName=name, Qualifier=qualifier)
            return str(found["Environment"]["Variables"]["NAME"])

        self.deploy(resources("10.0.0.20", "VersionA"))
        old = self.physical_id("Eni")
        self.deploy(resources("10.0.0.30", "VersionA"))
        new = self.physical_id("Eni")

        self.assertNotEqual(old, new)
        self.assertEqual(new, seen("$LATEST"))
        self.assertEqual(old, seen("live"))

        self.deploy(resources("10.0.0.30", "VersionB"))
        self.assertEqual(new, seen("live"))

    def versions(self, variable: Any, version: str) -> dict[str, Any]:
        return {
            **self.function(NAME=variable),
            version: {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Function"}}},
            "Alias": {
                "Type": "AWS::Lambda::Alias",
                "Properties": {
                    "Name": "live",
                    "FunctionName": {"Ref": "Function"},
                    "FunctionVersion": {"Fn::GetAtt": [version, "Version"]},
                },
            },
        }

    def live(self) -> tuple[str, str]:
        """Number and variable of the version behind the alias."""
        found = self.lambda_.get_function_configuration(FunctionName=self.physical_id("Function"), Qualifier="live")
        return found["Version"], found["Environment"]["Variables"]["NAME"]

    def test_never_gives_a_version_the_number_of_a_deleted_one(self) -> None:
        self.deploy(self.versions("a", "VersionA"))
        self.deploy(self.versions("b", "VersionB"))
        self.assertEqual(("2", "b"), self.live())

        self.failing = "Create"
        self.deploy({**self.versions("c", "VersionC"), **self.custom("it")})
        self.assertEqual("UPDATE_ROLLBACK_COMPLETE", self.status())
        self.assertEqual(("2", "b"), self.live())

        self.deploy(self.versions("c", "VersionC"))
        self.assertEqual(("4", "c"), self.live())

    def test_publishes_nothing_that_has_not_changed(self) -> None:
        self.deploy(self.versions("a", "VersionA"))

        self.deploy(self.versions("a", "VersionB"))

        self.assertEqual("UPDATE_ROLLBACK_COMPLETE", self.status())
        self.assertEqual(("1", "a"), self.live())

    def test_deletes_the_old_physical_id_of_a_custom_resource_during_cleanup(self) -> None:
        self.deploy({**self.function(), **self.custom("one")})
        self.deploy({**self.function(), **self.custom("two")})

        self.assertEqual(
            [("Create", "one", "", ""), ("Update", "two", "one", "one"), ("Delete", "one", "", "one")],
            self.requests(),
        )

    def test_sends_no_update_when_nothing_has_changed(self) -> None:
        self.deploy({**self.function(), **self.custom("one")})
        self.deploy({**self.function(A="b"), **self.custom("one")})

        self.assertEqual([("Create", "one", "", "")], self.requests())

    def test_rolls_back_a_custom_resource_with_the_old_properties(self) -> None:
        self.deploy({**self.function(), **self.custom("one")})
        self.failing = "Update"

        self.assertEqual("UPDATE_ROLLBACK_COMPLETE", self.deploy({**self.function(), **self.custom("two")}))

        self.assertEqual(
            [
                ("Create", "one", "", ""),
                ("Update", "two", "one", "one"),
                ("Update", "one", "two", "two"),
                ("Delete", "two", "", "two"),
            ],
            self.requests(),
        )
        self.assertEqual("one", self.physical_id("Custom"))

    def test_deletes_a_custom_resource_that_could_not_be_created(self) -> None:
        self.failing = "Create"

        self.assertEqual("ROLLBACK_COMPLETE", self.deploy({**self.function(), **self.custom("one")}))

        self.assertEqual([("Create", "one", "", ""), ("Delete", "one", "", "one")], self.requests())

    def test_keeps_a_stack_whose_custom_resource_cannot_be_deleted(self) -> None:
        self.deploy({**self.function(), **self.custom("one")})
        self.failing = "Delete"

        self.cloudformation.delete_stack(StackName=STACK)
        self.assertEqual("DELETE_FAILED", self.status())

        self.cloudformation.delete_stack(StackName=STACK)
        self.assertFalse(self.exists())


class NetworkRulesTest(StackTest):
    def setUp(self) -> None:
        super().setUp()
        gateway = {
            "Gateway": {"Type": "AWS::EC2::InternetGateway"},
            "Attachment": {
                "Type": "AWS::EC2::VPCGatewayAttachment",
                "Properties": {"VpcId": {"Ref": "Vpc"}, "InternetGatewayId": {"Ref": "Gateway"}},
            },
        }
        self.deploy({**NETWORK, **gateway, "Server": server(), "Eni": interface("10.0.0.20")})
        self.ec2.attach_network_interface(
            NetworkInterfaceId=self.physical_id("Eni"), InstanceId=self.physical_id("Server"), DeviceIndex=1
        )
        self.address = self.ec2.allocate_address(Domain="vpc")["AllocationId"]

    def refused(self, call: Any, **arguments: Any) -> str:
        with self.assertRaises(ClientError) as refusal:
            call(**arguments)
        return str(refusal.exception.response["Error"]["Code"])

    def test_refuses_an_address_for_a_server_with_two_interfaces(self) -> None:
        code = self.refused(
            self.ec2.associate_address, AllocationId=self.address, InstanceId=self.physical_id("Server")
        )
        self.assertEqual("InvalidInstanceID", code)
        self.ec2.associate_address(AllocationId=self.address, NetworkInterfaceId=self.physical_id("Eni"))

    def test_takes_an_address_away_from_where_it_was(self) -> None:
        eni, first = self.physical_id("Eni"), self.instances()[0]["NetworkInterfaces"][0]["NetworkInterfaceId"]
        self.ec2.associate_address(AllocationId=self.address, NetworkInterfaceId=eni)

        self.assertEqual(
            "Resource.AlreadyAssociated",
            self.refused(
                self.ec2.associate_address,
                AllocationId=self.address,
                NetworkInterfaceId=first,
                AllowReassociation=False,
            ),
        )
        self.ec2.associate_address(AllocationId=self.address, NetworkInterfaceId=first)

        described = self.ec2.describe_network_interfaces(NetworkInterfaceIds=[eni])["NetworkInterfaces"][0]
        self.assertNotIn("Association", described)

    def test_refuses_what_is_in_use(self) -> None:
        eni = self.physical_id("Eni")
        self.assertEqual(
            "InvalidParameterValue", self.refused(self.ec2.delete_network_interface, NetworkInterfaceId=eni)
        )
        self.assertEqual(
            "InvalidIPAddress.InUse",
            self.refused(
                self.ec2.create_network_interface,
                SubnetId=self.physical_id("Subnet"),
                PrivateIpAddress="10.0.0.20",
            ),
        )
        self.assertEqual(
            "DependencyViolation", self.refused(self.ec2.delete_subnet, SubnetId=self.physical_id("Subnet"))
        )

    def test_gives_a_new_server_no_address_that_is_in_use(self) -> None:
        subnet = self.physical_id("Subnet")
        self.ec2.create_network_interface(SubnetId=subnet, PrivateIpAddress="10.0.0.9")

        launched = self.ec2.run_instances(ImageId="ami-1", MinCount=8, MaxCount=8, SubnetId=subnet)

        self.assertNotIn("10.0.0.9", [server["PrivateIpAddress"] for server in launched["Instances"]])

    def test_keeps_a_gateway_at_a_network_with_public_addresses(self) -> None:
        gateway = {"InternetGatewayId": self.physical_id("Gateway"), "VpcId": self.physical_id("Vpc")}
        self.ec2.associate_address(AllocationId=self.address, NetworkInterfaceId=self.physical_id("Eni"))

        self.assertEqual("DependencyViolation", self.refused(self.ec2.detach_internet_gateway, **gateway))


if __name__ == "__main__":
    unittest.main()
