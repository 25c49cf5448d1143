package io.enifailover.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;

/** The stack, deployed by the real CDK CLI to an emulator. */
public final class DeployedStack implements AutoCloseable {
    private final Path directory;
    private final Ec2Client ec2;
    private final DynamoDbClient dynamoDb;
    private final CdkCli cdk;
    private JsonNode outputs;

    /** Prepares the Region and deploys, with these options of the CLI. */
    public DeployedStack(URI endpoint, Path directory, String... options) throws IOException, InterruptedException {
        this.directory = directory;
        ec2 = Emulator.ec2(endpoint);
        dynamoDb = Emulator.dynamoDb(endpoint);
        cdk = new CdkCli(endpoint);
        outputs = new ObjectMapper().createObjectNode();
        try {
            cdk.run("bootstrap");
            deploy(options);
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Deploys again, and returns what the CLI prints. */
    public String deploy(String... options) throws IOException, InterruptedException {
        var file = directory.resolve("outputs.json");
        var command = Stream.of(
                "deploy",
                "--require-approval=never",
                "--lookups=false",
                "--output=" + directory.resolve("cdk.out"),
                "--outputs-file=" + file);
        var printed = cdk.run(Stream.concat(command, Stream.of(options)).toArray(String[]::new));
        outputs = new ObjectMapper().readTree(file.toFile()).path("EniFailover");
        return printed;
    }

    public void destroy() throws IOException, InterruptedException {
        cdk.run("destroy", "--force", "--output=" + directory.resolve("cdk.out"));
    }

    public Ec2Client ec2() {
        return ec2;
    }

    public DynamoDbClient dynamoDb() {
        return dynamoDb;
    }

    /** The function's alias, as everybody calls it. */
    public String function() {
        return output("FunctionName") + ":live";
    }

    public String interfaceId() {
        return output("InterfaceId");
    }

    public String primary() {
        return output("PrimaryInstanceId");
    }

    public String standby() {
        return output("StandbyInstanceId");
    }

    public String output(String name) {
        return outputs.required(name).asText();
    }

    /** The instance to which EC2 shows the interface as attached or on its way, or null. */
    public @Nullable String holder() {
        var attachment = attachment();
        return attachment == null ? null : attachment.instanceId();
    }

    @Nullable
    NetworkInterfaceAttachment attachment() {
        return floatingInterface().attachment();
    }

    public NetworkInterface floatingInterface() {
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
    public void close() {
        ec2.close();
        dynamoDb.close();
    }
}
