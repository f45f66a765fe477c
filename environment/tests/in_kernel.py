"""What the kernel must do, on one real kernel. Run by the environment's Python: see test_kernel."""

import base64
import queue
import threading
import time
import unittest
from dataclasses import dataclass, field

import jupyter_kernel_test
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


class Help(unittest.TestCase):
    """Completion and documentation, also in a cell that begins with imports."""

    IMPORTS = "import java.util.*;\nimport static java.lang.Math.*;\n"

    @classmethod
    def setUpClass(cls):
        SHARED.run("import ddpm.posterior.*;\nimport ddpm.schedule.*;")

    def asked(self, method, text):
        """The reply to a request about the place in a cell that has a bar."""
        at = text.index("|")
        return method(text.replace("|", ""), at, reply=True, timeout=LIMIT)["content"]

    def explained(self, text):
        return self.asked(SHARED.client.inspect, text)["data"].get("text/plain", "")

    def test_a_call_is_explained_by_its_signature_and_its_javadoc(self):
        for code in ("LinearSchedule.DDPM.alphaBar(|3)", "LinearSchedule.DDPM.alp|haBar(3)",
                     "LinearSchedule.DDPM.alphaBar(3)|",
                     self.IMPORTS + "double a = LinearSchedule.DDPM.alphaBar|(3);\nint b = 4;"):
            with self.subTest(code):
                text = self.explained(code)
                self.assertEqual(text.splitlines()[:3], [
                    "double NoiseSchedule.alphaBar(int t)",
                    "The share of the data's variance that is left after t steps.",
                    "ᾱ_t = Π_{s=1}^t α_s"])
                self.assertIn("t - step, 0 to T; ᾱ_0 = 1", text)
                self.assertNotRegex(text, r"[{<]@?(link|code|pre|p)\b|#")

    def test_a_class_is_explained_too(self):
        lines = self.explained("Posterior|").splitlines()
        self.assertEqual(lines[0], "ddpm.posterior.Posterior")
        self.assertIn("The way back when x_0 is known", lines[1])

    def test_all_methods_of_a_name_are_explained(self):
        text = self.explained("new Posterior(LinearSchedule.DDPM).mean(|)")
        self.assertIn("NDArray Posterior.mean(NDArray x0, NDArray xt, int[] t)", text)
        self.assertGreater(text.count("Returns:"), 2)

    def test_what_has_no_sources_shows_its_signature(self):
        self.assertIn("NDManager.newBaseManager()",
                      self.explained("ai.djl.ndarray.NDManager.newBaseManager(|)"))

    def test_there_is_nothing_to_say_of_an_unknown_name(self):
        self.assertFalse(self.asked(SHARED.client.inspect, "Nowhere|")["found"])
        self.assertFalse(self.asked(SHARED.client.inspect, "|")["found"])

    def test_names_are_completed_behind_imports(self):
        found = self.asked(SHARED.client.complete, self.IMPORTS + "var s = LinearSchedule.DD|;")
        self.assertEqual(found["matches"], ["DDPM"])
        self.assertEqual(found["cursor_end"] - found["cursor_start"], 2)

    def test_imports_are_completed(self):
        found = self.asked(SHARED.client.complete, self.IMPORTS + "import ddpm.loss.Diffu|")
        self.assertEqual(found["matches"], ["DiffusionLoss"])


class History(unittest.TestCase):
    def test_a_request_is_answered(self):
        """Else JupyterLab calls the state of a new kernel unknown."""
        for kind in ({"hist_access_type": "tail", "n": 3},
                     {"hist_access_type": "range", "session": 0, "start": 1, "stop": 2},
                     {"hist_access_type": "search", "pattern": "*", "n": 3}):
            reply = SHARED.client.history(**kind, reply=True, timeout=LIMIT)["content"]
            self.assertEqual(reply["history"], [])


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
        SHARED.run("var goOn = new java.util.concurrent.atomic.AtomicBoolean(true);")
        code = 'for (long i = 0; goOn.get(); i++) { if (i == 0) System.out.println("runs"); }'
        threading.Timer(1, SHARED.manager.interrupt_kernel).start()
        answers, seconds = SHARED.stopped(code, "runs")
        self.assertIn("restart the kernel", answers[0].trace()[0])
        self.assertLess(seconds, 4)
        SHARED.run("goOn.set(false);")

    def test_a_stop_without_a_cell_does_nothing(self):
        SHARED.manager.interrupt_kernel()
        time.sleep(0.2)
        self.assertEqual(SHARED.run("1").status, "ok")


