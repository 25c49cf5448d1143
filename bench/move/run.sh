#!/bin/sh
# What the controller adds to EC2's own time in a move, how large its package is, and how soon it decides.
#
#   bench/move/run.sh [moves]       15 moves by default; about four minutes
#
# Runs on the emulator, with a detach of 2.5 s and an attach of 1.5 s, and needs what that needs: Python and Node, see
# README. The SDK's waiter for the same move is measured in the same run, three times. Each line says what it is.
set -eu
cd "$(dirname "$0")/../.."

mvn -q -B test-compile dependency:build-classpath -DincludeScope=test -Dmdep.outputFile=target/bench-move.classpath
cli=$(sed -n 's|.*<cdk.cli.version>\([0-9.]*\)</cdk.cli.version>.*|\1|p' pom.xml)
exec java -Dcdk.cli.version="$cli" \
    -cp "target/test-classes:target/classes:$(cat target/bench-move.classpath)" \
    io.enifailover.emulator.MoveBenchmark "$@"
