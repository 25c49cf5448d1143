"""EC2's answer to a call with DryRun that it would carry out: HTTP 412, where moto says 400.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from typing import Any

from moto.core.serialize import EC2Serializer
from moto.ec2.exceptions import DryRunClientError

_respond = EC2Serializer._serialized_error_to_response


def _with_status(serializer: EC2Serializer, resp: Any, error: Exception, shape: Any, serialized_error: Any) -> Any:
    response = _respond(serializer, resp, error, shape, serialized_error)
    if isinstance(error, DryRunClientError):
        response["status_code"] = 412
    return response


def install() -> None:
    """Puts this answer in the place of moto's."""
    serializer: Any = EC2Serializer
    serializer._serialized_error_to_response = _with_status
