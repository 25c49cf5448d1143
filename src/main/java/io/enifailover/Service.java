package io.enifailover;

import io.enifailover.cdk.server.ServerFiles;
import io.enifailover.protocol.HealthCheck;
import io.enifailover.protocol.SafeText;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.ec2.IMachineImage;

/**
 * The service that a pair protects: its ports, its health checks, and how it is installed on a server.
 *
 * @param name         1 to 40 letters, digits, spaces and hyphens
 * @param tcpPorts     TCP ports that are open to clients, each 1 to 65535; must include those of the health checks
 * @param udpPorts     UDP ports that are open to clients, each 1 to 65535; default none
 * @param healthCheck  health check of the server that holds the floating interface
 * @param standbyCheck health check of the other server; default the same
 * @param install      script that runs as root at the first boot, or a directory with the script
 *                     {@value ServerFiles#INSTALL_SCRIPT} and the files that it needs
 * @param units        systemd units of the service, which drills stop or freeze; default none
 * @param image        machine image, or null for Amazon Linux 2023 as pinned in {@code cdk.context.json}
 * @param rootVolume   size of the root volume in GiB, 1 to 16384; default 8
 * @param rootDevice   device name of the root volume in the image; default {@code /dev/xvda}
 */
@RecordBuilder
public record Service(
        String name,
        List<Integer> tcpPorts,
        List<Integer> udpPorts,
        HealthCheck healthCheck,
        StandbyCheck standbyCheck,
        Path install,
        List<String> units,
        @Nullable IMachineImage image,
        int rootVolume,
        String rootDevice)
        implements ServiceBuilder.With {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 -]{0,39}");
    private static final Pattern UNIT = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9@_.-]{0,99}");
    private static final Pattern DEVICE = Pattern.compile("/dev/[a-z0-9]{2,20}");

    public Service {
        if (!NAME.matcher(name).matches()) {
            throw rejected("name of a service", "1 to 40 letters, digits, spaces and hyphens", name);
        }
        tcpPorts = ports("tcpPorts", tcpPorts);
        udpPorts = ports("udpPorts", udpPorts);
        requireOpen("healthCheck", healthCheck, tcpPorts);
        var standby = standbyCheck.resolve(healthCheck);
        if (standby != null) {
            requireOpen("standbyCheck", standby, tcpPorts);
        }
        if (!Files.isReadable(Files.isDirectory(install) ? install.resolve(ServerFiles.INSTALL_SCRIPT) : install)) {
            throw rejected(
                    "install", "a script, or a directory with " + ServerFiles.INSTALL_SCRIPT, install.toString());
        }
        units = List.copyOf(units);
        for (var unit : units) {
            if (!UNIT.matcher(unit).matches()) {
                throw rejected("units", "names of systemd units", unit);
            }
        }
        if (rootVolume < 1 || rootVolume > 16_384) {
            throw rejected("rootVolume", "1 to 16384 GiB", String.valueOf(rootVolume));
        }
        if (!DEVICE.matcher(rootDevice).matches()) {
            throw rejected("rootDevice", "a device such as /dev/xvda", rootDevice);
        }
    }

    /** Returns a builder with the defaults; name, ports, health check and installation have none. */
    public static ServiceBuilder builder() {
        return ServiceBuilder.builder()
                .udpPorts(List.of())
                .standbyCheck(StandbyCheck.SAME)
                .units(List.of())
                .rootVolume(8)
                .rootDevice("/dev/xvda");
    }

    /** Returns the check of a server that does not hold the floating interface, or null if there is none. */
    public @Nullable HealthCheck standbyHealthCheck() {
        return standbyCheck.resolve(healthCheck);
    }

    /** Returns the service's URL at this address: one that a browser can open, or one with the scheme of the health check. */
    public String urlAt(String address) {
        return healthCheck.scheme().isHttp()
                ? new HealthCheck(healthCheck.scheme(), healthCheck.port(), "/", healthCheck.statuses()).urlAt(address)
                : healthCheck.urlAt(address);
    }

    private static List<Integer> ports(String setting, List<Integer> ports) {
        for (int port : ports) {
            if (port < 1 || port > 65_535) {
                throw rejected(setting, "1 to 65535", String.valueOf(port));
            }
        }
        return ports.stream().distinct().toList();
    }

    /** The witness connects over the internet, as clients do. */
    private static void requireOpen(String setting, HealthCheck check, List<Integer> ports) {
        if (!ports.contains(check.port())) {
            throw rejected(
                    setting,
                    "at one of the TCP ports that are open, " + ports + ", where the witness can reach it",
                    check.toString());
        }
    }

    private static IllegalArgumentException rejected(String setting, String allowed, String got) {
        return new IllegalArgumentException(
                "%s must be %s, got %s".formatted(setting, allowed, SafeText.received(got)));
    }
}
