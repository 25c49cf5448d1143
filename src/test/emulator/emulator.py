"""Starts moto, the emulator of AWS, extended from outside by what this project needs and moto lacks.

Prints one line of name=value pairs when it is ready, and lives as long as its standard input is open. Besides AWS's own
APIs it serves a few paths of control, on a port of their own:

    PUT, GET /answers/ID             a custom resource's answer
    POST     /detach?seconds=S       how long a detachment takes; without seconds: until one with Force, and with
                                     force=no until the instance stops
    POST     /stopping?refuses=R     yes: a detachment is refused while its instance is stopping, and with seconds=S a
                                     stop takes that long; no: it is accepted, and a stop takes no time
    POST     /attach?seconds=S       how long an attachment takes
    POST     /events                 delivers an event of an AWS service, and answers what the functions have answered
    POST     /functions/kill         ends the functions' processes, as a crash would
    POST     /signals/fail?role=R    the next server of this role never signals to CloudFormation
    GET      /functions/first        seconds from the start of each process to its first answer
"""

import argparse
import importlib.metadata
import json
import os
import platform
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlparse

REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def check_requirements() -> None:
    """The extensions replace parts of moto that are not its public interface: another version may not have them."""
    for requirement in REQUIREMENTS.read_text().splitlines():
        if not requirement or requirement.startswith("#"):
            continue
        name, _, wanted = requirement.partition("==")
        package, _, extra = name.partition("[")
        try:
            found = importlib.metadata.version(package)
            if extra:
                import flask  # noqa: F401  of moto's extra "server"
        except ImportError:
            found = "none"
        if found != wanted:
            sys.exit(f"{package} {wanted} wanted, {found} found: pip install -r src/test/emulator/requirements.txt")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="of AWS's APIs")
    parser.add_argument("--function-endpoint", required=True, help="where functions find AWS's APIs")
    parser.add_argument("--function-log", type=Path, required=True, help="file for what functions print")
    parser.add_argument("--hypervisor", help="where machines are that follow EC2's API")
    parser.add_argument("--function-command", nargs=argparse.REMAINDER, required=True, help="{task} is the package")
    return parser.parse_args()


def control_handler(answers: Any, processes: Any) -> type[BaseHTTPRequestHandler]:
    from extensions import ec2_rules, event_rules, instance_power, signals

    class Control(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            length = int(self.headers["Content-Length"])
            answers.documents[self.path.rpartition("/")[2]] = json.loads(self.rfile.read(length))
            self._send(200)

        def do_GET(self) -> None:
            if self.path == "/functions/first":
                self._send(200, json.dumps(processes.first_answers).encode())
                return
            answer = answers.documents.get(self.path.rpartition("/")[2])
            self._send(200 if answer else 404, json.dumps(answer).encode())

        def do_POST(self) -> None:
            url = urlparse(self.path)
            wanted = dict(parse_qsl(url.query))
            if url.path == "/detach":
                seconds = wanted.get("seconds")
                ec2_rules.let_detach_take(float(seconds) if seconds else None, wanted.get("force") != "no")
            elif url.path == "/stopping":
                ec2_rules.let_stopping_refuse(wanted["refuses"] == "yes")
                instance_power.let_stop_take(float(wanted.get("seconds", 0)))
            elif url.path == "/functions/kill":
                processes.kill()
            elif url.path == "/signals/fail":
                signals.fail_next(wanted["role"])
            elif url.path == "/attach":
                ec2_rules.let_attach_take(float(wanted["seconds"]))
            elif url.path == "/events":
                event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self._send(200, json.dumps(event_rules.deliver(event)).encode())
                return
            self._send(204)

        def _send(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing: moto logs each of AWS's own calls."""

    return Control


def main() -> None:
    check_requirements()
    options = arguments()

    from moto.server import ThreadedMotoServer

    from extensions import (
        custom_resources,
        dynamodb_tables,
        ec2_rules,
        function_processes,
        hypervisor,
        instance_power,
        network_rules,
        resource_types,
        stacks,
    )

    answers = custom_resources.Answers()
    runtime = function_processes.Runtime(
        command=options.function_command,
        environment={
            "AWS_ENDPOINT_URL": options.function_endpoint,
            "AWS_ACCESS_KEY_ID": "emulator",
            "AWS_SECRET_ACCESS_KEY": "emulator",
        },
        log=options.function_log,
    )
    processes = function_processes.FunctionProcesses(runtime)
    ec2_rules.install()
    instance_power.install()
    network_rules.install()
    if options.hypervisor:
        hypervisor.install(options.hypervisor)
    dynamodb_tables.install()
    resource_types.install()
    custom_resources.install(answers)
    stacks.install()
    function_processes.install(processes)

    control = ThreadingHTTPServer(("127.0.0.1", 0), control_handler(answers, processes))
    control.daemon_threads = True
    threading.Thread(target=control.serve_forever, daemon=True).start()
    control_url = f"http://localhost:{control.server_port}"
    answers.url = f"{control_url}/answers"

    moto = ThreadedMotoServer("127.0.0.1", options.port, verbose=False)
    moto.start()
    port = moto.get_host_and_port()[1]
    print(
        f"endpoint=http://localhost:{port} control={control_url}"
        f" moto={importlib.metadata.version('moto')} python={platform.python_version()}",
        flush=True,
    )
    try:
        sys.stdin.read()
    finally:
        processes.kill()
        # moto's server thread may be in the middle of a request whose function has just been ended.
        os._exit(0)


if __name__ == "__main__":
    main()
