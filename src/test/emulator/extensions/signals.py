"""The signal with which a server tells CloudFormation that its first boot has ended well, and a server that never signals.

CloudFormation fails the creation of a resource whose CreationPolicy asks for a signal that does not arrive. No server boots
without a hypervisor: then each one signals at once, unless a test wants the next one of a role not to.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-creationpolicy.html
"""

from typing import Any

from moto.ec2.models.instances import Instance

from extensions.failures import ResourceFailed

ROLE_TAG = "eni-failover:role"

_silent_roles: set[str] = set()


def fail_next(role: str) -> None:
    """The next server of this role never signals."""
    _silent_roles.add(role)


def await_signal(model: Any, declaration: dict[str, Any]) -> None:
    """Fails a new instance whose signal is wanted and does not arrive."""
    if not isinstance(model, Instance) or "ResourceSignal" not in declaration.get("CreationPolicy", {}):
        return
    roles = {tag["value"] for tag in model.get_tags() if tag["key"] == ROLE_TAG}
    failure = getattr(model, "first_boot_failure", None)
    if failure or roles & _silent_roles:
        _silent_roles.difference_update(roles)
        reason = "Failed to receive 1 resource signal(s) within the specified duration"
        raise ResourceFailed(f"{reason}: {failure}" if failure else reason, model)
