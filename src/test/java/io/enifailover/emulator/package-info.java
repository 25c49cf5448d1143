/** Deploys with the real CDK CLI to an emulated AWS and moves the interface there: {@code mvn verify -Pemulator}, on Linux. */
@NullMarked
package io.enifailover.emulator;

import org.jspecify.annotations.NullMarked;
