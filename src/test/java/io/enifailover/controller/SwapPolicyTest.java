package io.enifailover.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.controller.InterfaceState.Available;
import io.enifailover.controller.InterfaceState.Gone;
import io.enifailover.controller.InterfaceState.Held;
import io.enifailover.controller.InterfaceState.Status;
import io.enifailover.controller.SwapPolicy.Decision.Keep;
import io.enifailover.controller.SwapPolicy.Decision.MoveTo;
import io.enifailover.controller.SwapPolicy.Order;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** P and S are the servers now, OLD-P and OLD-S those before, X is a stranger. */
class SwapPolicyTest {
    private static final Pair NOW = new Pair("P", "S");
    private static final List<Pair> BEFORE = List.of(
            NOW, new Pair("OLD-P", "S"), new Pair("P", "OLD-S"), new Pair("OLD-P", "OLD-S"), new Pair("S", "P"));

    @ParameterizedTest
    @CsvSource({
        // asked, interface, decision
        ",        available,        move to P",
        ",        not found,        move to P",
        ",        attached to P,    keep P",
        ",        attached to S,    keep S",
        ",        attached to OLD-P, move to P",
        ",        attached to OLD-S, move to S",
        ",        attached to X,    move to P",
        ",        attaching to P,   move to P",
        ",        attaching to S,   move to S",
        ",        attaching to OLD-P, move to P",
        ",        attaching to OLD-S, move to S",
        ",        attaching to X,   move to P",
        ",        detaching from P, move to S",
        ",        detaching from S, move to P",
        ",        detaching from OLD-P, move to P",
        ",        detaching from OLD-S, move to S",
        ",        detaching from X, move to P",
        "PRIMARY, available,        move to P",
        "PRIMARY, not found,        move to P",
        "PRIMARY, attached to P,    keep P",
        "PRIMARY, attached to S,    move to P",
        "PRIMARY, attached to OLD-P, move to P",
        "PRIMARY, attached to OLD-S, move to P",
        "PRIMARY, attached to X,    move to P",
        "PRIMARY, attaching to P,   move to P",
        "PRIMARY, attaching to S,   move to P",
        "PRIMARY, attaching to OLD-P, move to P",
        "PRIMARY, attaching to OLD-S, move to P",
        "PRIMARY, attaching to X,   move to P",
        "PRIMARY, detaching from P, move to P",
        "PRIMARY, detaching from S, move to P",
        "PRIMARY, detaching from OLD-P, move to P",
        "PRIMARY, detaching from OLD-S, move to P",
        "PRIMARY, detaching from X, move to P",
        "STANDBY, available,        move to S",
        "STANDBY, not found,        move to S",
        "STANDBY, attached to P,    move to S",
        "STANDBY, attached to S,    keep S",
        "STANDBY, attached to OLD-P, move to S",
        "STANDBY, attached to OLD-S, move to S",
        "STANDBY, attached to X,    move to S",
        "STANDBY, attaching to P,   move to S",
        "STANDBY, attaching to S,   move to S",
        "STANDBY, attaching to OLD-P, move to S",
        "STANDBY, attaching to OLD-S, move to S",
        "STANDBY, attaching to X,   move to S",
        "STANDBY, detaching from P, move to S",
        "STANDBY, detaching from S, move to S",
        "STANDBY, detaching from OLD-P, move to S",
        "STANDBY, detaching from OLD-S, move to S",
        "STANDBY, detaching from X, move to S",
    })
    void decidesAsTheTableSays(@Nullable Role asked, String seen, String decision) {
        assertThat(decide(asked, new Pair("OLD-P", "OLD-S"), state(seen))).isEqualTo(decision);
    }

    @Test
    void leavesALiveHolderAloneWhateverElseWasReplaced() {
        for (var before : BEFORE) {
            assertThat(decide(null, before, state("attached to P"))).isEqualTo("keep P");
            assertThat(decide(null, before, state("attached to S"))).isEqualTo("keep S");
        }
    }

    @Test
    void takesAServerOfAnotherStackForAStranger() {
        assertThat(decide(null, NOW, state("attached to OLD-S"))).isEqualTo("move to P");
        assertThat(decide(null, new Pair("OLD-P", "S"), state("attached to OLD-S")))
                .isEqualTo("move to P");
    }

    @Test
    void decidesTheSameAgainOnceItsDecisionIsDone() {
        for (var asked : new @Nullable Role[] {null, Role.PRIMARY, Role.STANDBY}) {
            for (var before : BEFORE) {
                for (var seen : states()) {
                    var first = SwapPolicy.decide(new Order(NOW, before, asked), seen);
                    var holder = first instanceof MoveTo move ? move.instanceId() : ((Keep) first).holder();
                    assertThat(decide(asked, before, new Held("done", holder, Status.ATTACHED)))
                            .as("%s, %s, %s", asked, before, seen)
                            .isEqualTo("keep " + holder);
                }
            }
        }
    }

    @Test
    void givesItsReason() {
        assertThat(SwapPolicy.decide(new Order(NOW, new Pair("P", "OLD-S"), null), state("attached to OLD-S")))
                .isEqualTo(new MoveTo("S", "the standby OLD-S was replaced"));
    }

    private static String decide(@Nullable Role asked, Pair before, InterfaceState seen) {
        var decision = SwapPolicy.decide(new Order(NOW, before, asked), seen);
        assertThat(decision.reason()).isNotBlank();
        return decision instanceof MoveTo move ? "move to " + move.instanceId() : "keep " + ((Keep) decision).holder();
    }

    private static InterfaceState state(String text) {
        return states().stream()
                .filter(s -> s.toString().equals(text))
                .findFirst()
                .orElseThrow();
    }

    private static List<InterfaceState> states() {
        var all = new ArrayList<InterfaceState>(List.of(new Available(), new Gone()));
        for (var status : Status.values()) {
            for (var holder : List.of("P", "S", "OLD-P", "OLD-S", "X")) {
                all.add(new Held("eni-attach-1", holder, status));
            }
        }
        return all;
    }
}
