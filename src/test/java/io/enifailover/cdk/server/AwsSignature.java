package io.enifailover.cdk.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS Signature Version 4, as AWS checks it: over the headers that the caller says it has signed.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">SigV4</a>
 */
final class AwsSignature {
    private static final Pattern AUTHORIZATION = Pattern.compile("AWS4-HMAC-SHA256 Credential=[^/]+/(?<scope>[^,]+), "
            + "SignedHeaders=(?<headers>[^,]+), Signature=(?<signature>[0-9a-f]{64})");

    private AwsSignature() {}

    /** Returns whether the request is signed with that secret; header names in lower case. */
    static boolean isValid(String method, URI uri, Map<String, String> headers, String body, String secret)
            throws GeneralSecurityException {
        var authorization = AUTHORIZATION.matcher(headers.getOrDefault("authorization", ""));
        if (!authorization.matches()) {
            return false;
        }
        var scope = authorization.group("scope");
        var signedHeaders = authorization.group("headers");
        var canonicalRequest = String.join(
                "\n",
                method,
                uri.getRawPath(),
                Objects.requireNonNullElse(uri.getRawQuery(), ""),
                Stream.of(signedHeaders.split(";", -1))
                        .map(name -> name + ":" + headers.getOrDefault(name, "").strip() + "\n")
                        .collect(Collectors.joining()),
                signedHeaders,
                sha256(body));
        var toSign = String.join(
                "\n", "AWS4-HMAC-SHA256", headers.getOrDefault("x-amz-date", ""), scope, sha256(canonicalRequest));
        var key = ("AWS4" + secret).getBytes(UTF_8);
        for (var part : scope.split("/", -1)) {
            key = hmac(key, part);
        }
        return HexFormat.of().formatHex(hmac(key, toSign)).equals(authorization.group("signature"));
    }

    /** Returns the Region and the service that the request is signed for, such as {@code us-east-1/s3}; or an empty text. */
    static String signedFor(Map<String, String> headers) {
        var authorization = AUTHORIZATION.matcher(headers.getOrDefault("authorization", ""));
        return authorization.matches()
                ? authorization.group("scope").replaceFirst("^[0-9]{8}/(.+)/aws4_request$", "$1")
                : "";
    }

    /** Returns the names of the headers that the signature covers. */
    static List<String> signedHeaders(Map<String, String> headers) {
        var authorization = AUTHORIZATION.matcher(headers.getOrDefault("authorization", ""));
        return authorization.matches() ? List.of(authorization.group("headers").split(";", -1)) : List.of();
    }

    private static String sha256(String text) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(UTF_8));
    }
}
