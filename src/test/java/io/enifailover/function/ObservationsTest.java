package io.enifailover.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.enifailover.function.HealthProber.Series;
import io.enifailover.function.Observation.Evidence;
import io.enifailover.function.Server.Verdict;
import io.enifailover.function.Witness.ProbeResult;
import io.enifailover.function.Witness.Reaction;
import io.enifailover.protocol.Endpoint;
import io.enifailover.protocol.WitnessedService;
import io.enifailover.simulation.SimulatedEc2;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ec2.Ec2Client;

/** With threads, as in the function; everything else observes one step after the other. */
class ObservationsTest {
    private final SimulatedWorld world = new SimulatedWorld();
    private WitnessedService service = SimulatedWorld.SERVICE;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    /** None of the three answers before all have been asked. */
    @Test
    void readsTheRecordAndAsksForInterfaceAndServersAtTheSameTime() {
        world.ec2.attachedTo(SimulatedWorld.P);
        var asked = new CountDownLatch(3);
        var gates = Map.of("read", asked, "describeNetworkInterfaces", asked, "describeInstancesPaginator", asked);

        var observation = observe(gates, world::probe);

        assertThat(asked.getCount()).isZero();
        assertThat(observation.holder()).isPresent();
        assertThat(observation.service()).isEqualTo(Verdict.SERVES);
    }

    /** EC2 shows the interface only once the service is probed. */
    @Test
    void probesTheServiceOfAReportBeforeEc2HasAnswered() {
        world.ec2.attachedTo(SimulatedWorld.P);
        var probed = new CountDownLatch(2);

        var observation = observe(Map.of("describeNetworkInterfaces", probed), endpoint -> {
            if (endpoint.equals(SimulatedWorld.SERVICE.endpoint())) {
                probed.countDown();
            }
            return world.probe(endpoint);
        });

        assertThat(probed.getCount()).isZero();
        assertThat(observation.service()).isEqualTo(Verdict.SERVES);
    }

    @Test
    void takesNoAnswerForServiceWhereNoServerHoldsTheInterface() {
        world.ec2.available();

        assertThat(observe(Map.of(), endpoint -> ProbeResult.passed(null, "HTTP 200"))
                        .service())
                .isEqualTo(Verdict.UNSEEN);
    }

    /** EC2 lists the servers only once the service is probed. */
    @Test
    void probesTheServiceAsSoonAsItsHolderIsKnown() {
        world.ec2.attachedTo(SimulatedWorld.P);
        var probed = new CountDownLatch(2);

        var observation = observe(Series.SHORT, Map.of("describeInstancesPaginator", probed), endpoint -> {
            if (endpoint.equals(SimulatedWorld.SERVICE.endpoint())) {
                probed.countDown();
            }
            return world.probe(endpoint);
        });

        assertThat(probed.getCount()).isZero();
        assertThat(observation.servers()).hasSize(2);
    }

    /** The first probe has no answer yet when the second one begins. */
    @Test
    void overlapsTheTwoProbesThatConfirmAReport() {
        world.ec2.attachedTo(SimulatedWorld.P);
        var probes = new CountDownLatch(2);

        var observation = observe(Map.of(), endpoint -> {
            if (endpoint.equals(SimulatedWorld.SERVICE.endpoint())) {
                probes.countDown();
                await(probes);
            }
            return ProbeResult.failed("timeout", Reaction.SILENCE);
        });

        assertThat(probes.getCount()).isZero();
        assertThat(observation.service()).isEqualTo(Verdict.FAILS);
    }

    @Test
    void probesNoStandbyWhoseServiceIsNotChecked() {
        world.ec2.attachedTo(SimulatedWorld.P);
        service = new WitnessedService(SimulatedWorld.SERVICE.endpoint().address(), SimulatedWorld.CHECK, null);

        var observation = observe(Map.of(), world::probe);

        assertThat(observation.servers())
                .extracting(Server::health)
                .containsExactlyInAnyOrder(Verdict.SERVES, Verdict.UNSEEN);
    }

    /**
     * @param own what the witness meets with at the holder's own address; empty: it does not know that address
     */
    @ParameterizedTest
    @CsvSource({
        "QUICK, SILENCE, SILENCE, SILENT",
        "QUICK, SILENCE, REFUSAL, UNCLEAR",
        "QUICK, SILENCE, CONNECTION, UNCLEAR",
        "QUICK, SILENCE, , UNCLEAR",
        "QUICK, REFUSAL, SILENCE, CLEAR",
        "QUICK, REFUSAL, , CLEAR",
        "QUICK, CONNECTION, CONNECTION, UNCLEAR",
        "SHORT, SILENCE, SILENCE, SILENT",
        "SHORT, SILENCE, CONNECTION, CLEAR",
        "SHORT, CONNECTION, CONNECTION, CLEAR",
    })
    void tellsHowTheServiceFails(String series, Reaction reaction, @Nullable Reaction own, Evidence evidence) {
        world.ec2.attachedTo(SimulatedWorld.P);
        if (own == null) {
            world.ec2.showsNoAddress(SimulatedWorld.P);
        }
        var ownAddress = world.ec2.servers().address(SimulatedWorld.P);

        var observation = observe(
                series.equals("QUICK") ? Series.QUICK : Series.SHORT,
                Map.of(),
                endpoint -> endpoint.equals(SimulatedWorld.SERVICE.endpoint())
                        ? ProbeResult.failed("fails", reaction)
                        : own != null && endpoint.address().equals(ownAddress)
                                ? ProbeResult.failed("fails", own)
                                : world.probe(endpoint));

        assertThat(observation.evidence()).isEqualTo(evidence);
    }

    private interface Probe {
        ProbeResult of(Endpoint endpoint);
    }

    /**
     * @param gates what a call has to wait for before it is answered; it counts as asked then
     */
    private Observation observe(Map<String, CountDownLatch> gates, Probe probe) {
        return observe(Series.QUICK, gates, probe);
    }

    private Observation observe(Series series, Map<String, CountDownLatch> gates, Probe probe) {
        var ec2 = gated(Ec2Client.class, world.ec2, gates);
        var record = gated(PairRecord.class, world.record, gates);
        var prober = new HealthProber(endpoint -> () -> probe.of(endpoint), threads, Time.system());
        return new Observations(
                        new FloatingEni(ec2, SimulatedEc2.ENI),
                        new PairServers(ec2, SimulatedEc2.ENI, SimulatedEc2.STACK),
                        record,
                        prober,
                        service,
                        threads,
                        Time.system())
                .observe(null, series, Deadlines.DEFAULT);
    }

    private static <T> T gated(Class<T> type, T real, Map<String, CountDownLatch> gates) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, call, arguments) -> {
                    var gate = gates.get(call.getName());
                    if (gate != null) {
                        gate.countDown();
                        await(gate);
                    }
                    try {
                        return call.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS))
                    .as("what runs at the same time")
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