class Work(unittest.TestCase):
    """The stop button in a training and a sampling run; and what is kept."""

    SET_UP = """\
import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.data.Mnist;
import ddpm.forward.ForwardProcess;
import ddpm.loss.DiffusionLoss;
import ddpm.network.*;
import ddpm.notebook.*;
import ddpm.sampling.*;
import ddpm.schedule.LinearSchedule;
import ddpm.training.*;
import java.util.*;

var net = UNet.create(UNetConfig.MNIST.withChannels(8, 1, 2, 4), 1, Device.cpu());
var forward = new ForwardProcess(LinearSchedule.DDPM);
var objective = new NoiseObjective(DiffusionLoss.simple(forward), net.training(), 1000);
var settings = new Trainer.Settings(LearningRate.constant(1e-3), 1.0, 7);
var trainer = new Trainer(net.weights(), objective, settings, Optional.empty());
Batches batches = (manager, step) -> Mnist.test().batch(manager, 0, 1, 2, 3);
long threads() {
    return Thread.getAllStackTraces().entrySet().stream().filter(e ->
        Arrays.stream(e.getValue()).anyMatch(f -> f.getClassName().startsWith("ddpm."))).count();
}"""

    @classmethod
    def setUpClass(cls):
        answer = SHARED.run(cls.SET_UP)
        assert answer.status == "ok", answer

    def stopped(self, code, words):
        """Stops a cell of the library, which says what was kept and leaves nothing running."""
        (answer, behind), seconds = SHARED.stopped(code, "runs", "1")
        self.assertEqual((answer.status, behind.status), ("error", "aborted"))
        self.assertRegex(answer.trace()[0], words)
        self.assertEqual(len(answer.trace()), 2, "one line, and the reader's own")
        self.assertLess(seconds, 2)
        self.assertEqual(SHARED.run("threads()").data()["text/plain"], "0")

    def test_training_keeps_the_model_and_the_next_cell_trains_on(self):
        self.stopped('''trainer.run(100_000, batches, s -> {
            if (s.number() % 3 == 0) System.out.println("runs");
        });''', r"training was interrupted after step \d+; the model keeps its weights")
        told = SHARED.run("""\
long before = trainer.step();
trainer.run(2, batches, s -> {});
System.out.println(trainer.step() - before);""")
        self.assertEqual(told.text(), "2\n")

    def test_output_survives_the_button(self):
        """An interrupt in the middle of a message would break the kernel's output for good."""
        cell = 'for (int i = 0; ; i++) { Thread.onSpinWait(); System.out.println("runs " + i); }'
        for _ in range(3):
            answers, _ = SHARED.stopped(cell.replace("; ;", "; !Thread.interrupted();"), "runs 9")
            self.assertEqual(answers[0].status, "error")
            self.assertEqual(SHARED.run("System.out.println(1)").text(), "1\n")

    def test_sampling_loses_nothing(self):
        self.stopped('''new AncestralSampler(forward).sample(net,
            Tensors.normal(net.manager(), new Shape(2, 1, 28, 28), new SplittableRandom(1)),
            new SplittableRandom(2), (t, x, clean) -> System.out.println("runs"));''',
                     r"sampling was interrupted at t = \d+; nothing is kept, the model is as it")


