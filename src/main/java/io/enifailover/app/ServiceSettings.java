package io.enifailover.app;

import io.enifailover.Nginx;
import io.enifailover.Service;
import io.enifailover.StandbyCheck;
import io.enifailover.protocol.HealthCheck;
import io.enifailover.protocol.SafeText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.ec2.IMachineImage;
import software.amazon.awscdk.services.ec2.MachineImage;
import software.amazon.awscdk.services.ec2.MachineImageConfig;
import software.amazon.awscdk.services.ec2.OperatingSystemType;
import software.amazon.awscdk.services.ec2.SsmParameterImageOptions;
import software.amazon.awscdk.services.ec2.UserData;
import software.constructs.Construct;

/** Reads the settings of the service. A missing setting has the value of the default service. */
final class ServiceSettings {
    static final List<String> KEYS = List.of(
            "serviceName",
            "ports",
            "healthCheck",
            "standbyCheck",
            "install",
            "serviceUnits",
            "image",
            "rootVolume",
            "rootDevice");

    private static final Pattern PORT = Pattern.compile("([0-9]{1,5})(/tcp|/udp)?");
    private static final Pattern IMAGE_ID = Pattern.compile("ami-[0-9a-f]{8,17}");
    private static final Pattern PARAMETER = Pattern.compile("(/[0-9A-Za-z._-]+)+");

    private ServiceSettings() {}

    /**
     * Reads the service.
     *
     * @throws IllegalArgumentException with a one-line message, for a value that is not allowed
     */
    static Service from(Context context) {
        var defaults = Nginx.welcomePage();
        var install = context.textOrNull("install");
        var healthCheck = context.textOrNull("healthCheck");
        var tcp = new ArrayList<Integer>();
        var udp = new ArrayList<Integer>();
        for (var port : context.list("ports", List.of())) {
            var parts = PORT.matcher(port);
            if (!parts.matches()) {
                throw rejected("ports", "ports such as 443,5432,53/udp", port);
            }
            ("/udp".equals(parts.group(2)) ? udp : tcp).add(Integer.valueOf(parts.group(1)));
        }
        return Service.builder()
                .name(context.text("serviceName", install == null ? defaults.name() : "service"))
                .tcpPorts(tcp.isEmpty() && udp.isEmpty() ? defaults.tcpPorts() : tcp)
                .udpPorts(udp)
                .healthCheck(
                        healthCheck == null ? defaults.healthCheck() : HealthCheck.named("healthCheck", healthCheck))
                .standbyCheck(StandbyCheck.named("standbyCheck", context.text("standbyCheck", "same")))
                .install(install == null ? defaults.install() : Path.of(install))
                .units(context.list("serviceUnits", install == null ? defaults.units() : List.of()))
                .image(image(context.textOrNull("image")))
                .rootVolume(context.wholeNumber("rootVolume", defaults.rootVolume()))
                .rootDevice(context.text("rootDevice", defaults.rootDevice()))
                .build();
    }

    private static @Nullable IMachineImage image(@Nullable String name) {
        if (name == null) {
            return null;
        }
        if (IMAGE_ID.matcher(name).matches()) {
            return new FixedImage(name);
        }
        if (PARAMETER.matcher(name).matches()) {
            return MachineImage.fromSsmParameter(
                    name,
                    SsmParameterImageOptions.builder()
                            .os(OperatingSystemType.LINUX)
                            .cachedInContext(true)
                            .build());
        }
        throw rejected("image", "the id of an image or the name of an SSM parameter that has it", name);
    }

    private static IllegalArgumentException rejected(String setting, String allowed, String got) {
        return new IllegalArgumentException(
                "%s must be %s, got %s".formatted(setting, allowed, SafeText.received(got)));
    }

    /** The image with this id, in the Region of the stack. */
    private record FixedImage(String id) implements IMachineImage {
        @Override
        public MachineImageConfig getImage(Construct scope) {
            return MachineImageConfig.builder()
                    .imageId(id)
                    .osType(OperatingSystemType.LINUX)
                    .userData(UserData.forLinux())
                    .build();
        }
    }
}
