"""EC2's rules about addresses, and about what may not be deleted while it is in use, which moto leaves out.

On EC2 an Elastic IP is not given to an instance with several interfaces by the instance's id, and it leaves where it was
when it is associated again; an address of a subnet is given once; an interface in use is not deleted, and a gateway is not
detached from a VPC with public addresses.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import DependencyViolationError, EC2ClientError
from moto.ec2.models.elastic_ip_addresses import ElasticAddress, ElasticAddressBackend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface, NetworkInterfaceBackend
from moto.ec2.models.instances import Instance, InstanceState
from moto.ec2.models.internet_gateways import InternetGatewayBackend
from moto.ec2.models.subnets import Subnet, SubnetBackend
from moto.ec2.responses.elastic_ip_addresses import ElasticIPAddresses

from extensions import hypervisor

_associate = ElasticAddressBackend.associate_address
_request_association = ElasticIPAddresses.associate_address
_disassociate = ElasticAddressBackend.disassociate_address
_release = ElasticAddressBackend.release_address
_create_interface = NetworkInterfaceBackend.create_network_interface
_delete_interface = NetworkInterfaceBackend.delete_network_interface
_detach_gateway = InternetGatewayBackend.detach_internet_gateway
_delete_subnet = SubnetBackend.delete_subnet
_terminate = Instance.terminate
_pick_address = Subnet.get_available_subnet_ip


def _associate_by_the_rules(
    backend: Any, instance: Any = None, eni: Any = None, address: str | None = None, **options: Any
) -> ElasticAddress:
    if instance and not eni:
        if len(instance.nics) > 1:
            raise EC2ClientError(
                "InvalidInstanceID",
                f"There are multiple interfaces attached to instance '{instance.id}'."
                " Please specify an interface ID for the operation instead.",
            )
        eni = instance.nics[0]
    allocation = options.get("allocation_id")
    moved = (backend.address_by_ip([address]) if address else backend.address_by_allocation([allocation]))[0]
    reassociate = str(options.get("reassociate", False)).lower() == "true"
    displaced = [other for other in backend.addresses if other.eni is eni and other is not moved]
    if not reassociate and (displaced or moved.eni not in (None, eni)):
        raise EC2ClientError("Resource.AlreadyAssociated", f"resource {moved.allocation_id} is already associated")
    for other in displaced if moved.eni in (None, eni) else [*displaced, moved]:
        backend.disassociate_address(address=other.public_ip)
    associated = _associate(backend, instance=instance, eni=eni, address=address, **{**options, "reassociate": True})
    hypervisor.tell("addresses")
    return associated


def _associate_unless_refused(request: ElasticIPAddresses) -> ActionResult:
    """Reassociation is automatic, unless the caller says false; moto wants it to be asked for."""
    request.params.setdefault("AllowReassociation", True)
    return _request_association(request)


def _disassociate_and_tell(backend: Any, **which: Any) -> None:
    _disassociate(backend, **which)
    hypervisor.tell("addresses")


def _release_if_free(backend: Any, address: str | None = None, allocation_id: str | None = None) -> None:
    found = (backend.address_by_ip([address]) if address else backend.address_by_allocation([allocation_id]))[0]
    if found.association_id:
        raise EC2ClientError("InvalidIPAddress.InUse", f"Address {found.public_ip} is in use.")
    _release(backend, address=address, allocation_id=allocation_id)


def _create_interface_at_a_free_address(
    backend: Any, subnet: Any, private_ip_address: Any, *arguments: Any, **options: Any
) -> NetworkInterface:
    where = backend.get_subnet(subnet) if isinstance(subnet, str) else subnet
    wanted = private_ip_address[0] if isinstance(private_ip_address, list) and private_ip_address else private_ip_address
    if wanted and any(eni.private_ip_address == wanted for eni in _interfaces_in(backend, where)):
        raise EC2ClientError("InvalidIPAddress.InUse", f"Address {wanted} is in use.")
    return _create_interface(backend, subnet, private_ip_address, *arguments, **options)


def _pick_free_address(subnet: Subnet, instance: Instance) -> str:
    """moto counts upwards, past the addresses of its servers but not of other interfaces."""
    taken = {eni.private_ip_address for eni in _interfaces_in(subnet.ec2_backend, subnet)}
    while (address := _pick_address(subnet, instance)) in taken:
        pass
    return address


def _delete_interface_if_free(backend: Any, eni_id: str) -> None:
    eni = backend.get_network_interface(eni_id)
    if eni.attachment_id and eni.instance and eni.instance.state != "terminated":
        raise EC2ClientError("InvalidParameterValue", f"Network interface '{eni_id}' is currently in use.")
    _let_go_of_addresses(eni)
    _delete_interface(backend, eni_id)


def _detach_gateway_if_unused(backend: Any, internet_gateway_id: str, vpc_id: str) -> None:
    if any(eni.public_ip for eni in backend.enis.values() if eni.vpc_id == vpc_id):
        raise DependencyViolationError(
            f"Network {vpc_id} has some mapped public address(es)."
            " Please unmap those public address(es) before detaching the gateway."
        )
    _detach_gateway(backend, internet_gateway_id, vpc_id)


def _delete_subnet_if_empty(backend: Any, subnet_id: str) -> Subnet:
    if _interfaces_in(backend, backend.get_subnet(subnet_id)):
        raise DependencyViolationError(f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")
    return _delete_subnet(backend, subnet_id)


def _terminate_with_the_first_interface(instance: Instance) -> InstanceState:
    previous = _terminate(instance)
    # The instance still shows it, as the tables of moto want; EC2 does not have it any more.
    first = instance.nics[0]
    if instance.ec2_backend.enis.pop(first.id, None):
        _let_go_of_addresses(first)
        first.public_ip = None
    return previous


def _interfaces_in(backend: Any, subnet: Any) -> list[NetworkInterface]:
    return [eni for eni in backend.enis.values() if subnet and eni.subnet.id == subnet.id]


def _let_go_of_addresses(eni: NetworkInterface) -> None:
    for address in [found for found in eni.ec2_backend.addresses if found.eni is eni]:
        eni.ec2_backend.disassociate_address(address=address.public_ip)


def install() -> None:
    """Puts the rules in the place of moto's own operations."""
    addresses: Any = ElasticAddressBackend
    addresses.associate_address = _associate_by_the_rules
    addresses.disassociate_address = _disassociate_and_tell
    requests: Any = ElasticIPAddresses
    requests.associate_address = _associate_unless_refused
    addresses.release_address = _release_if_free
    interfaces: Any = NetworkInterfaceBackend
    interfaces.create_network_interface = _create_interface_at_a_free_address
    interfaces.delete_network_interface = _delete_interface_if_free
    subnets_of_ec2: Any = Subnet
    subnets_of_ec2.get_available_subnet_ip = _pick_free_address
    gateways: Any = InternetGatewayBackend
    gateways.detach_internet_gateway = _detach_gateway_if_unused
    subnets: Any = SubnetBackend
    subnets.delete_subnet = _delete_subnet_if_empty
    # After instance_power, which ends the other attachments.
    model: Any = Instance
    global _terminate
    _terminate = model.terminate
    model.terminate = _terminate_with_the_first_interface
