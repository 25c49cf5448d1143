// Runs the CDK application for `cdk synth` (see "app" in cdk.json) on Linux, macOS and Windows.
// Builds first when there is no build or a source is newer than it: Maven takes seconds, starting Java alone does not.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";

const ARGUMENTS = join("target", "app.args");

const changed = (path) => {
  const stat = statSync(path);
  return stat.isDirectory()
    ? Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => changed(join(path, name))))
    : stat.mtimeMs;
};

const run = (command, args, options = {}) => {
  const { status, error } = spawnSync(command, args, { stdio: "inherit", ...options });
  if (error) {
    console.error(`${command} cannot be run: ${error.message}. JDK 17 or newer and Maven must be on the PATH`);
  }
  if (status !== 0) {
    process.exit(status ?? 1);
  }
};

const built = existsSync(ARGUMENTS) ? statSync(ARGUMENTS).mtimeMs : 0;
if (Math.max(changed("pom.xml"), changed(join("src", "main"))) > built) {
  console.error("Building the application and the function's package with Maven");
  // Standard output belongs to the template. Windows starts mvn.cmd through its shell only.
  const stdio = ["ignore", process.stderr, "inherit"];
  run("mvn", ["-q", "-B", "process-classes"], { stdio, shell: process.platform === "win32" });
  // Maven leaves a file alone whose content would be the same.
  const now = new Date();
  utimesSync(ARGUMENTS, now, now);
}
run("java", [`@${ARGUMENTS}`]);
