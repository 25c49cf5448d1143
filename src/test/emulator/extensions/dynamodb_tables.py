"""Writes to DynamoDB that exclude each other, and tables whose template asks for expiry and recovery.

moto checks the condition of a write and then writes, and serves each request in a thread of its own: two controllers
could take one lease. And it forgets what a template says of time to live and point-in-time recovery.
"""

import threading
from collections.abc import Callable
from typing import Any

from moto.dynamodb import dynamodb_backends
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table

_lock = threading.RLock()
_create = Table.create_from_cloudformation_json.__func__  # type: ignore[attr-defined]


def _one_at_a_time(operation: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> Any:
        with _lock:
            return operation(*args, **kwargs)

    return run


def _create_with_expiry_and_recovery(
    cls: type[Table], resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
) -> Table:
    table: Table = _create(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs)
    properties = cloudformation_json["Properties"]
    backend = dynamodb_backends[account_id][region_name]
    if expiry := properties.get("TimeToLiveSpecification"):
        backend.update_time_to_live(table.name, expiry)
    if recovery := properties.get("PointInTimeRecoverySpecification"):
        backend.update_continuous_backups(table.name, recovery)
    return table


def install() -> None:
    """Puts these operations in the place of moto's."""
    backend: Any = DynamoDBBackend
    for name in ("put_item", "update_item", "delete_item"):
        setattr(backend, name, _one_at_a_time(getattr(backend, name)))
    table: Any = Table
    table.create_from_cloudformation_json = classmethod(_create_with_expiry_and_recovery)
