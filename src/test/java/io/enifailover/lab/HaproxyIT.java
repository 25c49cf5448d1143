package io.enifailover.lab;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** {@code examples/haproxy} as it is, with backends, and a client whose TLS ends at them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class HaproxyIT {
    /** Those of haproxy.cfg. */
    private static final List<String> BACKENDS = List.of("10.0.1.11", "10.0.1.12");

    @AutoClose
    private static Lab lab;

    @AutoClose
    @SuppressWarnings("UnusedVariable") // JUnit closes it
    private static Backends backends;

    private static LabReport report;
    private static Scenarios scenarios;

    @BeforeAll
    static void deploy() throws Exception {
        lab = new Lab(Application.example(
                "haproxy", "Haproxy", "haproxy", "https://%s/", "haproxy -v | head -n 1 | cut -d ' ' -f 1-3"));
        backends = new Backends(
                BACKENDS, address -> lab.hypervisor().facts(address).instanceId(), Lab.DIRECTORY.resolve("logs"));
        report = LabReport.of(lab);
        scenarios = new Scenarios(lab, report);
    }

    @AfterAll
    static void writeTheReport() throws Exception {
        if (report != null) {
            report.write();
        }
    }

    @Test
    @Order(1)
    void movesWhenTheMachineLosesPower() throws Exception {
        scenarios.play("HAProxy: machine crashes", "the standby passes TLS on", trial -> {
            trial.happens("machine powered off", () -> lab.primary().powerOff());
            scenarios.expectMove(trial, "report", lab.primary(), lab.standby());
        });
    }

    /** A kernel of its own would be frozen too. Here it is the host's, and would go on to accept connections. */
    @Test
    @Order(2)
    void movesWhenTheMachineFreezes() throws Exception {
        scenarios.play("HAProxy: machine freezes", "so it does when nothing of the machine answers", trial -> {
            trial.happens("machine frozen", () -> {
                lab.primary().cut();
                lab.primary().freeze();
            });
            scenarios.expectMove(trial, "report", lab.primary(), lab.standby());
        });
    }

    @Test
    @Order(3)
    void switchesOverAndBack() throws Exception {
        scenarios.play("HAProxy: switchover", "an ordered move", trial -> {
            trial.happens("switchover ordered", () -> scenarios.order(Map.of("order", "switchover", "by", "lab")));
            scenarios.expectMove(trial, "lab", lab.primary(), lab.standby());
        });
        scenarios.play("HAProxy: switchover back", "and the way back", trial -> {
            scenarios.order(Map.of("order", "switchover", "by", "lab"));
            trial.isServedBy(lab.standby(), Scenarios.PATIENCE);
            lab.forget();
            trial.happens("switchover ordered", () -> scenarios.order(Map.of("order", "switchover", "by", "lab")));
            scenarios.expectMove(trial, "lab", lab.standby(), lab.primary());
        });
    }
}
