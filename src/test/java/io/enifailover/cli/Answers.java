package io.enifailover.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What the controller says of a pair in all its states, in the form that the commands read. */
final class Answers {
    static final String PRIMARY = "i-0a1b2c3d4e5f60718";
    static final String STANDBY = "i-0f9e8d7c6b5a43210";

    private Answers() {}

    /** All is well: the primary serves, the standby is ready, one failover and the way back are remembered. */
    static ObjectNode well() {
        return object("""
                {
                  "time": "2026-11-22T03:00:00Z",
                  "interfaceId": "eni-0123456789abcdef0",
                  "state": "attached",
                  "holder": {
                    "id": "i-0a1b2c3d4e5f60718", "role": "primary", "since": "2026-11-19T17:20:11Z",
                    "why": "ordered"
                  },
                  "service": {"url": "http://203.0.113.10/healthz", "verdict": "serves", "milliseconds": 12},
                  "servers": [
                    {
                      "id": "i-0a1b2c3d4e5f60718", "role": "primary", "holds": true, "power": "running",
                      "verdict": "serves", "tainted": null, "ready": true,
                      "checks": [{"name": "power", "state": "pass", "detail": "running"}]
                    },
                    {
                      "id": "i-0f9e8d7c6b5a43210", "role": "standby", "holds": false, "power": "running",
                      "verdict": "serves", "tainted": null, "ready": true,
                      "checks": [
                        {"name": "power", "state": "pass", "detail": "running"},
                        {"name": "service", "state": "pass", "detail": "answers at 203.0.113.12"}
                      ]
                    }
                  ],
                  "hold": null,
                  "lease": null,
                  "recordError": null,
                  "history": [
                    {
                      "id": "2", "at": "2026-11-19T17:20:11Z", "kind": "switchover",
                      "from": "i-0f9e8d7c6b5a43210", "to": "i-0a1b2c3d4e5f60718",
                      "reason": "ordered", "by": "ann", "outcome": "serves",
                      "forced": false, "withoutLease": false, "outageMilliseconds": 4210,
                      "milliseconds": {"decide": 400, "detach": 2500, "attach": 1500, "serve": 60}
                    },
                    {
                      "id": "1", "at": "2026-11-19T16:02:59Z", "kind": "failover",
                      "from": "i-0a1b2c3d4e5f60718", "to": "i-0f9e8d7c6b5a43210",
                      "reason": "the observer reports it, and the witness agrees",
                      "by": "report of i-0f9e8d7c6b5a43210 after 3 failures", "outcome": "serves",
                      "forced": true, "withoutLease": true, "outageMilliseconds": null,
                      "milliseconds": {"detect": 3000, "decide": 800, "detach": 15000, "force": 2100, "attach": 1500,
                                       "serve": 90}
                    }
                  ]
                }""");
    }

    static ObjectNode onHold() {
        var answer = well();
        answer.set("hold", object("""
                {"until": "2026-11-22T04:12:00Z", "reason": "kernel update of the standby", "by": "ann"}"""));
        return answer;
    }

    static ObjectNode notReady() {
        var answer = well();
        sick(answer, 1);
        return answer;
    }

    static ObjectNode failing() {
        var answer = well();
        sick(answer, 0);
        ((ObjectNode) answer.path("service")).put("verdict", "fails").putNull("milliseconds");
        return answer;
    }

    static ObjectNode bothDown() {
        var answer = failing();
        sick(answer, 1);
        return answer;
    }

    static ObjectNode midMove() {
        var answer = nobodyHolds();
        answer.put("state", "attaching");
        answer.set("lease", object("""
                {"owner": "7c5d", "intent": "i-0f9e8d7c6b5a43210", "deadline": "2026-11-22T03:00:08Z"}"""));
        return answer;
    }

    static ObjectNode nobodyHolds() {
        var answer = well();
        answer.put("state", "available").putNull("holder");
        ((ObjectNode) answer.path("service")).put("verdict", "unseen").putNull("milliseconds");
        ((ObjectNode) answer.at("/servers/0")).put("holds", false);
        sick(answer, 0);
        return answer;
    }

    /** The standby was terminated. */
    static ObjectNode standbyMissing() {
        var answer = well();
        answer.withArray("servers").remove(1);
        answer.putArray("missing").addObject().put("role", "standby").put("remedy", "rebuild it: raise its generation");
        return answer;
    }

    static ObjectNode tainted() {
        var answer = well();
        var standby = (ObjectNode) answer.at("/servers/1");
        standby.put("tainted", "2026-11-22T02:58:00Z").put("ready", false);
        standby.withArray("checks")
                .addObject()
                .put("name", "taint")
                .put("state", "fail")
                .put("detail", "its interface was detached by force at 2026-11-22T02:58:00Z");
        return answer;
    }

    static ObjectNode withoutRecord() {
        return well().put("recordError", "GetItem: InternalServerError");
    }

    private static void sick(ObjectNode answer, int server) {
        var sick = (ObjectNode) answer.path("servers").path(server);
        sick.put("verdict", "fails").put("ready", false);
        sick.putArray("checks")
                .addObject()
                .put("name", "service")
                .put("state", "fail")
                .put("detail", "does not answer at 203.0.113.1" + (server + 1));
    }

    static ObjectNode object(String json) {
        return (ObjectNode) Json.object(json).orElseThrow();
    }
}
