"""What the kernel must do, on one real kernel. Run by the environment's Python: see test_kernel."""

import queue
import threading
import time
import unittest
from dataclasses import dataclass, field

from jupyter_client.manager import KernelManager

SLEEP = '{ System.out.println("runs"); Thread.sleep(60_000); }'
LIMIT = 60  # seconds for a cell; a stuck kernel fails instead of hanging


@dataclass
class Answer:
    """What a cell gave: its reply, and its outputs as (type, content)."""

    reply: dict
    outputs: list = field(default_factory=list)

    @property
    def status(self):
        return self.reply["status"]

    def text(self, name="stdout"):
        return "".join(c["text"] for kind, c in self.outputs if kind == "stream" and
                       c["name"] == name)

    def data(self, kind="execute_result"):
        return next(c["data"] for k, c in self.outputs if k == kind)

    def trace(self):
        return next(c["traceback"] for kind, c in self.outputs if kind == "error")


class Kernel:
    """The registered kernel, and a client of it."""

    def __init__(self):
        self.manager = KernelManager(kernel_name="java")
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(LIMIT)

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def run(self, code, **options):
        return self.run_all(code, **options)[0]

    def run_all(self, *cells, **options):
        """Sends all cells at once, as Run All does."""
        return self.wait([self.client.execute(code, **options) for code in cells])

    def wait(self, ids):
        """The answers to requests that were sent."""
        found = {one: Answer({}) for one in ids}
        idle = set()
        end = time.monotonic() + LIMIT * len(ids)
        while len(idle) < len(ids) or not all(answer.reply for answer in found.values()):
            if time.monotonic() > end:
                raise TimeoutError(found)
            for get in (self.client.get_iopub_msg, self.client.get_shell_msg):
                try:
                    message = get(timeout=0.02)
                except queue.Empty:
                    continue
                parent, kind = message["parent_header"].get("msg_id"), message["msg_type"]
                if parent not in found:
                    continue
                if kind == "execute_reply":
                    found[parent].reply = message["content"]
                elif kind == "status":
                    if message["content"]["execution_state"] == "idle":
                        idle.add(parent)
                elif kind != "execute_input":
                    found[parent].outputs.append((kind, message["content"]))
        return [found[one] for one in ids]

    def stopped(self, code, sign, *more):
        """Presses the stop button when the cell has printed a sign; more cells wait behind it.

        The answers, and how many seconds after the button the last one came.
        """
        ids = [self.client.execute(one) for one in (code, *more)]
        self.wait_for(ids[0], lambda kind, content: kind == "stream" and sign in content["text"])
        begin = time.monotonic()
        self.manager.interrupt_kernel()
        answers = self.wait(ids)
        return answers, time.monotonic() - begin

    def wait_for(self, parent, found):
        """Waits until a cell publishes what is looked for."""
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            try:
                message = self.client.get_iopub_msg(timeout=0.1)
            except queue.Empty:
                continue
            own = message["parent_header"].get("msg_id") == parent
            if own and found(message["msg_type"], message["content"]):
                return
        raise TimeoutError("the cell did not publish it")


SHARED = None


def setUpModule():
    global SHARED
    SHARED = Kernel()


def tearDownModule():
    SHARED.close()


class StopOnError(unittest.TestCase):
    def statuses(self, *cells, **options):
        return [answer.status for answer in SHARED.run_all(*cells, **options)]

    def test_cells_behind_a_failed_one_are_aborted_and_those_sent_later_run(self):
        got = self.statuses("int a = 1;", "int b = 1 / 0;", "int c = 3;", "int d = 4;")
        self.assertEqual(got, ["ok", "error", "aborted", "aborted"])
        self.assertEqual(self.statuses("a"), ["ok"])
        self.assertEqual(self.statuses("c"), ["error"])

    def test_they_run_if_the_failed_cell_says_so(self):
        self.assertEqual(self.statuses("int e = 1 / 0;", "1", stop_on_error=False),
                         ["error", "ok"])

    def test_what_does_not_compile_stops_too(self):
        self.assertEqual(self.statuses("int f = ;", "1"), ["error", "aborted"])

    def test_a_cell_that_is_sent_while_the_queue_empties_runs(self):
        ids = [SHARED.client.execute("throw new Error();"), SHARED.client.execute("1")]
        SHARED.client.complete("Syst")
        self.assertEqual([a.status for a in SHARED.wait(ids)], ["error", "aborted"])
        self.assertEqual(self.statuses("1"), ["ok"])

    def test_magics_work(self):
        self.assertIn("Wall time", str(SHARED.run("%time Thread.sleep(1)").outputs))


