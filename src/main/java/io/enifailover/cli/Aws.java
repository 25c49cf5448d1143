package io.enifailover.cli;

import io.enifailover.outage.Pace;
import io.enifailover.outage.ProbeSeries;
import io.enifailover.outage.Prober;
import io.enifailover.protocol.HealthCheck.Statuses;
import io.enifailover.protocol.PairStack;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.Output;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;
import software.amazon.awssdk.services.ssm.model.InvocationDoesNotExistException;

/** Calls AWS, with the SDK's usual credentials, profile and Region. */
final class Aws implements Cloud {
    private static final Duration CALL = Duration.ofSeconds(12);

    private static final Duration SCRIPT = Duration.ofMinutes(1);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Options options;
    private final Predicate<Duration> pause;
    private final Duration patience;
    private final Map<Class<?>, Object> clients = new HashMap<>();

    Aws(Options options, Predicate<Duration> pause) {
        this(options, pause, CALL);
    }

    /** @param patience limit for a call, retries included */
    Aws(Options options, Predicate<Duration> pause, Duration patience) {
        this.options = options;
        this.pause = pause;
        this.patience = patience;
    }

    @Override
    public DeployedPair find(@Nullable String stack) {
        var formation = client(CloudFormationClient.class, CloudFormationClient::builder);
        var region = formation.serviceClientConfiguration().region().id();
        try {
            return stack == null ? only(formation, region) : named(formation, stack, region);
        } catch (CloudFormationException e) {
            // The policies for operators allow reading the stack only by name.
            throw stack == null && SdkErrors.deniedAccess(e)
                    ? CommandFailed.failed(SdkErrors.explained(e) + ", or name the stack with --stack")
                    : e;
        }
    }

    private static DeployedPair only(CloudFormationClient formation, String region) {
        var found = formation.describeStacksPaginator().stacks().stream()
                .filter(stack -> stack.tags().stream()
                        .anyMatch(tag ->
                                tag.key().equals(PairStack.TAG) && tag.value().equals(PairStack.TAG_VALUE)))
                .flatMap(stack -> pair(stack, region).stream())
                .sorted(Comparator.comparing(DeployedPair::stack))
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        throw CommandFailed.failed(
                found.isEmpty()
                        ? "no pair in %s: pass --region or --stack (a stack tagged %s=%s with the outputs InterfaceId and FunctionName)"
                                .formatted(region, PairStack.TAG, PairStack.TAG_VALUE)
                        : "%d pairs in %s: pass --stack, one of %s"
                                .formatted(
                                        found.size(),
                                        region,
                                        found.stream().map(DeployedPair::stack).collect(Collectors.joining(", "))));
    }

    private static DeployedPair named(CloudFormationClient formation, String name, String region) {
        try {
            var stack = formation.describeStacks(request -> request.stackName(name)).stacks().stream()
                    .findFirst();
            return stack.flatMap(found -> pair(found, region))
                    .orElseThrow(() ->
                            CommandFailed.failed("stack %s%s has no outputs %s and %s: is it a pair, and deployed?"
                                    .formatted(
                                            name,
                                            stack.map(found -> " (" + found.stackStatusAsString() + ")")
                                                    .orElse(""),
                                            PairStack.INTERFACE_ID,
                                            PairStack.FUNCTION_NAME)));
        } catch (CloudFormationException e) {
            if (e.awsErrorDetails() != null
                    && e.awsErrorDetails().errorMessage().contains("does not exist")) {
                throw CommandFailed.failed(
                        "no stack %s in %s: check --stack, --region and --profile".formatted(name, region));
            }
            throw e;
        }
    }

    private static Optional<DeployedPair> pair(Stack stack, String region) {
        var outputs = stack.outputs().stream()
                .collect(Collectors.toMap(Output::outputKey, Output::outputValue, (one, other) -> one));
        var function = outputs.get(PairStack.FUNCTION_NAME);
        var interfaceId = outputs.get(PairStack.INTERFACE_ID);
        return function == null || interfaceId == null
                ? Optional.empty()
                : Optional.of(new DeployedPair(
                        stack.stackName(),
                        region,
                        function,
                        interfaceId,
                        outputs.get(PairStack.SERVICE_NAME),
                        outputs.get(PairStack.HEALTH_URL),
                        outputs.get(PairStack.HEALTH_CHECK),
                        outputs.get(PairStack.LOG_GROUP_NAME)));
    }

