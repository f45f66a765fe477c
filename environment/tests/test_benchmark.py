"""The parts of benchmark.py that need neither PyTorch nor the network."""

import itertools
import json
import math
import os
import random
import re
import sys
import unittest
from unittest import mock

from bench import agreement, command, growth, load, programs, ratios, report, rounds
from labkit import machine, places
from labkit.trouble import Trouble
from tests.test_compare import Folder

PAIRS, ROUNDS = 24, 6
CPU_SECONDS = 0.3


def chance_to_miss(n, k):
    """Of the interval from the k-th smallest to the k-th largest: fewer than k on one side."""
    rows = itertools.product((0, 1), repeat=n)
    return sum(sum(row) < k or n - sum(row) < k for row in rows) / 2**n


class Interval(unittest.TestCase):
    def test_it_is_the_narrowest_that_misses_in_at_most_one_of_twenty(self):
        for n in range(1, 15):
            wanted = [k for k in range(1, n // 2 + 1) if chance_to_miss(n, k) <= 0.05]
            found = ratios.interval(random.Random(n).sample(range(1, n + 1), n))
            self.assertEqual(found, (wanted[-1], n + 1 - wanted[-1]) if wanted else None, n)

    def test_it_holds_the_median_of_any_law_and_a_narrower_one_does_not(self):
        # Misses of 20 skewed values: 4.1 % for the interval, 11.5 % for the next narrower one.
        # 4,000 times, 5 standard errors: correct code fails about once in 1.7 million seeds.
        draw, n, times = random.Random(1), 20, 4000
        limit = 0.0414 + 5 * math.sqrt(0.0414 * 0.9586 / times)
        wrong = narrower = 0
        for _ in range(times):
            values = sorted(draw.expovariate(1) for _ in range(n))
            low, high = ratios.interval(values)
            wrong += not low <= math.log(2) <= high
            inside = values.index(low) + 1
            narrower += not values[inside] <= math.log(2) <= values[-1 - inside]
        self.assertLess(wrong / times, limit)
        self.assertGreater(narrower / times, limit)


def pairs(ratio=lambda number, i: 1.0, others=lambda number, i: 0.0, rounds_held=ROUNDS):
    """Four pairs a round; PyTorch always needs 2 s."""
    return [ratios.Pair(number, 2 * ratio(number, i), 2.0, others(number, i))
            for number in range(1, rounds_held + 1) for i in range(PAIRS // ROUNDS)]


class Pairs(unittest.TestCase):
    def test_a_disturbed_pair_is_dropped_and_counted(self):
        found = ratios.Estimate.of(
            pairs(ratio=lambda n, i: 9.0 if (n, i) == (2, 1) else 1.1,
                  others=lambda n, i: 0.06 if (n, i) == (2, 1) else 0.04), wanted=20)
        self.assertEqual((found.counted, found.dropped, found.disturbed), (23, 1, False))
        self.assertAlmostEqual(found.java[2], 2.2)
        self.assertAlmostEqual(found.ratio, 1.1)

    def test_without_a_watch_every_pair_counts(self):
        found = ratios.Estimate.of(pairs(others=lambda n, i: None), wanted=20)
        self.assertEqual((found.counted, found.dropped, found.disturbed), (24, 0, False))

    def test_of_too_few_quiet_pairs_the_quietest_are_taken_and_it_is_said(self):
        busy = pairs(ratio=lambda n, i: float(n), others=lambda n, i: 0.04 * n, rounds_held=12)
        found = ratios.Estimate.of(busy, wanted=20)
        self.assertEqual((found.counted, found.dropped, found.disturbed), (20, 28, True))
        self.assertEqual(found.java, (2.0, 6.0, 10.0))  # rounds 1 to 5

    def test_a_difference_between_processes_is_seen_by_the_interval(self):
        # Within a round the pairs agree to 0.1 %; the rounds differ by 10 %.
        of = {1: 0.95, 2: 1.05, 3: 0.97, 4: 1.0, 5: 1.02, 6: 1.04}
        found = ratios.Estimate.of(pairs(ratio=lambda n, i: of[n] + 0.001 * i), wanted=20)
        self.assertAlmostEqual(found.interval[0], 0.9515)
        self.assertAlmostEqual(found.interval[1], 1.0515)
        self.assertTrue(1.0 <= found.ratio <= 1.021)

    def test_enough_are_quiet_pairs_from_every_round(self):
        self.assertTrue(ratios.enough(pairs(), 20, ROUNDS))
        few = pairs(others=lambda n, i: 0.5 if i > 1 else 0)
        self.assertFalse(ratios.enough(few, 20, ROUNDS))
        one_round_lost = pairs(others=lambda n, i: 0.5 if n == 3 else 0)
        self.assertFalse(ratios.enough(one_round_lost, 20, ROUNDS))
        self.assertTrue(ratios.enough(one_round_lost, 20, ROUNDS - 1))


class Talk(Folder):
    def start(self, code):
        program = programs.Program(
            "a program", [sys.executable, "-c", code], os.environ, self.folder / "log.txt")
        self.addCleanup(program.__exit__)
        return program


class Load(Talk):
    STAT = "cpu  9 9 9 9 9 9 9 9 9 9\ncpu0 100 20 30 5000 700 1 2 4 100 20\n" \
           "cpu1 1 1 1 1 1 1 1 1 0 0\ncpu10 7 7 7 7 7 7 7 7 7 7\nintr 5\n"
    BUSY = (f"import sys, time\nwhile time.process_time() < {CPU_SECONDS}: pass\n"
            "print('{}', flush=True)\n")

    def test_work_is_all_but_idling_and_waiting_for_the_disk_and_guests_count_once(self):
        self.assertEqual(load.busy_ticks(self.STAT, {0}), 157)
        self.assertEqual(load.busy_ticks(self.STAT, {0, 1}), 163)

    def test_a_name_may_hold_blanks_and_brackets(self):
        line = "12 (a) b (c)) S 1 12 12 0 -1 4194560 1 0 0 0 250 50 7 7 20 0 3 0 9 9 9"
        self.assertEqual(machine.parent_and_work(line), (1, 314))

    def test_others_are_what_is_not_ours(self):
        before = load.Look(clock=10.0, busy=50.0, own=20.0, cores=2)
        after = load.Look(clock=12.0, busy=53.5, own=23.0, cores=2)
        self.assertAlmostEqual(load.others(before, after), 0.5 / 4)
        self.assertIsNone(load.others(None, after))

    def test_a_system_that_does_not_tell_is_not_watched(self):
        self.assertIsNone(load.look(self.folder))

    @unittest.skipUnless(load.look(), "this system does not tell")
    def test_the_work_of_a_program_is_ours(self):
        self.work_is_ours(self.BUSY + "sys.stdin.read()")

    @unittest.skipUnless(load.look(), "this system does not tell")
    def test_so_is_that_of_a_program_that_it_started(self):
        for of_child, wait in (("sys.stdin.read()", ""), ("", "child.wait()")):
            self.work_is_ours(
                "import subprocess, sys\nPIPE = subprocess.PIPE\n"
                f"code = {self.BUSY + of_child!r}\n"
                "child = subprocess.Popen([sys.executable, '-c', code], stdin=PIPE, stdout=PIPE)\n"
                f"line = child.stdout.readline().decode()\n{wait}\n"
                "print(line, flush=True)\nsys.stdin.read()")

    def work_is_ours(self, code):
        before = load.look()
        program = self.start(code)
        program.ask("")
        after = load.look()
        self.assertGreater(after.own - before.own, CPU_SECONDS - 0.05)
        self.assertGreater(after.busy - before.busy, CPU_SECONDS - 0.1)


class Programs(Talk):
    ECHO = """
import sys
print("a line of an engine", flush=True)
for line in sys.stdin:
    if line == "die 1\\n":
        sys.exit("no such work")
    print('{"seconds": %s}' % (2 * int(line.split()[1])), flush=True)
"""

    def test_an_answer_is_the_next_line_of_json(self):
        program = self.start(self.ECHO)
        self.assertEqual(program.ask("train 3"), {"seconds": 6})
        self.assertEqual(program.seconds("train", 5), 2)

    def test_a_program_that_dies_shows_the_end_of_what_it_said(self):
        program = self.start(self.ECHO)
        program.ask("train 1")
        for _ in range(2):
            with self.assertRaises(Trouble) as caught:
                program.ask("die 1")
            self.assertIn("a program (die 1) failed (exit 1)", str(caught.exception))
            self.assertIn("no such work", str(caught.exception))

    def test_it_ends_with_its_input(self):
        program = self.start("input()\nraise SystemExit(5)")
        with program:
            pid = program.pid
            self.assertTrue(os.path.exists(f"/proc/{pid}") or not os.path.exists("/proc"))
        self.assertIsNotNone(program._process.returncode)

    def test_the_largest_memory_is_read(self):
        self.assertEqual(programs.peak_mb("VmPeak:\t 9 kB\nVmHWM:\t  2000 kB\n"), 2.048)
        self.assertIsNone(programs.peak_mb("Name:\tjava\n"))


class Fake:
    """A program that answers at once and notes what it was asked."""

    def __init__(self, name, asked, seconds, precision="float32"):
        self.name, self.pid = name, os.getpid()
        self._asked, self._seconds, self._precision = asked, seconds, precision

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._asked.append((self.name, "end", 0))

    def ask(self, line):
        if line == "facts":
            return {"parameters": 5, "threads": 2, "precision": self._precision}
        work, times = line.split()
        self._asked.append((self.name, work, int(times)))
        return {"seconds": self._seconds * int(times)}

    def seconds(self, work, times):
        return self.ask(f"{work} {times}")["seconds"] / times

    def peak_mb(self):
        return 100.0 * self._seconds


CASE = {"parameters": 5, "gradientNorm": 1.5}


def differences(**more):
    """What the comparison finds if all is well."""
    return {**{name: limit / 2 for name, limit in agreement.LIMITS.items()},
            "parameters": 5, "size of the output": 1.0, "rounding": 0.02, **more}


class Rounds(Folder):
    def hold(self, numbers, others=0.0, mode=rounds.EAGER, whole_runs=True):
        asked = []
        cell = rounds.Cell("small", 2, {"parameters": 5}, mode, whole_runs=whole_runs)

        def opened(name, *arguments):
            return Fake(name, asked, 0.1 if name == rounds.JAVA else 0.2)

        with mock.patch.object(rounds, "open_program", opened), \
                mock.patch.object(rounds.load, "others", return_value=others), \
                mock.patch.object(rounds, "PAUSE", 0), mock.patch("builtins.print"):
            rounds.measure(cell, numbers, self.folder)
        return cell, asked

    def test_each_kind_has_its_pairs_and_ratio(self):
        cell, _ = self.hold(6)
        found = cell.json(6)["estimates"]
        self.assertEqual({kind: e["counted"] for kind, e in found.items()},
                         {"start": 6, "denoise": 24, "sample": 6, "train": 24, "idle_memory": 6,
                          "sampling_memory": 6, "memory": 6})
        for kind in ("denoise", "sample", "train", "memory", "sampling_memory"):
            self.assertAlmostEqual(found[kind]["ratio"], 0.5)
            self.assertAlmostEqual(found[kind]["interval"][0], 0.5)

    def test_both_settle_before_anything_counts(self):
        _, asked = self.hold(1)
        for name, seconds in ((rounds.JAVA, 0.1), (rounds.PYTORCH, 0.2)):
            own = [times for of, work, times in asked if (of, work) == (name, "denoise")]
            before = list(itertools.takewhile(lambda n: n in (1, rounds.WARM_UP), own))
            self.assertGreaterEqual(seconds * sum(before[1:]), rounds.SETTLING)

    def test_whole_sampling_runs_can_be_left_out(self):
        cell, _ = self.hold(1, whole_runs=False)
        self.assertNotIn("sample", cell.pairs)
        self.assertIn("sampling_memory", cell.pairs)

    def test_they_take_turns_of_equal_length_and_who_begins_changes(self):
        _, asked = self.hold(2)
        turns = [(name, times) for name, work, times in asked
                 if work == "train" and times != rounds.WARM_UP]
        self.assertEqual({times for _, times in turns}, {5})  # at least 0.5 s for the faster one
        both = list(zip(turns[::2], turns[1::2]))
        self.assertTrue(all({a[0], b[0]} == {rounds.JAVA, rounds.PYTORCH} for a, b in both))
        first = [a[0] for a, _ in both]
        self.assertEqual(first.count(rounds.JAVA), first.count(rounds.PYTORCH))
        starts = [name for name, work, times in asked if (work, times) == ("denoise", 1)]
        self.assertEqual(starts, [rounds.JAVA, rounds.PYTORCH, rounds.PYTORCH, rounds.JAVA])

    def test_sampling_comes_before_training_because_memory_only_grows(self):
        _, asked = self.hold(1)
        order = [work for work, _ in itertools.groupby(work for _, work, _ in asked)]
        self.assertEqual(order, ["denoise", "sample", "train", "end"])

    def test_what_is_traced_or_frozen_does_not_train(self):
        for mode, trains in (("eager", True), ("compiled", True), ("traced", False),
                             ("frozen", False)):
            self.assertEqual("train" in self.hold(1, mode=mode)[0].pairs, trains)
        for mode, trains in (("autocast", True), ("bfloat16", True), ("bfloat16, frozen", False)):
            self.assertEqual(rounds.Cell("small", 2, {}, mode).trains, trains)

    def test_another_precision_is_not_timed(self):
        for mode, pytorch in (("eager", "float32"), ("autocast", "bfloat16")):
            cell = rounds.Cell("small", 2, {"parameters": 5}, mode, "bfloat16")
            for name, right in ((rounds.JAVA, "bfloat16"), (rounds.PYTORCH, pytorch)):
                for precision in ("float32", "bfloat16"):
                    facts = Fake(name, [], 1, precision).ask("facts")
                    if precision == right:
                        rounds.check_facts(cell, name, facts)
                    else:
                        with self.assertRaisesRegex(Trouble, f"{name} works with .*{precision}"):
                            rounds.check_facts(cell, name, facts)

    def test_disturbed_rounds_are_repeated_and_not_without_end(self):
        cell, _ = self.hold(6, others=0.5)
        self.assertEqual(len(cell.pairs["train"]), 9 * rounds.PAIRS)
        self.assertTrue(cell.json(6)["estimates"]["train"]["disturbed"])

    def test_another_network_or_thread_count_is_not_timed(self):
        cell = rounds.Cell("small", 1, {"parameters": 5})
        with self.assertRaisesRegex(Trouble, "'threads': 2.*not with.*'threads': 1"):
            rounds.check_facts(cell, "PyTorch", Fake("PyTorch", [], 1).ask("facts"))

    def test_what_is_computed_must_be_equal(self):
        agreement.check("small", CASE, differences())
        for name, limit in agreement.LIMITS.items():
            for value in (1.1 * limit, math.nan):
                with self.assertRaisesRegex(Trouble, f"{name} {value:.3g}, at most"):
                    agreement.check("small", CASE, differences(**{name: value}))
        for fault, message in (({"parameters": 6}, "6 parameters, not 5"),
                               ({"rounding": 1e-5}, "a rounding of 1e-05"),
                               ({"size of the output": 0.01}, "an output of 0.01")):
            with self.assertRaisesRegex(Trouble, message):
                agreement.check("small", CASE, differences(**fault))
        with self.assertRaisesRegex(Trouble, "a gradient of 0.9, more than 1"):
            agreement.check("small", {**CASE, "gradientNorm": 0.9}, differences())

    def test_the_modes_have_the_same_names_on_both_sides(self):
        for line in (r"^EAGER, COMPILED, TRACED, FROZEN = [^#\n]*[^#\n ]",
                     r"^AUTOCAST, PURE, FROZEN_PURE = .*"):
            names = {re.search(line, (places.ENVIRONMENT / "bench" / f"{name}.py").read_text(),
                               re.M)[0] for name in ("rounds", "modes")}
            self.assertEqual(len(names), 1)

    def test_the_programs_in_java_exist_and_share_the_settings(self):
        for name in (agreement.MAKER, rounds.SERVER):
            path = places.ROOT / "src" / "main" / "java" / f"{name.replace('.', '/')}.java"
            self.assertTrue(path.exists(), path)
        java = path.read_text(encoding="utf-8")
        python = (places.ENVIRONMENT / "bench" / "server.py").read_text(encoding="utf-8")
        for constant in ("BATCH", "SAMPLING_STEPS"):
            wanted = str(getattr(rounds, constant))
            self.assertEqual(re.search(rf"int {constant} = (\d+);", java)[1], wanted)
            self.assertEqual(re.search(rf"^{constant} = (\d+)$", python, re.M)[1], wanted)


def found(others=0.0, networks=("small",), kinds=tuple(report.KINDS), precisions=("float32",)):
    """What a whole benchmark finds."""
    cells = []
    for network, threads, precision in itertools.product(networks, (2, 1), precisions):
        cell = rounds.Cell(network, threads, {"parameters": 686_769, "differences": {}},
                           precision=precision)
        less = 0.1 * threads + 0.2 * (precision == "bfloat16")
        cell.pairs = {kind: pairs(ratio=lambda n, i, less=less: 1 - less + 0.01 * n,
                                  others=lambda n, i: others) for kind in kinds}
        cells.append(cell.json(ROUNDS))
    return {"machine": "a processor", "load": 0.1, "watched": True, "pytorch": "2.7.1",
            "automatic": precisions[-1], "rounds": ROUNDS, "cells": cells}


class Report(unittest.TestCase):
    def rows(self, content):
        lines = [line for line in report.text(content).splitlines() if line.startswith("|")]
        return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]

    def test_every_row_has_a_cell_for_every_column(self):
        rows = self.rows(found(networks=("small", "wide")))
        self.assertEqual(len(rows), 2 + 4 * len(report.KINDS))
        self.assertEqual({len(row) for row in rows}, {len(report.HEAD)})

    def test_a_row_holds_medians_ranges_and_the_interval(self):
        self.assertEqual(self.rows(found())[2], [
            "small, 686,769", "2", "float32", "eager", "training step, ms", "1670.0 (1620.0 – 1720.0)",
            "2000.0 (2000.0 – 2000.0)", "0.835", "0.810 – 0.860", "24", "0"])

    def test_of_a_rate_the_least_comes_first_too(self):
        self.assertEqual(self.rows(found())[4][4:7], [
            "sampling run, images/s", "38.3 (37.2 – 39.5)", "32.0 (32.0 – 32.0)"])

    def test_the_last_line_has_the_ratios_of_the_small_network_on_most_threads(self):
        content = found(networks=("wide", "small"))
        content["cells"].insert(0, {**content["cells"][0], "network": "small", "threads": 2,
                                    "mode": "compiled", "estimates": {}})
        line = json.loads(report.last_line(content))
        for name in ("train_ratio", "denoise_ratio", "auto_train_ratio", "auto_denoise_ratio",
                     "memory_ratio", "sampling_memory_ratio", "start_ratio"):
            self.assertAlmostEqual(line[name], 0.835)
            self.assertAlmostEqual(line["intervals"][name][1], 0.86)
        self.assertEqual(len(line["cells"]), 5)

    def test_the_automatic_ratios_are_those_of_the_precision_that_the_library_picks(self):
        line = json.loads(report.last_line(found(precisions=("float32", "bfloat16"))))
        for name in ("train", "denoise"):
            self.assertAlmostEqual(line[f"{name}_ratio"], 0.835)
            self.assertAlmostEqual(line[f"auto_{name}_ratio"], 0.635)
            self.assertAlmostEqual(line["intervals"][f"auto_{name}_ratio"][1], 0.66)

    def test_where_memory_is_not_told_the_rest_is_shown(self):
        content = found(kinds=("train", "denoise", "sample", "start"))
        self.assertEqual(len(self.rows(content)), 2 + 2 * 4)
        self.assertNotIn("memory_ratio", json.loads(report.last_line(content)))

    def test_disturbed_figures_are_marked(self):
        self.assertNotIn("quiet machine", report.text(found()))
        self.assertIn("quiet machine", report.text(found(others=0.2)))
        self.assertIn("no pair was dropped", report.text({**found(), "watched": False}))


class Growth(unittest.TestCase):
    def found(self):
        rows = [{"value": n, "train": 0.01 * n, "denoise": 0.002 * n**2} for n in (8, 16, 32)]
        rows[-1]["train"] *= 2
        return {"machine": "a processor", "load": 0.1, "threads": 2,
                "growth": {axis: rows for axis in growth.AXES}}

    def test_the_exponent_is_that_of_the_power(self):
        rows = self.found()["growth"]["width"]
        self.assertAlmostEqual(growth.exponents(rows, "denoise")[0], 2)
        over_all, last = growth.exponents(rows, "train")
        self.assertAlmostEqual(over_all, 1.5)
        self.assertAlmostEqual(last, 2)

    def test_the_table_and_the_last_line_hold_it(self):
        lines = [line for line in growth.text(self.found()).splitlines() if line.startswith("|")]
        self.assertEqual(len(lines), 2 + 2 * len(growth.AXES))
        self.assertEqual(lines[3], "| images in a batch | denoising step | "
                                   "8: 128.0, 16: 512.0, 32: 2048.0 | 2.00 | 2.00 |")
        line = json.loads(growth.last_line(self.found()))
        self.assertEqual(line["exponents"]["size"], {"train": 1.5, "denoise": 2.0})

    def test_the_program_in_java_knows_each_axis(self):
        path = places.ROOT / "src" / "main" / "java" / f"{growth.PROGRAM.replace('.', '/')}.java"
        text = path.read_text(encoding="utf-8")
        for axis in growth.AXES:
            self.assertIn(f'"{axis}", new int[]', text)


class Options(unittest.TestCase):
    def test_no_round_is_refused_before_the_set_up(self):
        with mock.patch.object(command.command, "complain", return_value=1) as complain:
            self.assertEqual(command.main(["--rounds", "0"]), 1)
        self.assertIn("got 0", complain.call_args.args[0])

    def held(self, quick=False, bfloat16=False, automatic="float32"):
        """The cells that are measured."""
        held = []
        case = {"parameters": 1, "automatic": automatic}
        with mock.patch.object(command.kernel, "program",
                               return_value=([], {"OMP_NUM_THREADS": "4"})), \
                mock.patch.object(agreement, "prove", return_value=case), \
                mock.patch.object(rounds, "measure", lambda cell, *rest: held.append(
                    (cell.network, cell.threads, cell.mode, cell.precision,
                     *(["no whole runs"] if not cell.whole_runs else [])))), \
                mock.patch.object(command.shutil, "which", return_value="c++"):
            command.measure(quick, bfloat16, 6, places.TARGET)
        return held

    def test_quick_is_the_small_network_on_all_cores(self):
        self.assertEqual(self.held(quick=True), [("small", 4, "eager", "float32")])

    def test_the_matrix_is_every_network_on_all_cores_and_one_and_the_modes_of_the_small_one(self):
        self.assertEqual(self.held(), [
            *itertools.product(("small", "wide", "colour"), (4, 1), ("eager",), ("float32",)),
            *(("small", 4, mode, "float32") for mode in ("traced", "frozen", "compiled"))])

    def test_bfloat16_is_measured_where_the_processor_has_it_or_if_it_is_asked_for(self):
        both = itertools.product(("small", "wide", "colour"), (4, 1), ("eager",),
                                 ("float32", "bfloat16"))
        modes = (*(("small", 4, mode, "float32") for mode in ("traced", "frozen", "compiled")),
                 *(("small", 4, mode, "bfloat16")
                   for mode in ("autocast", "bfloat16", "bfloat16, frozen")))
        self.assertEqual(self.held(automatic="bfloat16"), [*both, *modes])
        for how in ({"automatic": "bfloat16"}, {"bfloat16": True}):
            self.assertEqual(self.held(quick=True, **how), [
                ("small", 4, "eager", "float32", "no whole runs"),
                ("small", 4, "eager", "bfloat16", "no whole runs")])


if __name__ == "__main__":
    unittest.main()