class Errors(unittest.TestCase):
    def trace(self, code):
        return SHARED.run(code).trace()

    def test_the_message_comes_first_and_then_the_readers_own_lines(self):
        SHARED.run("import ddpm.schedule.LinearSchedule;\n"
                   "Object made(double beta) {\n    return new LinearSchedule(10, beta, 3);\n}")
        answer = SHARED.run("int one = 1;\nmade(2);")
        trace = answer.trace()
        message = "need 0 < betaFirst <= betaLast < 1, got 2.0 and 3.0"
        self.assertIn("IllegalArgumentException: " + message, trace[0])
        self.assertRegex(trace[1], r"^    at made, cell \[\d+\]:  return new LinearSchedule\(10")
        self.assertRegex(trace[2], r"^    at cell \[\d+\]:  made\(2\);$")
        self.assertEqual(len(trace), 3)
        self.assertEqual((answer.reply["ename"], answer.reply["evalue"]),
                         ("IllegalArgumentException", message))

    def test_a_cause_is_told(self):
        trace = self.trace('throw new RuntimeException("out", new Error("in"));')
        self.assertIn("because of Error: in", trace[-1])

    def test_a_deep_recursion_is_cut(self):
        trace = self.trace("void deep() { deep(); }\ndeep()")
        self.assertLess(len(trace), 12)
        self.assertIn("more calls", trace[-1])

    def test_the_compilers_message_comes_first(self):
        trace = self.trace("int ok = 1;\nint x = nowhere + 1;")
        self.assertIn("cannot find symbol: variable nowhere", trace[0])
        self.assertNotIn("ok", trace[1])

    def test_a_missing_bracket_is_named(self):
        self.assertIn("bracket", self.trace("foo(")[0])


class Unknown(unittest.TestCase):
    def test_a_definition_that_uses_unknown_names_is_told_of(self):
        told = SHARED.run("int g() {\n    return unknown + h(3);\n}").text()
        self.assertEqual(told, "⚠ g() uses what is not defined yet: variable unknown, "
                               "method h(int)\n")
        self.assertIn("g() uses what is not defined", SHARED.run("g()").trace()[0])

    def test_a_class_too(self):
        self.assertIn("class Nowhere", SHARED.run("class K { Nowhere n; }").text())

    def test_what_the_same_cell_defines_later_is_known(self):
        told = SHARED.run("int later() { return even(); }\nint even() { return 2; }")
        self.assertEqual(told.outputs, [])


class Stop(unittest.TestCase):
    def test_a_stopped_cell_ends_and_the_cells_behind_it_are_aborted(self):
        answers, seconds = SHARED.stopped(SLEEP, "runs", "1")
        self.assertEqual([a.status for a in answers], ["error", "aborted"])
        self.assertIn("Interrupted.", answers[0].trace()[0])
        self.assertLess(seconds, 2)

    def test_no_further_statement_begins(self):
        code = "try " + SLEEP + ' catch (InterruptedException e) {}\nSystem.out.println("too far");'
        answers, _ = SHARED.stopped(code, "runs")
        self.assertEqual((answers[0].status, answers[0].text()), ("error", ""))

    def test_a_stop_while_a_statement_is_compiled_is_not_lost(self):
        one = SHARED.client.execute("Thread.sleep(60_000);")
        SHARED.wait_for(one, lambda kind, _: kind == "execute_input")
        SHARED.manager.interrupt_kernel()
        self.assertEqual(SHARED.wait([one])[0].status, "error")

    def test_code_that_ignores_the_button_is_given_up_when_it_is_pressed_again(self):
        SHARED.run("boolean goOn = true;")
        code = 'for (int i = 0; goOn; i++) { if (i == 0) System.out.println("runs"); }'
        threading.Timer(1, SHARED.manager.interrupt_kernel).start()
        answers, seconds = SHARED.stopped(code, "runs")
        self.assertIn("restart the kernel", answers[0].trace()[0])
        self.assertLess(seconds, 4)
        SHARED.run("goOn = false;")

    def test_a_stop_without_a_cell_does_nothing(self):
        SHARED.manager.interrupt_kernel()
        time.sleep(0.2)
        self.assertEqual(SHARED.run("1").status, "ok")


if __name__ == "__main__":
    unittest.main()
