package io.enifailover;

import java.util.List;

/** The names of all settings, for tests of the deployed application. */
public final class SettingKeys {
    private SettingKeys() {}

    public static List<String> all() {
        return Settings.KEYS;
    }
}
