package io.enifailover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void escapesEveryNameAndTextOfADocument() {
        var json = Json.object("{\"a\\u001b\": [{\"b\": \"\\u009b\"}, 1, null, true]}");

        assertThat(json.orElseThrow()).hasToString("{\"a\\\\u001b\":[{\"b\":\"\\\\u009b\"},1,null,true]}");
    }
}
