package io.enifailover.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroup;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Address;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;

/** The stack, deployed by the real CDK CLI to an emulator. */
public final class DeployedStack implements AutoCloseable {
    private final Assembly assembly;
    private final URI endpoint;
    private final Path directory;
    private final Ec2Client ec2;
    private final DynamoDbClient dynamoDb;
    private final CloudFormationClient cloudFormation;
    private final CdkCli cdk;
    private JsonNode outputs;

    /** Prepares the Region and deploys this project's own stack, with these options of the CLI. */
    public DeployedStack(URI endpoint, Path directory, String... options) throws IOException, InterruptedException {
        this(endpoint, directory, Assembly.OWN, options);
    }

    /** Prepares the Region and deploys, with these options of the CLI. */
    public DeployedStack(URI endpoint, Path directory, Assembly assembly, String... options)
            throws IOException, InterruptedException {
        this.assembly = assembly;
        this.endpoint = endpoint;
        this.directory = directory;
        ec2 = Emulator.ec2(endpoint);
        dynamoDb = Emulator.dynamoDb(endpoint);
        cloudFormation = Emulator.at(endpoint, CloudFormationClient.builder());
        cdk = new CdkCli(endpoint);
        outputs = new ObjectMapper().createObjectNode();
        try {
            cdk.run(command("bootstrap").toArray(String[]::new));
            deploy(options);
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Deploys again, and returns what the CLI prints. */
    public String deploy(String... options) throws IOException, InterruptedException {
        var file = directory.resolve("outputs.json");
        var command = command(
                "deploy",
                "--require-approval=never",
                "--lookups=false",
                "--output=" + directory.resolve("cdk.out"),
                "--outputs-file=" + file);
        var printed =
                cdk.run(Stream.concat(command.stream(), Stream.of(options)).toArray(String[]::new));
        outputs = new ObjectMapper().readTree(file.toFile()).path(assembly.stack());
        return printed;
    }

    public void destroy() throws IOException, InterruptedException {
        cdk.run(command("destroy", "--force", "--output=" + directory.resolve("cdk.out"))
                .toArray(String[]::new));
    }

    private List<String> command(String... words) {
        return Stream.concat(Stream.of(words), assembly.options().stream()).toList();
    }

    /** What CloudFormation says of the stack. */
    String status() {
        return described().stackStatusAsString();
    }

    String id() {
        return described().stackId();
    }

    private Stack described() {
        return cloudFormation
                .describeStacks(request -> request.stackName(assembly.stack()))
                .stacks()
                .get(0);
    }

    public Ec2Client ec2() {
        return ec2;
    }

    public DynamoDbClient dynamoDb() {
        return dynamoDb;
    }

    /** The function, by the alias for operators and events of AWS. */
    public String function() {
        return function("live");
    }

    String function(String alias) {
        return output("FunctionName") + ":" + alias;
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

    /** What the Region has of servers, addresses, interfaces, functions, tables and log groups: all of it is the stack's. */
    List<String> leftOvers() {
        try (var lambda = Emulator.at(endpoint, LambdaClient.builder());
                var logs = Emulator.at(endpoint, CloudWatchLogsClient.builder())) {
            var servers = ec2.describeInstances().reservations().stream()
                    .flatMap(reservation -> reservation.instances().stream())
                    .filter(instance -> instance.state().name() != InstanceStateName.TERMINATED)
                    .map(Instance::instanceId);
            return Stream.of(
                            servers,
                            ec2.describeAddresses().addresses().stream().map(Address::allocationId),
                            ec2.describeNetworkInterfaces().networkInterfaces().stream()
                                    .map(NetworkInterface::networkInterfaceId),
                            lambda.listFunctions().functions().stream().map(FunctionConfiguration::functionName),
                            dynamoDb.listTables().tableNames().stream(),
                            logs.describeLogGroups().logGroups().stream().map(LogGroup::logGroupName))
                    .flatMap(names -> names)
                    .toList();
        }
    }

    /** Returns the Elastic IP by which clients reach the service. */
    String serviceAddress() {
        return URI.create(output("ServiceUrl")).getHost();
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

    /** Deletes all that the controller has written down: no move, no cool-down, no hold, and nobody was ever heard. */
    void emptyTheRecord() {
        var table = output("TableName");
        for (var item : dynamoDb.scan(request -> request.tableName(table)).items()) {
            dynamoDb.deleteItem(request ->
                    request.tableName(table).key(Map.of("pair", item.get("pair"), "item", item.get("item"))));
        }
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
        cloudFormation.close();
        ec2.close();
        dynamoDb.close();
    }
}