    @Override
    public String invoke(String function, String alias, String payload, Duration patience) throws NoSuchAlias {
        try {
            var lambda = client(LambdaClient.class, LambdaClient::builder);
            var answer = lambda.invoke(request -> request.functionName(function)
                    .qualifier(alias)
                    .payload(SdkBytes.fromUtf8String(payload))
                    .overrideConfiguration(call -> call.apiCallTimeout(patience)));
            var text = answer.payload().asUtf8String();
            if (answer.functionError() != null) {
                throw CommandFailed.failed("the function failed: "
                        + Json.object(text)
                                .map(failure -> failure.path("errorMessage").asText())
                                .orElse(Text.excerpt(text))
                        + "; failover logs shows more");
            }
            return text;
        } catch (ResourceNotFoundException e) {
            throw new NoSuchAlias();
        }
    }

    @Override
    public List<Line> log(String group, Instant from) {
        return client(CloudWatchLogsClient.class, CloudWatchLogsClient::builder)
                .filterLogEventsPaginator(request -> request.logGroupName(group).startTime(from.toEpochMilli()))
                .events()
                .stream()
                .map(event -> new Line(event.eventId(), Instant.ofEpochMilli(event.timestamp()), event.message()))
                .sorted(Comparator.comparing(Line::at))
                .toList();
    }

    @Override
    public void run(String instanceId, String script) {
        var systems = client(SsmClient.class, SsmClient::builder);
        var command = systems.sendCommand(request -> request.documentName("AWS-RunShellScript")
                        .instanceIds(instanceId)
                        .parameters(Map.of("commands", List.of(script))))
                .command()
                .commandId();
        for (var left = SCRIPT; !left.isNegative() && pause.test(SECOND); left = left.minus(SECOND)) {
            if (over(systems, command, instanceId)) {
                return;
            }
        }
        throw CommandFailed.failed("Systems Manager has not run the command on %s within %s: is its agent connected?"
                .formatted(instanceId, Ages.of(SCRIPT)));
    }

    private static boolean over(SsmClient systems, String command, String instanceId) {
        try {
            var invocation = systems.getCommandInvocation(
                    request -> request.commandId(command).instanceId(instanceId));
            return switch (invocation.status()) {
                case SUCCESS -> true;
                case PENDING, IN_PROGRESS, DELAYED -> false;
                case FAILED -> {
                    if (invocation.responseCode() == CommandFailed.REFUSED) {
                        throw CommandFailed.refused(
                                invocation.standardErrorContent().strip());
                    }
                    throw ended(invocation, instanceId);
                }
                default -> throw ended(invocation, instanceId);
            };
        } catch (InvocationDoesNotExistException e) {
            // Not visible yet: Systems Manager is eventually consistent.
            return false;
        }
    }

    private static CommandFailed ended(GetCommandInvocationResponse invocation, String instanceId) {
        return CommandFailed.failed("the command on %s ended as %s: %s"
                .formatted(
                        instanceId,
                        invocation.statusDetails(),
                        invocation.standardErrorContent().strip()));
    }

    @Override
    public void stop(String instanceId) {
        client(Ec2Client.class, Ec2Client::builder).stopInstances(request -> request.instanceIds(instanceId));
    }

    @Override
    public void start(String instanceId) {
        client(Ec2Client.class, Ec2Client::builder).startInstances(request -> request.instanceIds(instanceId));
    }

    @Override
    public ProbeSeries probe(URI url, Statuses success) {
        try {
            return Prober.start(url, success, Pace.DEFAULT);
        } catch (IllegalArgumentException e) {
            throw CommandFailed.refused(String.valueOf(e.getMessage()));
        }
    }

    /** Builds a client on first use, since that takes a while. */
    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C client(
            Class<C> type, Supplier<B> builder) {
        return type.cast(clients.computeIfAbsent(type, key -> built(builder.get())));
    }

    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C built(B builder) {
        // Longer than any call, so that the timeout of the call applies and not that of the socket.
        builder.httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofMinutes(5)))
                .overrideConfiguration(configuration -> {
                    configuration.apiCallTimeout(patience);
                    if (options.profile != null) {
                        configuration.defaultProfileName(options.profile);
                    }
                });
        if (options.region != null) {
            builder.region(Region.of(options.region));
        }
        if (options.profile != null) {
            // As in the AWS CLI, a profile named on the command line takes precedence over keys in the environment.
            builder.credentialsProvider(ProfileCredentialsProvider.create(options.profile));
        }
        return builder.build();
    }
}
