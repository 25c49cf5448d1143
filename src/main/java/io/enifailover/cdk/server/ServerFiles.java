package io.enifailover.cdk.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.constructs.Construct;

/**
 * The files that a server fetches at its first boot: those of the pair, and below {@code install} those of the service. Their
 * hash is part of their URL and so of the user data: a change to any file replaces the servers.
 */
public final class ServerFiles extends Construct {
    private static final List<String> OF_THE_PAIR = List.of(
            "first-boot.sh",
            "health-check.sh",
            "05-floating.network",
            "failover-activation.service",
            "failover-activation.sh",
            "failover-active.target",
            "failover-watch.service",
            "failover-watch.sh");

    /** The script to run if the installation is a directory. */
    public static final String INSTALL_SCRIPT = "install.sh";

    private final Asset asset;

    /** @param install script, or directory with a script, that installs the service */
    public ServerFiles(Construct scope, String id, Path install) {
        super(scope, id);
        asset = Asset.Builder.create(this, "Asset")
                .path(directory(install).toString())
                .build();
    }

    /** Returns the URL of the archive. Fetching it needs {@link #grantRead permission}. */
    String url() {
        return "https://s3.%s.amazonaws.com/%s/%s"
                .formatted(Stack.of(this).getRegion(), asset.getS3BucketName(), asset.getS3ObjectKey());
    }

    /** Returns a text that changes with any of the files. */
    String hash() {
        return asset.getAssetHash();
    }

    /** Grants the right to fetch this archive, and nothing else of its bucket. */
    void grantRead(IGrantable server) {
        server.getGrantPrincipal()
                .addToPrincipalPolicy(PolicyStatement.Builder.create()
                        .sid("FirstBootFiles")
                        .actions(List.of("s3:GetObject"))
                        .resources(List.of(asset.getBucket().arnForObjects(asset.getS3ObjectKey())))
                        .build());
    }

    /** Returns a new directory with all of them. */
    static Path directory(Path install) {
        try {
            // Can be temporary: the asset copies it when it is created.
            var directory = Files.createTempDirectory("eni-failover-server");
            for (var name : OF_THE_PAIR) {
                add(directory.resolve(name), FirstBoot.resource(name).getBytes(StandardCharsets.UTF_8));
            }
            var target = directory.resolve("install");
            if (!Files.isDirectory(install)) {
                add(target.resolve(INSTALL_SCRIPT), Files.readAllBytes(install));
                return directory;
            }
            try (var files = Files.walk(install)) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    add(target.resolve(install.relativize(file).toString()), Files.readAllBytes(file));
                }
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }
}
