"""Lambda functions as local processes instead of containers.

moto starts a container for each invocation. Here the very package that was uploaded is unzipped and run by AWS's runtime
interface client for Java, as in Lambda: each process serves one event at a time and stays warm for the next one, and an
event that finds all of its version's processes at work starts another.
"""

import io
import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
import time
import uuid
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.awslambda.responses import LambdaResponse
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.models import logs_backends

INITIALIZATION_SECONDS = 10  # Lambda's own limit for a function's start


@dataclass(frozen=True)
class Runtime:
    """What a process needs that is not in its package: the JVM's command, and the environment of the emulated Region."""

    command: list[str]
    environment: dict[str, str]
    log: Path


@dataclass(frozen=True)
class Outcome:
    payload: str
    failed: bool

    @classmethod
    def error(cls, kind: str, message: str) -> "Outcome":
        return cls(json.dumps({"errorType": kind, "errorMessage": message}), failed=True)


class RuntimeApi:
    """Lambda's runtime API: the process asks for the next event and posts what came of it.

    https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
    """

    def __init__(self, timeout: float):
        self.events: queue.Queue[tuple[str, str]] = queue.Queue()
        self.outcomes: queue.Queue[Outcome] = queue.Queue()
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Otherwise head and body of an event are 40 ms apart, which would count as the function's time.
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                invoked_arn, event = api.events.get()
                self.send_response(200)
                # The client's native part crashes without it.
                self.send_header("Content-Type", "application/json")
                self.send_header("Lambda-Runtime-Aws-Request-Id", str(uuid.uuid4()))
                self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + timeout) * 1000)))
                self.send_header("Lambda-Runtime-Invoked-Function-Arn", invoked_arn)
                self._send(event.encode())

            def do_POST(self) -> None:
                payload = self.rfile.read(int(self.headers["Content-Length"])).decode()
                api.outcomes.put(Outcome(payload, failed=self.path.endswith("/error")))
                self.send_response(202)
                self._send(b"")

            def _send(self, body: bytes) -> None:
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing: the function's own log tells the story."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class FunctionProcess:
    """One execution environment of one function version."""

    def __init__(self, function: LambdaFunction, runtime: Runtime):
        self.function = function
        self._task = Path(tempfile.mkdtemp(prefix="function-"))
        zipfile.ZipFile(io.BytesIO(function.code_bytes)).extractall(self._task)
        self._api = RuntimeApi(float(function.timeout))
        self._started = time.monotonic()
        self.first_answer: float | None = None
        self._process = subprocess.Popen(
            [part.replace("{task}", str(self._task)) for part in runtime.command] + [str(function.handler)],
            cwd=self._task,
            env=self._environment(runtime),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._log, args=(runtime.log,), daemon=True).start()
        threading.Thread(target=self._watch, daemon=True).start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def invoke(self, invoked_arn: str, event: str) -> Outcome:
        self._api.events.put((invoked_arn, event))
        limit = INITIALIZATION_SECONDS + float(self.function.timeout)
        try:
            outcome = self._api.outcomes.get(timeout=limit)
            if self.first_answer is None:
                self.first_answer = time.monotonic() - self._started
            return outcome
        except queue.Empty:
            self.kill()
            return Outcome.error("Sandbox.Timedout", f"Task timed out after {self.function.timeout} seconds")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def _log(self, file: Path) -> None:
        """Copies what the function prints into a file and into its log group, as CloudWatch Logs keeps it."""
        function = self.function
        group = function.logs_group_name
        logs = logs_backends[function.account_id][function.region]
        stream = f"emulator-{uuid.uuid4()}"
        logs.ensure_log_group(group)
        logs.create_log_stream(group, stream)
        for line in self._process.stdout or []:
            with file.open("a") as copy:
                copy.write(line)
            # The stack may be gone by now, and its log group with it.
            with suppress(ResourceNotFoundException):
                logs.put_log_events(group, stream, [{"timestamp": int(time.time() * 1000), "message": line.rstrip()}])

    def _watch(self) -> None:
        self._process.wait()
        self._api.outcomes.put(Outcome.error("Runtime.ExitError", "Runtime exited without providing a reason"))
        self._api.close()
        shutil.rmtree(self._task, ignore_errors=True)

    def _environment(self, runtime: Runtime) -> dict[str, str]:
        function = self.function
        return {
            **{name: os.environ[name] for name in ("PATH", "SystemRoot") if name in os.environ},
            **runtime.environment,
            **function.environment_vars,
            "AWS_LAMBDA_RUNTIME_API": self._api.address,
            "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
            "AWS_LAMBDA_FUNCTION_VERSION": str(function.version),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
            "AWS_LAMBDA_LOG_GROUP_NAME": function.logs_group_name,
            "AWS_LAMBDA_LOG_STREAM_NAME": "emulator",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_REGION": function.region,
            "AWS_DEFAULT_REGION": function.region,
            "LAMBDA_TASK_ROOT": str(self._task),
            "_HANDLER": str(function.handler),
        }


