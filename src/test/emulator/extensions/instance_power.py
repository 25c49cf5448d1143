"""What stopping, starting and terminating an instance means for its interfaces and its launch time, which moto leaves out.

A stop keeps every attachment, except one that the guest would not let go of: that one ends. A start is a new launch. And
an instance that is gone holds no interface that outlives it.
"""

import copy
import threading
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.models.instances import Instance, InstanceState

from extensions import ec2_rules, hypervisor

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html
STOPPING = ("stopping", 64)

_stop = Instance.stop
_start = Instance.start
_terminate = Instance.terminate
_stop_seconds = 0.0


def let_stop_take(seconds: float) -> None:
    """Sets how long a stop takes from now on; with Force too."""
    global _stop_seconds
    _stop_seconds = seconds


def _begin_stop(instance: Instance) -> InstanceState:
    if instance._state.name == "stopping":
        return copy.copy(instance._state)
    if not _stop_seconds or not instance.is_running():
        return _stop_and_let_go(instance)
    previous = copy.copy(instance._state)
    instance._state.name, instance._state.code = STOPPING
    threading.Timer(_stop_seconds, _finish_stop, (instance,)).start()
    return previous


def _finish_stop(instance: Instance) -> None:
    # It may have been terminated in the meantime.
    if instance._state.name == "stopping":
        _stop_and_let_go(instance)


def _stop_and_let_go(instance: Instance) -> InstanceState:
    hypervisor.tell("stop", instance.id)
    previous = _stop(instance)
    ec2_rules.end_detachments(instance)
    return previous


def _start_anew(instance: Instance) -> InstanceState:
    # Only a stopped one: a start of one that runs changes nothing.
    if not instance.is_running():
        instance.launch_time = utcnow()
        hypervisor.tell("start", instance.id)
    return _start(instance)


def _terminate_and_let_go(instance: Instance) -> InstanceState:
    hypervisor.tell("terminate", instance.id)
    previous = _terminate(instance)
    for eni in [eni for index, eni in instance.nics.items() if index > 0]:
        instance.detach_eni(eni)
    return previous


def install() -> None:
    """Puts these operations in the place of moto's."""
    model: Any = Instance
    model.stop = _begin_stop
    model.start = _start_anew
    model.terminate = _terminate_and_let_go
