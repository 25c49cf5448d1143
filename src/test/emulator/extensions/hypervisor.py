"""Tells a hypervisor what the machines behind EC2's API have to do, and goes on once it is done.

Without one the machines are entries in moto's tables and nothing else. With one, a machine is running when the hypervisor
says so, an interface is in it when EC2 shows it as attached, and leaves it when the detachment begins: the worst case for
whoever waits.
"""

import urllib.error
import urllib.request
from typing import Any

from moto.ec2.models.instances import Instance, InstanceBackend
from moto.ssm.models import SimpleSystemManagerBackend

LONGEST_ORDER = 300.0  # seconds: a first boot with its user data

_url: str | None = None
_run = InstanceBackend.run_instances
_reboot = Instance.reboot
_send_command = SimpleSystemManagerBackend.send_command


def tell(order: str, instance_id: str = "", script: str = "") -> None:
    """Has "run", "start", "stop", "reboot", "terminate", "plug", "unplug" or "command" carried out, or "addresses" seen."""
    if _url:
        request = urllib.request.Request(f"{_url}/{order}/{instance_id}", data=script.encode(), method="POST")
        urllib.request.urlopen(request, timeout=LONGEST_ORDER).close()


def _run_for_real(backend: InstanceBackend, *arguments: Any, **options: Any) -> Any:
    reservation = _run(backend, *arguments, **options)
    for instance in reservation.instances:
        try:
            tell("run", instance.id)
        except urllib.error.HTTPError as failure:
            # EC2 has launched it; whether its first boot went well is for whoever waits for its signal.
            instance.first_boot_failure = failure.read().decode()
    return reservation


def _reboot_for_real(instance: Instance) -> Any:
    tell("reboot", instance.id)
    return _reboot(instance)


def _send_for_real(backend: SimpleSystemManagerBackend, **options: Any) -> Any:
    for instance_id in options["instance_ids"]:
        tell("command", instance_id, "\n".join(options["parameters"]["commands"]))
    return _send_command(backend, **options)


def install(url: str) -> None:
    """Puts a hypervisor behind EC2's API."""
    global _url
    _url = url
    backend: Any = InstanceBackend
    backend.run_instances = _run_for_real
    model: Any = Instance
    model.reboot = _reboot_for_real
    systems: Any = SimpleSystemManagerBackend
    systems.send_command = _send_for_real
