package io.enifailover.cli;

import io.enifailover.cli.Session.Waits;
import io.enifailover.cli.Terminal.Size;
import io.enifailover.protocol.Role;
import io.enifailover.protocol.SafeText;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import software.amazon.awssdk.core.exception.SdkException;

/** The operator's command: shows the state of a pair, moves its interface, pauses automatic moves and runs drills. */
@Command(
        name = "failover",
        mixinStandardHelpOptions = true,
        versionProvider = Failover.Version.class,
        header = "Operate an active/standby pair of EC2 servers and its floating interface.",
        synopsisSubcommandLabel = "COMMAND",
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed: AWS, the function or the move",
            "2:wrong usage",
            "3:refused, and nothing was changed: not ready, on hold, not confirmed"
        },
        footer = {
            "",
            "Examples:",
            "  failover status --watch",
            "  failover preflight",
            "  failover switch --to standby",
            "  failover drill stop-service --report drill.html",
            "  failover hold --for 2h --reason \"kernel update\"",
            "  source <(failover generate-completion)      in bash or zsh"
        })
public final class Failover {
    /** https://www.slf4j.org/api/org/slf4j/simple/SimpleLogger.html */
    static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    private static final Size PAPER = new Size(24, 80);

    private Failover() {}

    public static void main(String[] args) {
        // Since JDK 22 the default console is a different one, which reports even a pipe as a terminal.
        System.setProperty("jdk.console", "java.base");
        // The SDK's log is of no use here.
        System.setProperty(LOG_LEVEL, "off");
        var waits = new Waits(InstantSource.system(), Failover::sleep);
        var code = commandLine(terminal(System.getenv()), options -> new Aws(options, waits.pause()), waits)
                .execute(args);
        System.exit(code);
    }

    static CommandLine commandLine(Terminal terminal, Function<Options, Cloud> connect, Waits waits) {
        var options = new Options();
        var session = new Session(options, terminal, connect, waits);
        var line = new CommandLine(new Failover())
                .addMixin("options", options)
                .addSubcommand(new StatusCommand(session))
                .addSubcommand(new PreflightCommand(session))
                .addSubcommand(new SwitchCommand(session))
                .addSubcommand(new HoldCommand(session))
                .addSubcommand(new ReleaseCommand(session))
                .addSubcommand(new HistoryCommand(session))
                .addSubcommand(new LogsCommand(session))
                .addSubcommand(new DrillCommand(session))
                .addSubcommand(new DemoCommand(session))
                .addSubcommand(new GenerateCompletion());
        line.getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec()
                        .mixinStandardHelpOptions(true)
                        .versionProvider(new Version())
                        .usageMessage()
                        .sortOptions(false));
        return line.registerConverter(Duration.class, converter(Ages::parse))
                .registerConverter(Role.class, converter(text -> Role.named("role", text)))
                .setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.coloured() ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(Math.max(80, Math.min(120, terminal.columns())))
                .setAbbreviatedOptionsAllowed(false)
                .setParameterExceptionHandler((wrong, args) -> misused(wrong, terminal))
                .setExecutionExceptionHandler((failure, command, parsed) -> ended(failure, terminal));
    }

    private static int misused(ParameterException wrong, Terminal terminal) {
        var command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        terminal.err()
                .println("failover: " + SafeText.line(String.valueOf(wrong.getMessage())) + "; see " + command
                        + " --help");
        return CommandLine.ExitCode.USAGE;
    }

    private static int ended(Exception failure, Terminal terminal) {
        if (failure instanceof CommandFailed known) {
            terminal.err().println("failover: " + known.getMessage());
            return known.code();
        }
        if (failure instanceof SdkException call) {
            terminal.err().println("failover: " + SdkErrors.explained(call));
            return CommandFailed.FAILED;
        }
        terminal.err().println("failover: unexpected: " + SafeText.line(String.valueOf(failure)));
        return CommandFailed.FAILED;
    }

    private static <T> ITypeConverter<T> converter(Function<String, T> reading) {
        return text -> {
            try {
                return reading.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        };
    }

    @SuppressWarnings("SystemConsoleNull") // main selects the console that is null without a terminal.
    private static Terminal terminal(Map<String, String> environment) {
        var console = System.console();
        var interactive = console != null;
        return new Terminal(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                interactive,
                interactive && environment.getOrDefault("NO_COLOR", "").isEmpty(),
                () -> interactive ? size() : PAPER,
                question -> Objects.requireNonNullElse(console == null ? null : console.readLine("%s", question), ""));
    }

    /** Always in UTF-8, independent of the locale. */
    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    private static Size size() {
        try {
            var stty = new ProcessBuilder("stty", "size")
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .start();
            var words = stty.inputReader().readLine();
            if (stty.waitFor(1, TimeUnit.SECONDS) && words != null && words.matches("[1-9]\\d* [1-9]\\d*")) {
                var numbers = words.split(" ", 2);
                return new Size(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
            }
        } catch (IOException e) {
            // No stty on Windows.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return PAPER;
    }

    private static boolean sleep(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            var version = Failover.class.getPackage().getImplementationVersion();
            return new String[] {"failover " + (version == null ? "unpackaged" : version)};
        }
    }
}
