package io.enifailover.outage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;

/** Fills in the Mustache templates beside this class; all text is escaped, except in triple braces. */
final class Templates {
    private static final Mustache.Compiler COMPILER =
            Mustache.compiler().withEscaper(Labels::escape).withLoader(Templates::open);

    private Templates() {}

    static String render(String template, Object context) {
        try (var source = open(template)) {
            return COMPILER.compile(source).execute(context);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reader open(String name) {
        var stream = Templates.class.getResourceAsStream(name);
        if (stream == null) {
            throw new IllegalStateException("no resource " + name);
        }
        return new InputStreamReader(stream, UTF_8);
    }
}
