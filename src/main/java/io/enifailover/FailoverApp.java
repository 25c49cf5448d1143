package io.enifailover;

import software.amazon.awscdk.App;

/** Starts the CDK application: the only place that reads context and environment. */
public final class FailoverApp {
    private FailoverApp() {}

    public static void main(String[] args) {
        var app = new App();
        app.synth();
    }
}
