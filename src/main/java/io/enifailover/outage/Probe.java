package io.enifailover.outage;

/** One request on a connection of its own. */
abstract sealed class Probe permits PlainProbe, SecureProbe {
    final long sent;
    long deadline;

    Probe(long sent, long deadline) {
        this.sent = sent;
        this.deadline = deadline;
    }

    /** Closes the connection, even while it is in use. */
    abstract void close();
}
