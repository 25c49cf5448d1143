package io.enifailover.emulator;

import java.io.IOException;

/** What was at work, and what a green run does not prove. */
final class Report {
    private Report() {}

    static void print(Emulator emulator) throws IOException {
        System.out.printf(
                """

                moto     %s (Python %s), extended by src/test/emulator/extensions
                CDK CLI  %s (Node %s)
                JDK      %s

                What the emulator cannot show:
                - how long EC2 takes to detach and attach: here it takes what a test sets
                - stale reads: moto shows a change at once
                - IAM: every call is allowed
                - the servers: none boots, so no user data, no nginx, no address in a guest;
                  the Elastic IPs answer because EC2's state says that they would
                - Lambda's arm64, memory and SnapStart: the package runs on this machine's JDK; and its own repetitions of
                  a call that failed, with what it does in the end
                - who is told: the topic and its rules exist, and no mail leaves; dashboard and stored queries are kept, not drawn
                - time passing: no schedule ticks, no alarm sees a metric; a test delivers the events
                - how DynamoDB expires items, or fails but for a table that is down altogether
                - CloudFormation at work on several resources at once: here one follows the other
                - tags and security groups of the interface, placement, flow logs: moto takes them and does nothing

                """, emulator.fact("moto"), emulator.fact("python"), CdkCli.VERSION, nodeVersion(), Runtime.version());
    }

    private static String nodeVersion() throws IOException {
        try (var reader = new ProcessBuilder("node", "--version").start().inputReader()) {
            return reader.readLine();
        }
    }
}
