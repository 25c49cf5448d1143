"""EventBridge rules that call functions, for the events that AWS's own services send.

moto matches an event with a rule's pattern, but has no function for a target; and nobody may put an event of a service.
"""

import json
from typing import Any

from moto.awslambda.utils import get_backend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.events import events_backends
from moto.events.models import Rule


def deliver(event: dict[str, Any]) -> list[Any]:
    """Delivers an event by the rules of the default bus, and returns what the functions have answered."""
    bus = events_backends[DEFAULT_ACCOUNT_ID][event["region"]].event_buses["default"]
    matching = [rule for rule in bus.rules.values() if rule.state == "ENABLED" and _matches(rule, event)]
    targets = [target for rule in matching for target in rule.targets]
    return [_invoke(target, event) for target in targets if ":lambda:" in target["Arn"]]


def _matches(rule: Rule, event: dict[str, Any]) -> bool:
    if rule.scheduled_expression:
        return rule.arn in event["resources"] or event["resources"] == ["*"]
    return bool(rule.event_pattern.matches_event(event))  # type: ignore[arg-type]


def _invoke(target: dict[str, Any], event: dict[str, Any]) -> Any:
    answer = get_backend(DEFAULT_ACCOUNT_ID, event["region"]).invoke(target["Arn"], None, json.dumps(event), {}, {})
    return json.loads(answer or "null")
