#!/bin/sh
# How soon the packaged function decides with the CPU that Lambda gives at several memory sizes.
#
#   bench/start/run.sh [starts]       5 starts of each kind at each size by default; about four minutes
#
# Needs root on Linux, since a control group limits the function's CPU. Each line says what it is.
set -eu
cd "$(dirname "$0")/../.."

mvn -q -B test-compile dependency:build-classpath -DincludeScope=test -Dmdep.outputFile=target/bench-start.classpath
exec java -cp "target/test-classes:target/classes:$(cat target/bench-start.classpath)" \
    io.enifailover.function.StartBenchmark "$@"
