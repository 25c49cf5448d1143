// Runs the CDK application for `cdk synth` (see "app" in cdk.json) on Linux, macOS and Windows.
// Builds first when there is no build or a source is newer than it: Maven takes seconds, starting Java alone does not.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, statSync, utimesSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

const ARGUMENTS = join("target", "app.args");
const PROGRESS = 5_000;
const WINDOWS = process.platform === "win32";

const changed = (path) => {
  const stat = statSync(path);
  return stat.isDirectory()
    ? Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => changed(join(path, name))))
    : stat.mtimeMs;
};

const notFound = (command, error) =>
  console.error(`${command} cannot be run: ${error.message}. JDK 17 or newer must be on the PATH`);

// Maven, if it is installed; otherwise the wrapper, which downloads it once.
const maven = () => {
  const name = WINDOWS ? "mvn.cmd" : "mvn";
  const installed = process.env.PATH.split(delimiter).some((folder) => existsSync(join(folder, name)));
  return installed ? "mvn" : WINDOWS ? ".\\mvnw.cmd" : "./mvnw";
};

// Says every five seconds what is being done, on standard error: standard output belongs to the template.
const showProgress = (doing) => {
  const began = Date.now();
  const timer = setInterval(() => console.error(`  ${Math.round((Date.now() - began) / 1000)} s: ${doing()}`), PROGRESS);
  return () => clearInterval(timer);
};

const buildWithMaven = () =>
  new Promise((resolve) => {
    console.error("Building the application and the function's package with Maven");
    // Windows starts a .cmd file through its shell only.
    const build = spawn(maven(), ["-B", "-Dunchecked", "process-classes"], {
      stdio: ["ignore", "pipe", "inherit"],
      shell: WINDOWS,
    });
    const output = [];
    let files = 0;
    let doing = "starting";
    const endProgress = showProgress(() => `${doing}${files > 0 ? `, ${files} files downloaded` : ""}`);
    createInterface({ input: build.stdout }).on("line", (line) => {
      output.push(line);
      const goal = /--- ([a-z-]+):[^ ]*:([a-z-]+)/.exec(line);
      if (line.includes("Downloaded from ")) {
        files++;
        doing = "downloading";
      } else if (goal) {
        doing = goal[2] === "compile" ? "compiling" : "packaging";
      }
    });
    const end = (status) => {
      endProgress();
      if (status !== 0) {
        console.error(output.filter((line) => line.startsWith("[ERROR]")).join("\n"));
        process.exit(status ?? 1);
      }
      resolve();
    };
    build.on("error", (error) => {
      notFound("Maven", error);
      end(1);
    });
    build.on("close", end);
  });

const built = existsSync(ARGUMENTS) ? statSync(ARGUMENTS).mtimeMs : 0;
if (Math.max(changed("pom.xml"), changed(join("src", "main"))) > built) {
  await buildWithMaven();
  // Maven leaves a file alone whose content would be the same.
  const now = new Date();
  utimesSync(ARGUMENTS, now, now);
}
// The application prints nothing, and the validation of its template takes some seconds.
const endProgress = showProgress(() => "synthesizing and validating the template");
const app = spawn("java", [`@${ARGUMENTS}`], { stdio: "inherit" });
app.on("error", (error) => {
  notFound("java", error);
  process.exit(1);
});
app.on("close", (status) => {
  endProgress();
  process.exit(status ?? 1);
});
