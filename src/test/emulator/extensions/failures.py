"""The failure of one resource, with what it leaves behind."""

from typing import Any


class ResourceFailed(Exception):
    """A resource could not be created, updated or deleted.

    `model` is the resource as the failure left it, if there is one: CloudFormation deletes or restores it in the rollback.
    """

    def __init__(self, reason: str, model: Any = None):
        super().__init__(reason)
        self.model = model
