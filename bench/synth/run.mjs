// How long `cdk synth` takes from a built checkout, beside a TypeScript application with the same kinds of resources.
//
//   node bench/synth/run.mjs [rounds]      7 rounds by default; about three minutes
//
// The twin runs in the two ways that its users know: with the command that `cdk init` writes into cdk.json, which checks
// types first, and compiled beforehand. The rounds take turns, so that a busy machine slows all of them alike.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const rounds = Number(process.argv[2] ?? 7);
const pom = readFileSync("pom.xml", "utf8");
const version = (name) => pom.match(`<${name}>(.*)</${name}>`)[1];
const cli = `aws-cdk@${version("cdk.cli.version")}`;
const twin = resolve("target", "bench-synth");

const env = {
  ...process.env,
  CDK_VALIDATION: "false",
  CDK_DISABLE_CLI_TELEMETRY: "true",
  JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: "20",
  FUNCTION_PACKAGE: resolve("target", "classes", "function"),
};
const windows = process.platform === "win32";
const run = (command, args, cwd) => {
  const { status, stderr } = spawnSync(command, args, { cwd, env, encoding: "utf8", shell: windows });
  if (status !== 0) {
    throw new Error(`${command} ${args.join(" ")} in ${cwd} failed:\n${stderr}`);
  }
};

const prepare = () => {
  run("mvn", ["-q", "-B", "process-classes"], ".");
  mkdirSync(join(twin, "bin"), { recursive: true });
  cpSync("bench/synth/twin.ts", join(twin, "bin", "twin.ts"));
  cpSync("cdk.context.json", join(twin, "cdk.context.json"));
  const { context } = JSON.parse(readFileSync("cdk.json", "utf8"));
  writeFileSync(join(twin, "cdk.json"), JSON.stringify({ versionReporting: false, context }));
  writeFileSync(
    join(twin, "package.json"),
    JSON.stringify({
      private: true,
      dependencies: { "aws-cdk-lib": version("cdk.version"), constructs: "10.6.0" },
      devDependencies: { tsx: "4.23.0", typescript: "5.9.3", "@types/node": "24.10.1" },
    }),
  );
  writeFileSync(
    join(twin, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: { target: "ES2022", module: "NodeNext", strict: true, skipLibCheck: true, types: ["node"], outDir: "built" },
      include: ["bin"],
    }),
  );
  run("npm", ["install", "--no-audit", "--no-fund", "--silent"], twin);
  run("npx", ["tsc"], twin);
};

const synth = (cwd, ...app) => () => {
  const start = process.hrtime.bigint();
  run("npx", ["-y", cli, "synth", "-q", ...app], cwd);
  return Number(process.hrtime.bigint() - start) / 1e9;
};
const contenders = {
  "this application": synth("."),
  "TypeScript, as cdk init runs it (tsc && tsx)": synth(twin, "--app", "npx tsc && npx tsx bin/twin.ts"),
  "TypeScript, compiled beforehand (node)": synth(twin, "--app", "node built/twin.js"),
};

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

console.log("Preparing both applications");
prepare();
const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
for (let round = 0; round <= rounds; round++) {
  for (const [name, contender] of Object.entries(contenders)) {
    const seconds = contender();
    if (round > 0) {
      times[name].push(seconds);
    }
  }
  process.stdout.write(round === 0 ? "warmed up\n" : `round ${round} of ${rounds}\n`);
}

const [ours, ...others] = Object.entries(times).map(([name, values]) => [name, median(values), values]);
const row = ([name, middle, values]) =>
  `${name.padEnd(46)} ${middle.toFixed(2)} s   (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)} s)`;
console.log(`\nWall time of \`npx ${cli} synth\`, median of ${rounds}, CDK_VALIDATION=false, node ${process.version}`);
console.log(row(ours));
others.forEach((other) => console.log(`${row(other)}   ratio ${(ours[1] / other[1]).toFixed(2)}`));
