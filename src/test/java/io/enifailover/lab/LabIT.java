package io.enifailover.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.lab.Keepalived.Crash;
import io.enifailover.lab.Scenarios.Script;
import io.enifailover.outage.Comparison.Design;
import io.enifailover.outage.Goal;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What happens to the pair, and what a client sees of it. {@code -Dlab.repetitions=10} repeats what has a goal. Each
 * scenario also runs on its own; their order is that of the report.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LabIT {
    private static final int REPETITIONS = Integer.getInteger("lab.repetitions", 1);
    /** How long each disturbance lasts. */
    private static final Duration DISTURBED = Duration.ofSeconds(Integer.getInteger("lab.disturbed", 20));

    private static final Duration PATIENCE = Scenarios.PATIENCE;

    /** Several times what a watch needs to report, and the controller to act. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(10);

    private static final Duration STOP = Duration.ofSeconds(10);
    private static final List<Goal> CRASH = goals(Lab.FLOOR.plusMillis(1_800), Lab.FLOOR.plusMillis(2_800));
    private static final List<Goal> SERVICE_STOPS = goals(Lab.FLOOR.plusSeconds(1), Lab.FLOOR.plusSeconds(2));
    private static final List<Goal> HANG = goals(Duration.ofSeconds(10), Duration.ofSeconds(12));
    private static final List<Goal> DEAD_CONTROLLER = goals(Lab.FLOOR.plusSeconds(7), Lab.FLOOR.plusSeconds(10));
    private static final List<Goal> SWITCHOVER = goals(Lab.FLOOR.plusMillis(150), Lab.FLOOR.plusMillis(500));
    private static final List<Goal> REPLACEMENT = goals(Lab.FLOOR.plusMillis(500), Lab.FLOOR.plusSeconds(1));
    private static final List<Goal> RECOVERY = goals(Duration.ofSeconds(6), Duration.ofSeconds(8));

    @AutoClose
    private static Lab lab;

    private static LabReport report;
    private static Scenarios scenarios;

    @BeforeAll
    static void deploy() throws Exception {
        lab = new Lab(Application.OWN);
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
    void outlivesACrashOfNginx() throws Exception {
        scenario("nginx crashes", "systemd starts it again before anybody would move", trial -> {
            trial.happens("nginx killed", () -> lab.primary().run("systemctl", "kill", "--signal=KILL", "nginx"));
            trial.expectNoMove(lab.primary(), LONG_ENOUGH);
            trial.expectServedBy(lab.primary(), PATIENCE);
        });
    }

    @Test
    @Order(2)
    void movesWhenNginxIsStopped() throws Exception {
        repeated("nginx stops", "the standby takes over from a server without nginx", SERVICE_STOPS, trial -> {
            trial.happens("nginx stopped", () -> lab.primary().run("systemctl", "stop", "nginx"));
            expectMove(trial, "report", lab.primary(), lab.standby());
        });
        report.decision();
    }

    @Test
    @Order(3)
    void movesWhenNginxHangs() throws Exception {
        scenario("nginx hangs", "the standby takes over from an nginx that accepts and does not answer", trial -> {
            trial.happens(
                    "nginx stopped in its tracks",
                    () -> lab.primary().run("systemctl", "kill", "--signal=STOP", "nginx"));
            expectMove(trial, "report", lab.primary(), lab.standby());
        });
    }

    @Test
    @Order(4)
    void movesWhenTheMachineLosesPower() throws Exception {
        repeated(
                LabReport.CRASH,
                "the standby takes over from a machine without power, which EC2 still believes to run",
                CRASH,
                trial -> {
                    trial.happens("machine powered off", () -> lab.primary().powerOff());
                    expectMove(trial, "report", lab.primary(), lab.standby());
                });
    }

    @Test
    @Order(5)
    void switchesOverAndBack() throws Exception {
        repeated("switchover", "an ordered move costs little more than EC2's own time", SWITCHOVER, trial -> {
            trial.happens("switchover ordered", () -> order(Map.of("order", "switchover", "by", "lab")));
            expectMove(trial, "lab", lab.primary(), lab.standby());
        });
        repeated("switchover back", "so does the way back", SWITCHOVER, trial -> {
            order(Map.of("order", "switchover", "by", "lab"));
            trial.isServedBy(lab.standby(), PATIENCE);
            lab.forget();
            trial.happens("switchover ordered", () -> order(Map.of("order", "switchover", "by", "lab")));
            expectMove(trial, "lab", lab.standby(), lab.primary());
        });
    }

    @Test
    @Order(6)
    void detachesByForceFromAFrozenMachine() throws Exception {
        repeated(
                "machine freezes",
                "a detach that does not end is forced, and the old holder restarted",
                HANG,
                trial -> {
                    lab.emulator().detachHangs();
                    var launched = lab.launchTime(lab.primary());
                    trial.happens("machine frozen", () -> lab.primary().freeze());
                    trial.expectServedBy(lab.standby(), PATIENCE);
                    trial.expectRecord(lab.primary(), lab.standby(), true);
                    // With the next look of the schedule.
                    lab.minutePasses();
                    trial.expect(
                            Await.within(
                                    PATIENCE,
                                    () -> lab.launchTime(lab.primary()).isAfter(launched)),
                            "the server that was detached by force is stopped and started");
                    lab.primary().thaw();
                    trial.expect(Await.within(PATIENCE, () -> lab.serves(lab.primary())), "it serves again");
                });
    }

    @Test
    @Order(7)
    void movesWhenTheNetworkOfThePrimaryIsCut() throws Exception {
        scenario("primary cut off", "the standby takes over from a server without a network", trial -> {
            trial.happens("cables pulled", () -> lab.primary().cut());
            expectMove(trial, "report", lab.primary(), lab.standby());
        });
    }

    @Test
    @Order(8)
    void staysWhenTheNetworkOfTheStandbyIsCut() throws Exception {
        scenario("standby cut off", "an observer without a network moves nothing", trial -> {
            trial.happens("cables pulled", () -> lab.standby().cut());
            trial.expectNoMove(lab.primary(), LONG_ENOUGH);
            trial.expectNoOutage();
        });
    }

    @Test
    @Order(9)
    void staysWhenOnlyTheServersLoseEachOther() throws Exception {
        scenario("servers cut from each other", "the witness sees what clients see: nothing is moved", trial -> {
            trial.happens("way between the servers cut", () -> lab.cutBetweenServers(true));
            trial.expectNoMove(lab.primary(), LONG_ENOUGH);
            trial.expectNoOutage();
            trial.expect(lab.hasReported(lab.standby()), "the standby has reported: it was a decision not to move");
        });
    }

    @Test
    @Order(10)
    void staysWhileClientsKeepThousandsOfConnectionsOpen() throws Exception {
        scenario("half-open requests", "one client with 2,500 unfinished requests moves nothing", trial -> {
            trial.happens("2,500 half requests, and 300 clients that read nothing");
            try (var clients = lab.slowClients(2_500, 300)) {
                trial.expectEqual(clients.open(), "open: 2500 300", "connections");
                trial.expectNoMove(lab.primary(), LONG_ENOUGH.multipliedBy(2));
                trial.expectServedBy(lab.primary(), PATIENCE);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("io.enifailover.lab.Disturbance#all")
    @Order(11)
    void staysWhile(Disturbance disturbance) throws Exception {
        scenario(disturbance.description(), "nothing is moved", trial -> {
            trial.happens("it begins", () -> disturbance.disturb(lab, DISTURBED));
            trial.happens("it ends");
            report.falseFailovers(lab.history().size(), DISTURBED);
            trial.expectNothingMoved();
        });
    }

    /** On EC2, packets for a secondary address went to its old place for seconds. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Order(12)
    void movesOnceWherePacketsFollowLate(boolean ordered) throws Exception {
        var late = Duration.ofSeconds(5);
        scenario(
                (ordered ? "switchover" : "machine crashes") + ", packets follow after 5 s",
                "one move, which waits until the client is served",
                trial -> {
                    lab.hypervisor().packetsFollowLate(late);
                    if (ordered) {
                        trial.happens("switchover ordered", () -> order(Map.of("order", "switchover", "by", "lab")));
                    } else {
                        trial.happens("machine powered off", () -> lab.primary().powerOff());
                    }
                    expectMove(trial, ordered ? "lab" : "report", lab.primary(), lab.standby());
                    trial.expectOutageOfAtLeast(Lab.FLOOR.plus(late));
                    Await.pause(LONG_ENOUGH);
                    trial.expectRecord(lab.primary(), lab.standby(), false);
                });
    }

    @Test
    @Order(13)
    void movesNothingUnderAHold() throws Exception {
        repeated("crash under a hold, from its release", "nothing moves before that", RECOVERY, trial -> {
            order(Map.of("order", "hold", "duration", "PT1H", "reason", "lab", "by", "lab"));
            trial.happens("machine powered off", () -> lab.primary().powerOff());
            trial.expectNoMove(lab.primary(), LONG_ENOUGH);
            trial.happensAtZero("hold released", () -> order(Map.of("order", "release", "by", "lab")));
            trial.expectServedBy(lab.standby(), PATIENCE);
            trial.expectRecord(lab.primary(), lab.standby(), false);
        });
    }

    @Test
    @Order(14)
    void recoversWhenBothWereDown() throws Exception {
        repeated("one server returns after both were down", "the first server to come back serves", RECOVERY, trial -> {
            trial.happens("both powered off", () -> {
                lab.standby().powerOff();
                lab.primary().powerOff();
            });
            Await.pause(LONG_ENOUGH);
            trial.expectNothingMoved();
            trial.happensAtZero("primary powered on", () -> lab.primary().powerOn());
            trial.expectServedBy(lab.primary(), PATIENCE);
            trial.expectNothingMoved();
        });
    }

    @Test
    @Order(15)
    void finishesWhatADeadControllerLeft() throws Exception {
        repeated("controller killed in the middle", "the next call finishes the move", DEAD_CONTROLLER, trial -> {
            trial.happens("machine powered off", () -> lab.primary().powerOff());
            trial.expect(Await.within(PATIENCE, lab::isDetaching), "a move begins");
            trial.happens("controller killed", () -> lab.emulator().killFunction());
            trial.expectServedBy(lab.standby(), PATIENCE);
        });
    }

    @Test
    @Order(16)
    void failsOverTenTimesInARow() throws Exception {
        scenario("ten failovers in a row", "each is like the first", trial -> {
            for (int i = 1; i <= 10; i++) {
                var from = lab.holder();
                var to = lab.other(from);
                trial.happens("crash " + i, from::powerOff);
                trial.expectServedBy(to, PATIENCE);
                trial.expectRecord(from, to, false);
                from.powerOn();
                trial.expect(Await.within(PATIENCE, () -> lab.serves(from)), "the old holder comes back");
                // As if the cool-down and the hour of the flap limit were over.
                trial.keepPhases();
                lab.forget();
            }
        });
    }

    @Test
    @Order(17)
    void failsOverToAServerThatWasRebooted() throws Exception {
        scenario("standby rebooted, then a crash", "what the first boot set up outlives a reboot", trial -> {
            trial.happens(
                    "standby rebooted",
                    () -> lab.stack()
                            .ec2()
                            .rebootInstances(
                                    request -> request.instanceIds(lab.standby().id())));
            trial.expect(Await.within(PATIENCE, () -> lab.serves(lab.standby())), "the standby comes back");
            trial.happens("machine powered off", () -> lab.primary().powerOff());
            expectMove(trial, "report", lab.primary(), lab.standby());
        });
    }

    @Test
    @Order(18)
    void waitsForAnInterfaceThatAppearsLate() throws Exception {
        scenario(
                "interface appears late", "attached is not serving: the move ends when the client is served", trial -> {
                    lab.hypervisor().interfacesAppearLate(Duration.ofSeconds(3));
                    trial.happens("machine powered off", () -> lab.primary().powerOff());
                    expectMove(trial, "report", lab.primary(), lab.standby());
                });
    }

    @Test
    @Order(19)
    void answersByTheInterfaceThatWasAsked() throws Exception {
        scenario("routing after a move", "no reply leaves by another interface than its request came by", trial -> {
            trial.happens("switchover ordered", () -> order(Map.of("order", "switchover", "by", "lab")));
            expectMove(trial, "lab", lab.primary(), lab.standby());
            var floating = lab.stack().output("FloatingAddress");
            var own = lab.standby().nic().address();
            for (var client : List.of(lab.internet().client(), lab.vpc().neighbour())) {
                var byFloating = new Capture(lab.vpc().router(), FloatingLink.OUTSIDE);
                var byOwn = new Capture(lab.vpc().router(), lab.standby().link());
                var outside = client.equals(lab.internet().client());
                client.run("curl", "-sf", outside ? lab.stack().output("ServiceUrl") : "http://" + floating + "/");
                client.run("curl", "-sf", "http://" + (outside ? lab.publicAddress(lab.standby()) : own) + "/");
                var where = outside ? "outside the subnet" : "inside the subnet";
                trial.expectEqual(
                        byFloating.sources(), Set.of(floating), "replies by the floating interface, " + where);
                trial.expectEqual(byOwn.sources(), Set.of(own), "replies by the server's own interface, " + where);
            }
        });
    }

    /** How long the target takes, from the kernel's word that the address is there, or is gone, to systemd's. */
    @Test
    @Order(20)
    void activatesWhereTheAddressIs() throws Exception {
        var name = "activation";
        scenario(name, "failover-active.target follows the address", trial -> {
            var from = lab.primary();
            var to = lab.standby();
            for (var machine : List.of(from, to)) {
                machine.run(
                        "systemd-run",
                        "--collect",
                        "--unit=addresses",
                        "sh",
                        "-c",
                        "exec stdbuf -oL ip -4 -o -ts monitor address >/run/addresses");
            }
            trial.happens("switchover ordered", () -> order(Map.of("order", "switchover", "by", "lab")));
            expectMove(trial, "lab", from, to);
            trial.expect(
                    Await.within(PATIENCE, () -> isActive(to) && !isActive(from)), "active is the new holder only");
            report.fact(
                    name,
                    "active %d ms after the address arrived, inactive %d ms after it had left"
                            .formatted(reaction(to, "inet", "Reached"), reaction(from, "Deleted", "Stopped")));
            for (var machine : List.of(from, to)) {
                machine.run("systemctl", "stop", "addresses");
            }
        });
    }

    /** Both processes of the watch, and what they start for each probe. */
    @Test
    @Order(20)
    void saysWhatTheWatchCosts() throws Exception {
        lab.settle();
        var length = Duration.ofSeconds(20);
        var before = hundredthsOfASecond(lab.standby());
        Await.pause(length);
        var used = hundredthsOfASecond(lab.standby()) - before;
        var kilobytes = watch(lab.standby(), "cat /proc/$process/smaps_rollup", "/^Pss:/ { sum += $2 }");
        report.fact(
                "the watch",
                "%.1f %% of a processor, %.1f MB".formatted(used / (double) length.toSeconds(), kilobytes / 1000.0));
        assertThat(used).as("hundredths of a second of CPU in %s", length).isPositive();
    }

    /** CPU time of the watch and of all that it has waited for: fields 14 to 17 of proc(5)'s stat. */
    private static long hundredthsOfASecond(Machine machine) {
        return watch(machine, "cat /proc/$process/stat", "{ sum += $14 + $15 + $16 + $17 }");
    }

    private static long watch(Machine machine, String command, String sum) {
        return Long.parseLong(machine.run(
                        "sh",
                        "-c",
                        "group=$(systemctl show --value --property=ControlGroup failover-watch)"
                                + "; for process in $(cat /sys/fs/cgroup/$group/cgroup.procs); do " + command
                                + " 2>/dev/null; done | awk '" + sum + " END { print sum }'")
                .strip());
    }

    private static boolean isActive(Machine machine) {
        return machine.run("sh", "-c", "systemctl is-active failover-active.target || true")
                .strip()
                .equals("active");
    }

    private static long reaction(Machine machine, String change, String message) {
        var changed = machine.run(
                "sh",
                "-c",
                "grep " + change + " /run/addresses | grep -F '" + lab.stack().output("FloatingAddress")
                        + "/' | head -n 1 | sed 's/^\\[\\([^]]*\\)].*/\\1/'");
        var told = machine.run(
                "sh",
                "-c",
                "journalctl --quiet --output=short-iso-precise --unit=failover-active.target --grep='" + message
                        + "' --lines=1 | cut -c 1-26");
        return Duration.between(LocalDateTime.parse(changed.strip()), LocalDateTime.parse(told.strip()))
                .toMillis();
    }

    @Test
    @Order(20)
    void saysWhichPromiseBreaks() throws Exception {
        broken("systemctl stop failover-watch", "systemctl start failover-watch");
        broken(
                "mv /etc/systemd/network/05-floating.network /root; networkctl reload",
                "mv /root/05-floating.network /etc/systemd/network; networkctl reload");
        broken(
                "cp /etc/nginx/nginx.conf /root; sed -i '/listen/d; s/root .*/listen 127.0.0.1:80;/' /etc/nginx/nginx.conf"
                        + "; systemctl restart nginx",
                "mv /root/nginx.conf /etc/nginx; systemctl restart nginx");
    }

    /** Breaks the standby, lets the primary crash, and mends the standby again. */
    private static void broken(String damage, String repair) throws Exception {
        System.out.println("\non purpose: " + damage);
        lab.settle();
        // It would see the crash, too, if a minute happens to be over.
        lab.stopTheSchedule();
        lab.standby().run("sh", "-c", damage);
        try (var trial = new Trial(lab)) {
            lab.primary().powerOff();
            trial.expectServedBy(lab.standby(), LONG_ENOUGH.multipliedBy(2));
            System.out.println("  BROKEN: " + String.join("; ", trial.failures()));
            assertThat(trial.failures()).as(damage).contains("the standby serves within 20 s");
        } finally {
            lab.standby().run("sh", "-c", repair);
        }
    }

    /** With the operator's own command, as a process of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"switchover", "stop-service", "freeze", "stop-instance"})
    @Order(21)
    void rehearses(String failure) throws Exception {
        lab.settle();
        var primary = lab.primary();
        var page = Lab.DIRECTORY.resolve("drill-" + failure + ".html");

        lab.operator("drill", failure, "--yes", "--report", page.toString());

        lab.operator("status");

        assertThat(lab.holder()).as("moved").isEqualTo(lab.standby());
        assertThat(lab.serves(primary)).as("the primary is well again").isTrue();
        assertThat(lab.history()).hasSize(1);
        assertThat(page).content().contains("<svg");
    }

    /** What AWS takes for a stop is documented nowhere; this is what the pair adds to it. */
    @Test
    @Order(22)
    void stopsTheOldHolderFirst() throws Exception {
        lab.configure("fencing", "stop-first");
        try {
            scenario(
                    "machine crashes, stop-first",
                    "the interface moves only once EC2 shows the old holder as stopped, for which it takes "
                            + STOP.toSeconds() + " s here",
                    trial -> {
                        lab.emulator().stopTakes(STOP);
                        trial.happens("machine powered off", () -> lab.primary().powerOff());
                        trial.expectServedBy(lab.standby(), PATIENCE);
                        trial.expectRecord(lab.primary(), lab.standby(), true);
                        // The stop ends the attachment, so no detach follows.
                        trial.expectOutageOfAtLeast(STOP.plus(Lab.ATTACH));
                        lab.minutePasses();
                        trial.expect(
                                Await.within(PATIENCE, () -> lab.serves(lab.primary())),
                                "the server that was stopped is started again");
                    });
        } finally {
            lab.configure("fencing", "none");
        }
    }

    /** The last: it takes the place of watch and controller, and what follows on the same machines would measure it too. */
    @Test
    @Order(26)
    void comparesWithKeepalived() throws Exception {
        var others = new ArrayList<Design>();
        for (var variant : Keepalived.Variant.values()) {
            others.add(compared(variant));
        }
        report.comparison(others);
    }

    private static Design compared(Keepalived.Variant variant) throws Exception {
        System.out.println("\nkeepalived: " + variant.description);
        lab.settle();
        try (var keepalived = new Keepalived(lab, variant)) {
            var version = keepalived.version();
            var crashes = keepalived.crashes(REPETITIONS);
            System.out.println(
                    "  outages " + crashes.stream().map(Crash::length).toList());
            var description = crashes.size() == REPETITIONS
                    ? variant.description
                    : "%s; %d of %d crashes could be measured"
                            .formatted(variant.description, crashes.size(), REPETITIONS);
            return new Design(
                    "keepalived, " + variant.moves,
                    version + ": " + description,
                    crashes.stream().map(Crash::length).toList(),
                    crashes.stream()
                            .sorted(Comparator.comparing(Crash::length))
                            .skip((crashes.size() - 1) / 2)
                            .findFirst()
                            .map(Crash::parts)
                            .orElse(List.of()));
        }
    }

    @Test
    @Order(23)
    void replacesBothServersWithOneMove() throws Exception {
        report.begin("both servers replaced", "a deployment with new user data costs one move", REPLACEMENT);
        probeEvery("0.5");
        play(trial -> {
            var old = List.of(lab.primary(), lab.standby());
            trial.happens("deployment begins");
            probeEvery("0.25");
            trial.expect(!old.contains(lab.primary()) && !old.contains(lab.standby()), "both servers are new");
            trial.expectServedBy(lab.primary(), PATIENCE);
            trial.expectOutageOfAtLeast(Lab.FLOOR);
            trial.expect(
                    lab.history().size() == 1,
                    "one move, the record tells of " + lab.history().size());
            trial.expect(old.stream().noneMatch(Machine::isOn), "the old servers are gone");
        });
    }

    @Test
    @Order(24)
    void noticesSoonerWithMoreProbes() throws Exception {
        probeEvery("0.25");
        repeated(LabReport.FAST_CRASH, "twice the probes, a little sooner", CRASH, trial -> {
            var environment = lab.standby()
                    .run(
                            "sh",
                            "-c",
                            "tr '\\0' '\\n' < /proc/$(systemctl show --value --property=MainPID failover-watch)/environ");
            trial.expect(environment.lines().anyMatch("INTERVAL=0.25"::equals), "the watch probes every 0.25 s");
            trial.happens("machine powered off", () -> lab.primary().powerOff());
            expectMove(trial, "report", lab.primary(), lab.standby());
        });
    }

    @Test
    @Order(25)
    void keepsServingWhileADeploymentRollsBack() throws Exception {
        scenario("a new standby that never serves", "the deployment rolls back, and the old pair serves on", trial -> {
            var old = lab.machines();
            lab.hypervisor().failNextFirstBoot("ROLE='standby'");
            trial.happens("deployment begins");
            trial.expect(!deploys("--context=probeInterval=2"), "the deployment fails");
            trial.expectNoOutage();
            trial.expectNothingMoved();
            trial.expect(
                    old.stream().allMatch(machine -> machine.isOn() && lab.serves(machine)),
                    "both old servers serve at their own addresses");
            for (var machine : old) {
                trial.expect(lab.hasPublicAddress(machine), lab.roleOf(machine) + " keeps its own Elastic IP");
            }
        });
    }

    private static List<Goal> goals(Duration median, Duration max) {
        return List.of(Goal.median(median), Goal.max(max));
    }

    private static void probeEvery(String seconds) throws Exception {
        lab.configure("probeInterval", seconds);
        report.knows(lab);
    }

    private static boolean deploys(String... options) throws Exception {
        try {
            lab.stack().deploy(options);
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private static void scenario(String name, String promise, Script script) throws Exception {
        scenarios.play(name, promise, script);
    }

    private static void repeated(String name, String promise, List<Goal> goals, Script script) throws Exception {
        report.begin(name, promise, goals);
        for (int i = 0; i < REPETITIONS; i++) {
            play(script);
        }
    }

    private static void play(Script script) throws Exception {
        scenarios.play(script);
    }

    private static void expectMove(Trial trial, String cause, Machine from, Machine to) throws Exception {
        scenarios.expectMove(trial, cause, from, to);
    }

    private static void order(Map<String, String> order) {
        scenarios.order(order);
    }
}