class FunctionProcesses:
    """All processes, and by function version those that wait for an event."""

    def __init__(self, runtime: Runtime):
        self._runtime = runtime
        self._processes: list[FunctionProcess] = []
        self._idle: dict[str, list[FunctionProcess]] = {}
        self.first_answers: list[float] = []
        self._lock = threading.Lock()

    def invoke(self, function: LambdaFunction, event: Any) -> tuple[str, bool, str]:
        """Takes the place of LambdaFunction._invoke_lambda: payload, whether it failed, and the log's tail."""
        # Code and variables too, since they change under the ARN of a version that is not published.
        version = f"{function.function_arn} {function.code_sha_256} {sorted(function.environment_vars.items())}"
        process = self._take(version) or self._start(function)
        new = process.first_answer is None
        outcome = process.invoke(_invoked_arn(function), json.dumps(event))
        if new and process.first_answer is not None:
            self.first_answers.append(process.first_answer)
        with self._lock:
            self._idle.setdefault(version, []).append(process)
        return outcome.payload, outcome.failed, ""

    def kill(self, function_name: str | None = None) -> None:
        """Ends all processes, or those of one function."""
        with self._lock:
            for process in self._processes:
                if function_name in (None, process.function.function_name):
                    process.kill()

    def _take(self, version: str) -> FunctionProcess | None:
        with self._lock:
            waiting = [process for process in self._idle.get(version, []) if process.alive]
            self._idle[version] = waiting
            return waiting.pop() if waiting else None

    def _start(self, function: LambdaFunction) -> FunctionProcess:
        process = FunctionProcess(function, self._runtime)
        with self._lock:
            self._processes = [known for known in self._processes if known.alive] + [process]
        return process


_create = LambdaFunction.create_from_cloudformation_json


def _create_with_its_log_group(name: str, declared: Any, *args: Any, **kwargs: Any) -> LambdaFunction:
    """moto knows the default group only."""
    function = _create(name, declared, *args, **kwargs)
    group = declared["Properties"].get("LoggingConfig", {}).get("LogGroup")
    function.logs_group_name = group or function.logs_group_name
    return function


class _Call(threading.local):
    """By which name the function is called. moto resolves an alias, and the function would not know of it."""

    name = ""
    qualifier: str | None = None


_call = _Call()


def _invoked_arn(function: LambdaFunction) -> str:
    if not _call.name:
        return str(function.function_arn)
    prefix = function.function_arn.rpartition(":function:")[0]
    arn = _call.name if _call.name.startswith("arn:") else f"{prefix}:function:{_call.name}"
    return f"{arn}:{_call.qualifier}" if _call.qualifier else arn


def install(processes: FunctionProcesses) -> None:
    """Has moto run functions by these processes."""
    invoke: Callable[..., tuple[str, bool, str]] = lambda function, event=None: processes.invoke(function, event)
    model: Any = LambdaFunction
    model._invoke_lambda = invoke
    model.create_from_cloudformation_json = staticmethod(_create_with_its_log_group)

    backend: Any = LambdaBackend
    invoke_by_name = backend.invoke

    def remember(self: LambdaBackend, function_name: str, qualifier: str | None, *rest: Any) -> Any:
        _call.name, _call.qualifier = function_name, qualifier
        try:
            return invoke_by_name(self, function_name, qualifier, *rest)
        finally:
            _call.name, _call.qualifier = "", None

    backend.invoke = remember

    requests: Any = LambdaResponse
    handle = requests.invoke

    def read_the_qualifier(request: LambdaResponse) -> Any:
        """moto looks for it in lower case, and would call the unpublished version."""
        if "Qualifier" in request.querystring:
            request.querystring["qualifier"] = request.querystring["Qualifier"]
        return handle(request)

    requests.invoke = read_the_qualifier

    delete = model.delete

    def delete_with_processes(function: LambdaFunction, *args: Any) -> None:
        processes.kill(function.function_name)
        delete(function, *args)

    model.delete = delete_with_processes
