"""EC2's rules about attaching and detaching an interface, which moto leaves out.

moto moves an interface that is in use without a word, and detaches at once. On EC2 the first is an error and the second
takes seconds, or never ends: exactly what the controller is written for. Here an attachment is "attaching" first and
"detaching" last, and one that a hung guest holds ends by force or when the instance is stopped. And moto's Elastic IPs
are loopback addresses, to which Java never goes through a proxy; here they are from a range that is kept for
documentation.
"""

import itertools
import threading
from typing import Any

import moto.ec2.models.elastic_ip_addresses
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.exceptions import EC2ClientError, InvalidNetworkAttachmentIdError, LastEniDetachError
from moto.ec2.models.elastic_network_interfaces import Attachment, NetworkInterface, NetworkInterfaceBackend
from moto.ec2.models.instances import Instance
from moto.ec2.responses.elastic_network_interfaces import ElasticNetworkInterfaces

from extensions import hypervisor

# moto serves each request in a thread of its own, and these operations first look and then act.
_lock = threading.RLock()
_attach = NetworkInterfaceBackend.attach_network_interface
_addresses = (f"203.0.113.{host}" for host in itertools.count(1))
_detach_seconds: float | None = 0.0
_force_helps = True
_attach_seconds = 0.0
_stopping_refuses = False


def let_detach_take(seconds: float | None, force_helps: bool = True) -> None:
    """Sets how long a detachment takes from now on; None is a guest that never lets go, perhaps not even by force."""
    global _detach_seconds, _force_helps
    _detach_seconds = seconds
    _force_helps = force_helps


def let_stopping_refuse(refuses: bool) -> None:
    """Sets whether a detachment is refused while its instance is stopping; AWS does not document what EC2 does."""
    global _stopping_refuses
    _stopping_refuses = refuses


def let_attach_take(seconds: float) -> None:
    """Sets how long an attachment takes from now on."""
    global _attach_seconds
    _attach_seconds = seconds


def end_detachments(instance: Instance) -> None:
    """Ends what the guest of this instance has not let go of: it does not run any more."""
    with _lock:
        for eni in list(instance.nics.values()):
            if getattr(eni, "detaching", None) == eni.attachment_id:
                _detach(eni.ec2_backend, eni.attachment_id, instance.id)


def _detach(backend: NetworkInterfaceBackend, attachment_id: str, instance_id: str) -> None:
    hypervisor.tell("unplug", instance_id)
    backend.detach_network_interface(attachment_id)


def _attach_by_the_rules(
    backend: NetworkInterfaceBackend, eni_id: str, instance_id: str, device_index: int
) -> Attachment:
    with _lock:
        eni = backend.get_network_interface(eni_id)
        instance = backend.get_instance(instance_id)  # type: ignore[attr-defined]
        if eni.attachment_id:
            raise EC2ClientError("InvalidNetworkInterface.InUse", f"Interface: [{eni_id}] in use.")
        if int(device_index) in instance.nics:
            raise EC2ClientError(
                "InvalidParameterValue",
                f"Instance '{instance_id}' already has an interface attached at device index '{device_index}'.",
            )
        if eni.availability_zone != instance.availability_zone:
            raise EC2ClientError(
                "InvalidParameterCombination",
                "You may not attach a network interface to an instance if they are not in the same availability zone",
            )
        attachment = _attach(backend, eni_id, instance_id, device_index)
        if _attach_seconds:
            eni.attaching = attachment.attachment_id  # type: ignore[attr-defined]
            threading.Timer(_attach_seconds, _finish_attach, (eni, attachment.attachment_id)).start()
        else:
            hypervisor.tell("plug", instance_id)
        return attachment


def _finish_attach(eni: NetworkInterface, attachment_id: str) -> None:
    with _lock:
        if eni.attachment_id == attachment_id:
            hypervisor.tell("plug", eni.instance.id)  # type: ignore[union-attr]
            eni.attaching = None  # type: ignore[attr-defined]


def _detach_in_time(request: ElasticNetworkInterfaces) -> ActionResult:
    request.error_on_dryrun()
    backend: NetworkInterfaceBackend = request.ec2_backend
    attachment_id = request._get_param("AttachmentId")
    with _lock:
        eni = _attached(backend, attachment_id)
        if eni is None:
            raise InvalidNetworkAttachmentIdError(attachment_id)
        if eni.device_index == 0:
            raise LastEniDetachError
        if _stopping_refuses and eni.instance and eni.instance.state == "stopping":  # type: ignore[attr-defined]
            raise EC2ClientError("IncorrectState", f"Instance '{eni.instance.id}' is stopping.")
        by_force = request._get_bool_param("Force", False) and _force_helps
        if by_force or not (eni.instance and eni.instance.is_running()):
            _detach(backend, attachment_id, eni.instance.id)  # type: ignore[union-attr]
        else:
            eni.detaching = attachment_id  # type: ignore[attr-defined]
            if _detach_seconds is not None:
                hypervisor.tell("unplug", eni.instance.id)  # type: ignore[union-attr]
                threading.Timer(_detach_seconds, _finish_detach, (backend, attachment_id)).start()
    return EmptyResult()


def _finish_detach(backend: NetworkInterfaceBackend, attachment_id: str) -> None:
    with _lock:
        if _attached(backend, attachment_id):
            backend.detach_network_interface(attachment_id)


def _attached(backend: NetworkInterfaceBackend, attachment_id: str) -> NetworkInterface | None:
    return next((eni for eni in backend.enis.values() if eni.attachment_id == attachment_id), None)


def _attachment(eni: NetworkInterface) -> Attachment | None:
    if not eni.attachment_id:
        return None
    attachment = Attachment(eni)
    if getattr(eni, "detaching", None) == eni.attachment_id:
        attachment.status = "detaching"
    elif getattr(eni, "attaching", None) == eni.attachment_id:
        attachment.status = "attaching"
    return attachment


def install() -> None:
    """Puts the rules in the place of moto's own operations."""
    interface: Any = NetworkInterface
    interface.attachment = property(_attachment)
    backend: Any = NetworkInterfaceBackend
    backend.attach_network_interface = _attach_by_the_rules
    requests: Any = ElasticNetworkInterfaces
    requests.detach_network_interface = _detach_in_time
    addresses: Any = moto.ec2.models.elastic_ip_addresses
    addresses.random_ip = lambda: next(_addresses)
