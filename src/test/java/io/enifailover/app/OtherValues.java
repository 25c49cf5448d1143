package io.enifailover.app;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;

/** For every setting a value that is not its default. */
public final class OtherValues {
    private static final Map<String, String> BY_SETTING = Map.ofEntries(
            entry("vpcCidr", "10.1.0.0/16"),
            entry("zone", "us-east-1b"),
            entry("instanceType", "m7i.large"),
            entry("floatingAddress", "10.0.0.30"),
            entry("clientCidrs", "192.0.2.0/24"),
            entry("notificationEmail", "ops@example.com"),
            entry("holder", "standby"),
            entry("primaryGeneration", "2"),
            entry("standbyGeneration", "2"),
            entry("probeInterval", "0.25"),
            entry("failureThreshold", "5"),
            entry("coolDown", "120"),
            entry("flapLimit", "10"),
            entry("failback", "30"),
            entry("fencing", "stop"),
            entry("moveDeadlines", "detach=10,stop=30"),
            entry("drill", "sun 03:00-04:00"),
            entry("serviceName", "my service"),
            entry("ports", "80,443,53/udp"),
            entry("healthCheck", "http:80/up=200-204"),
            entry("standbyCheck", "none"),
            entry("install", "src/main/resources/io/enifailover/nginx/install.sh"),
            entry("serviceUnits", "nginx,php-fpm"),
            entry("image", "ami-0123456789abcdef0"),
            entry("rootVolume", "20"),
            entry("rootDevice", "/dev/sda1"));

    private OtherValues() {}

    public static List<String> settings() {
        return Settings.KEYS;
    }

    /**
     * Returns the other value of a setting.
     *
     * @throws IllegalArgumentException if this class has none
     */
    public static String of(String setting) {
        var value = BY_SETTING.get(setting);
        if (value == null) {
            throw new IllegalArgumentException("setting must have a value in OtherValues, got " + setting);
        }
        return value;
    }
}
