package io.enifailover;

import inet.ipaddr.IPAddressString;
import inet.ipaddr.ipv4.IPv4Address;
import java.util.Optional;

/** Reads IPv4 addresses and blocks, in their canonical form only. */
public final class Ipv4 {
    private Ipv4() {}

    /**
     * Parses a block.
     *
     * @param setting  name of the setting, for the error
     * @param text     CIDR notation, without host bits
     * @param shortest shortest prefix allowed, 0 to 32
     * @param longest  longest prefix allowed, 0 to 32
     * @throws IllegalArgumentException if the text is not such a block
     */
    public static IPv4Address block(String setting, String text, int shortest, int longest) {
        return canonical(text)
                .filter(it -> it.isPrefixed() && it.isPrefixBlock())
                .filter(it -> it.getPrefixLength() >= shortest && it.getPrefixLength() <= longest)
                .orElseThrow(() -> new IllegalArgumentException(
                        setting + " must be an IPv4 block from /" + shortest + " to /" + longest + ", got " + text));
    }

    /**
     * Parses an address.
     *
     * @param setting name of the setting, for the error
     * @param text    dotted decimal
     * @throws IllegalArgumentException if the text is not an address
     */
    public static IPv4Address address(String setting, String text) {
        return canonical(text)
                .filter(it -> !it.isPrefixed() && !it.isMultiple())
                .orElseThrow(() -> new IllegalArgumentException(setting + " must be an IPv4 address, got " + text));
    }

    /** The library also accepts other forms, such as 10.1 or 0x0a.0.0.1, which other programs interpret differently. */
    private static Optional<IPv4Address> canonical(String text) {
        return new IPAddressString(text).getAddress() instanceof IPv4Address address
                        && address.toString().equals(text)
                ? Optional.of(address)
                : Optional.empty();
    }
}
