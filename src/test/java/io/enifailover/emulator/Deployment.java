package io.enifailover.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;

/** The stack, deployed by the real CDK CLI to an emulator of its own, and what a person could do to it. */
final class Deployment implements AutoCloseable {
    private static final Path CDK_OUT = Emulator.LOGS.resolve("cdk.out");
    private static final Path OUTPUTS = Emulator.LOGS.resolve("outputs.json");

    private final Emulator emulator;
    private final FaultProxy proxy;
    private final Internet internet;
    private final Ec2Client ec2;
    private final DynamoDbClient dynamoDb;
    private final CdkCli cdk;
    private final JsonNode outputs;

    /** Starts the emulator and deploys, with these options of the CLI. */
    Deployment(String... options) throws IOException, InterruptedException {
        var endpoint = Emulator.freeEndpoint();
        ec2 = Emulator.ec2(endpoint);
        dynamoDb = Emulator.dynamoDb(endpoint);
        proxy = new FaultProxy(endpoint);
        internet = new Internet(ec2);
        emulator = Emulator.start(endpoint, proxy.endpoint(), internet.proxy());
        cdk = new CdkCli(endpoint);
        try {
            cdk.run("bootstrap");
            deploy(options);
            outputs = new ObjectMapper().readTree(OUTPUTS.toFile()).path("EniFailover");
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Deploys again, and returns what the CLI prints. */
    String deploy(String... options) throws IOException, InterruptedException {
        var command = Stream.of(
                "deploy",
                "--require-approval=never",
                "--method=direct",
                "--lookups=false",
                "--output=" + CDK_OUT,
                "--outputs-file=" + OUTPUTS);
        return cdk.run(Stream.concat(command, Stream.of(options)).toArray(String[]::new));
    }

    void destroy() throws IOException, InterruptedException {
        cdk.run("destroy", "--force", "--output=" + CDK_OUT);
    }

    Emulator emulator() {
        return emulator;
    }

    /** Between the function and AWS. */
    FaultProxy proxy() {
        return proxy;
    }

    /** Between the function and the servers. */
    Internet internet() {
        return internet;
    }

    /** Not through the proxy, where the function's calls are counted. */
    Ec2Client ec2() {
        return ec2;
    }

    /** Not through the proxy. */
    DynamoDbClient dynamoDb() {
        return dynamoDb;
    }

    /** The function's alias, as everybody calls it. */
    String function() {
        return output("FunctionName") + ":live";
    }

    String interfaceId() {
        return output("InterfaceId");
    }

    String primary() {
        return output("PrimaryInstanceId");
    }

    String standby() {
        return output("StandbyInstanceId");
    }

    String output(String name) {
        return outputs.required(name).asText();
    }

    /** The instance to which EC2 shows the interface as attached or on its way, or null. */
    @Nullable
    String holder() {
        var attachment = attachment();
        return attachment == null ? null : attachment.instanceId();
    }

    @Nullable
    NetworkInterfaceAttachment attachment() {
        return floatingInterface().attachment();
    }

    NetworkInterface floatingInterface() {
        return ec2.describeNetworkInterfaces(request -> request.networkInterfaceIds(interfaceId()))
                .networkInterfaces()
                .get(0);
    }

    /** Moves the interface as a person at the console would. */
    void moveAsSomebodyElse(String instanceId) {
        var attachment = attachment();
        if (attachment != null) {
            ec2.detachNetworkInterface(
                    request -> request.attachmentId(attachment.attachmentId()).force(true));
        }
        ec2.attachNetworkInterface(request -> request.networkInterfaceId(interfaceId())
                .instanceId(instanceId)
                .deviceIndex(1)
                .networkCardIndex(0));
    }

    @Override
    public void close() throws IOException {
        emulator.close();
        internet.close();
        proxy.close();
        ec2.close();
        dynamoDb.close();
    }
}