class Shown(unittest.TestCase):
    """The value of a cell and show(...) look the same."""

    SET_UP = """\
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.Shape;
import ddpm.notebook.*;
import java.awt.image.BufferedImage;
import tech.tablesaw.api.*;
var arrays = NDManager.newBaseManager();
var chart = Figures.line("Line", "x", "y");
chart.addSeries("a", new double[] {0, 1}, new double[] {0, 1});
var picture = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
var table = Table.create("Rows", IntColumn.create("n", new int[50]));"""

    CASES = {
        "chart": "image/png",
        "picture": "image/png",
        "ImageGrid.of(java.util.List.of(picture))": "image/png",
        "Animation.of(java.util.List.of(picture, picture))": "text/html",
        "table": "text/html",
        "arrays.zeros(new Shape(4, 1, 28, 28))": "text/html",
    }

    TEXTS = {
        "arrays.arange(1000f)": "(1000) float32 on cpu, 0 to 999, mean 499.5",
        "new double[1000]": "[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, … 1,000 in all]",
        "new int[] {3, 4}": "[3, 4]",
        "new float[20][30]": "float[20][30], 0 to 0, mean 0",
        "new boolean[] {true}": "[true]",
    }

    @classmethod
    def setUpClass(cls):
        answer = SHARED.run(cls.SET_UP)
        assert answer.status == "ok", answer

    def test_pictures_and_tables(self):
        for code, kind in self.CASES.items():
            with self.subTest(code):
                value, shown = SHARED.run_all(code, f"Notebook.show({code});")
                self.assertIn(kind, value.data())
                self.assertEqual(value.data(), shown.data("display_data"))
                self.assertEqual(value.text("stderr") + shown.text("stderr"), "")

    def test_arrays_are_short(self):
        for code, text in self.TEXTS.items():
            with self.subTest(code):
                value, shown = SHARED.run_all(code, f"Notebook.show({code});")
                self.assertEqual(value.data(), {"text/plain": text})
                self.assertEqual(shown.text(), text + "\n")

    def test_an_animation_keeps_its_frames(self):
        page = SHARED.run("Animation.of(java.util.List.of(picture, picture))").data()["text/html"]
        data = base64.b64decode(page.split("base64,")[1].split('"')[0])
        self.assertEqual((data[:6], data.count(b"\x21\xf9\x04")), (b"GIF89a", 2))

    def test_a_table_says_how_many_rows_it_hides(self):
        self.assertIn("30 more are not shown", SHARED.run("table").data()["text/html"])

    def test_progress_is_one_display_that_ends_in_its_last_state(self):
        answer = SHARED.run("""\
var progress = new Progress("Training");
for (int i = 1; i <= 40; i++) { progress.update(i, 40, 1.0 / i, 4); Thread.sleep(100); }
progress.close();""")
        kinds = [kind for kind, _ in answer.outputs]
        self.assertEqual(kinds[0], "display_data")
        self.assertGreaterEqual(kinds.count("update_display_data"), 2)
        self.assertEqual(len(kinds), 1 + kinds.count("update_display_data"))
        ids = {content["transient"]["display_id"] for _, content in answer.outputs}
        self.assertEqual(len(ids), 1)
        self.assertIn("step 40 of 40", answer.outputs[-1][1]["data"]["text/html"])


class Hints(unittest.TestCase):
    def test_a_hint_comes_with_the_second_miss(self):
        exercise = "ddpm.notebook.Exercise.check(\"noisy pixel\", 1, () -> 0, 0);"
        first, second = (SHARED.run(exercise).text() for _ in range(2))
        self.assertIn("not yet, noisy pixel: got 0, want 1", first)
        self.assertNotIn("Hint", first)
        self.assertIn("not yet, noisy pixel: got 0, want 1\nHint: ", second)
        task = "ddpm.notebook.Claim.equal(\"Noise at t = 0\", 0, 1, 0);"
        first, second = ("".join(SHARED.run(task).trace()) for _ in range(2))
        self.assertIn("Noise at t = 0 fails", first)
        self.assertNotIn("Hint", first)
        self.assertIn("Hint: ", second)


class Restart(unittest.TestCase):
    """Each class sets up what it needs by itself, so the others do not notice."""

    def test_a_thread_that_a_cell_left_does_not_hold_up_a_restart(self):
        SHARED.run("new Thread(() -> { while (true) Thread.onSpinWait(); }).start();")
        SHARED.manager.shutdown_wait_time = LIMIT  # after half of it, it is killed
        begin = time.monotonic()
        SHARED.manager.restart_kernel(now=False)
        self.assertLess(time.monotonic() - begin, LIMIT / 4)
        SHARED.client.wait_for_ready(LIMIT)
        self.assertEqual(SHARED.run("1 + 1").data(), {"text/plain": "2"})


class Protocol(jupyter_kernel_test.KernelTests):
    """Jupyter's own suite. Open: history, a pager, clear_output and "invalid" for a piece of code,
    which JJava has not (README).
    """

    language_name = "Java"
    file_extension = ".jshell"
    code_hello_world = 'System.out.println("hello, world");'
    code_stderr = 'System.err.println("oops");'
    completion_samples = [
        {"text": "ddpm.schedule.LinearSch", "matches": {"LinearSchedule"}},
        {"text": "%cla", "matches": {"%classpath"}},
    ]
    complete_code_samples = ["1 + 1", "int x = 1;", "void f() { }"]
    incomplete_code_samples = ["int f() {", "foo("]
    code_generate_error = "throw new Error();"
    code_execute_result = [{"code": "6 * 7", "result": "42"}, {"code": "null + \"a\""}]
    code_display_data = [{"code": 'display("<b>b</b>", "text/html");', "mime": "text/html"}]
    code_inspect_sample = "Math.abs("

    @classmethod
    def setUpClass(cls):
        cls.km, cls.kc = SHARED.manager, SHARED.client

    @classmethod
    def tearDownClass(cls):
        pass  # the kernel belongs to all


if __name__ == "__main__":
    unittest.main()
