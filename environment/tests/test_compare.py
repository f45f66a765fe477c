"""The parts of compare.py that need neither PyTorch nor the network."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from collections import namedtuple
from pathlib import Path
from unittest import mock

from labkit import gpu, measured, packages, places, progress, pytorch
from labkit.trouble import Trouble
from peers import command, contest, idx, report

BALLAST_MB = 200


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)


class Idx(Folder):
    def test_what_is_written_is_read_again_also_packed(self):
        data = bytes(range(24))
        idx.write(self.folder / "a", (2, 3, 4), data)
        self.assertEqual(idx.read(self.folder / "a"), ((2, 3, 4), data))
        (self.folder / "b").write_bytes(gzip.compress((self.folder / "a").read_bytes()))
        self.assertEqual(idx.read(self.folder / "b"), ((2, 3, 4), data))

    def test_the_header_is_that_of_mnist(self):
        idx.write(self.folder / "a", (1, 1, 2), b"\x05\x06")
        wanted = "00 00 08 03  00 00 00 01  00 00 00 01  00 00 00 02  05 06"
        self.assertEqual((self.folder / "a").read_bytes(), bytes.fromhex(wanted))

    def test_the_shipped_images_are_there(self):
        size, data = idx.mnist("t10k-images")
        self.assertEqual(size, (10_000, 28, 28))
        self.assertEqual((min(data), max(data)), (0, 255))

    def test_every_cut_file_names_itself(self):
        idx.write(self.folder / "a", (1, 2, 2), b"1234")
        whole = (self.folder / "a").read_bytes()
        for length in range(len(whole)):
            (self.folder / "cut").write_bytes(whole[:length])
            with self.assertRaisesRegex(ValueError, "cut"):
                idx.read(self.folder / "cut")

    def test_bytes_that_do_not_fit_are_not_written(self):
        with self.assertRaisesRegex(ValueError, "3 bytes"):
            idx.write(self.folder / "a", (1, 2, 2), b"123")
        self.assertFalse((self.folder / "a").exists())


def library(steps, seconds):
    """What the programs of one library report."""
    return {"parameters": 686_769, "steps": steps, "seconds": seconds, "settings": "batch 64",
            "peak_mb": 1234, "sampler": "DDIM", "sampling_seconds": 50.0, "sampling_peak_mb": 900}


def scores(frechet):
    """A line of the scoring program."""
    return {"frechet": {"value": frechet, "halfWidth": 1.25},
            "kernel": {"value": 0.0123, "halfWidth": 0.004},
            "sure": {"value": 0.9712, "halfWidth": 0.008}}


def found(**more):
    """What a whole contest finds."""
    names = [contest.OURS, *contest.PEERS]
    return {"minutes": 10, "samples": 2000, "threads": 2, "machine": "a processor", "load": 0.1,
            "libraries": {name: library(1000 * n, 600) for n, name in enumerate(names, start=1)},
            "scores": {"real, held back": scores(4.0), "noise": scores(5000.0),
                       **{name: scores(100.0 * n) for n, name in enumerate(names, start=1)}},
            **more}


class Report(unittest.TestCase):
    def table(self, content):
        lines = [line for line in report.text(content).splitlines() if line.startswith("|")]
        return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]

    def test_every_row_has_a_cell_for_every_column(self):
        rows = self.table(found())
        self.assertEqual(len(rows), 2 + 5)
        self.assertEqual({len(row) for row in rows}, {len(report.HEAD)})

    def test_ours_comes_first_and_holds_its_figures(self):
        self.assertEqual(self.table(found())[2], [
            "this library", "686,769", "1,000", "10.0", "100.0 ± 1.2", "0.0123 ± 0.0040",
            "97.1 ± 0.8 %", "2.5", "1,234"])

    def test_what_is_no_library_has_scores_alone(self):
        for row in self.table(found())[-2:]:
            self.assertEqual(row[1:4] + row[7:], ["—"] * 5)
            self.assertNotIn("—", row[4:7])

    def test_without_scores_the_rest_is_shown(self):
        rows = self.table(found(scores={}))
        self.assertEqual(len(rows), 2 + 3)
        self.assertEqual(rows[2][4:7], ["—"] * 3)

    def test_the_settings_of_each_library_stand_below(self):
        text = report.text(found())
        for name in (contest.OURS, *contest.PEERS):
            self.assertIn(f"\n- {name}: batch 64; DDIM.", text)

    def test_an_interval_has_two_digits(self):
        for value, half, wanted in (
            (5068.3, 123.4, "5,068 ± 123"), (4.567, 0.0449, "4.567 ± 0.045"),
            (-0.0021, 0.0031, "-0.0021 ± 0.0031"), (0.5, 0.0, "0.5"),
        ):
            self.assertEqual(report.estimate({"value": value, "halfWidth": half}), wanted)

    def test_the_last_line_is_json_with_our_share_of_each_distance(self):
        line = json.loads(report.last_line(found()))
        self.assertEqual(line["frechet_ratio"],
                         {"denoising-diffusion-pytorch": 0.5, "diffusers": 0.333})
        self.assertEqual(line["libraries"]["diffusers"]["steps"], 3000)


class Programs(Folder):
    def run_it(self, code):
        with mock.patch("builtins.print"):
            return measured.run([sys.executable, "-c", code], os.environ, "a program", self.folder)

    def test_the_last_line_of_json_is_its_result(self):
        done = self.run_it("print('{\"a\": 1}'); print('step 5'); print('{\"a\": 2}'); print()")
        self.assertEqual(done.result, {"a": 2})
        self.assertIn("step 5", (self.folder / "log.txt").read_text())

    def test_a_failure_shows_the_end_of_its_output(self):
        with self.assertRaises(Trouble) as caught:
            self.run_it("print('first'); raise SystemExit('no such thing')")
        self.assertIn("a program failed (exit 1)", str(caught.exception))
        self.assertIn("no such thing", str(caught.exception))

    @unittest.skipIf(places.WINDOWS, "the system does not tell")
    def test_the_largest_memory_is_kept_after_it_was_given_back(self):
        code = f"b = bytearray(b'x') * {BALLAST_MB * 1_000_000}; del b; print('{{}}')"
        self.assertAlmostEqual(self.run_it(code).peak_mb, BALLAST_MB + 20, delta=20)

    def test_each_line_of_the_scorer_belongs_to_the_images_that_were_given(self):
        lines = [{"name": f"/path/{n}.idx", "samples": n} for n in range(5)]
        output = "\n".join(["a line of the engine", *map(json.dumps, lines)])
        done = measured.Done(lines[-1], output, 1)
        with mock.patch.object(contest.kernel, "program", lambda words: (["java", *words], {})), \
                mock.patch.object(measured, "run", return_value=done) as run:
            result = contest.score(2000, self.folder)
        words = [str(word) for word in run.call_args.args[0]]
        self.assertEqual(words[2:6], ["--floor", "2000", "--noise", "2000"])
        self.assertEqual([Path(word).name for word in words[6:]],
                         ["ours.idx", "lucidrains.idx", "unet2d.idx"])
        self.assertEqual(result["this library"], {"samples": 2})
        self.assertEqual(result["diffusers"], {"samples": 4})

    def test_the_programs_in_java_exist(self):
        text = (places.ENVIRONMENT / "peers" / "contest.py").read_text(encoding="utf-8")
        classes = set(re.findall(r'"(ddpm\.[\w.]+)"', text))
        self.assertEqual(len(classes), 3)
        for name in classes:
            path = places.ROOT / "src" / "main" / "java" / f"{name.replace('.', '/')}.java"
            self.assertTrue(path.exists(), path)

    def test_few_images_are_not_scored(self):
        with mock.patch("builtins.print") as say:
            self.assertEqual(contest.score(100, self.folder), {})
        self.assertIn("1,000 are needed", say.call_args.args[0])


class Options(Folder):
    def complaint(self, *arguments):
        with mock.patch.object(command.command, "complain", return_value=1) as complain:
            self.assertEqual(command.main(arguments), 1)
        return complain.call_args.args[0]

    def test_bad_numbers_are_refused_before_the_set_up(self):
        for words, part in ((("--minutes", "0"), "got 0.0"), (("--minutes", "nan"), "got nan"),
                            (("--samples", "0"), "got 0"), (("--samples", "5001"), "got 5001")):
            self.assertIn(part, self.complaint(*words))

    def test_scores_need_an_earlier_run(self):
        with self.assertRaisesRegex(Trouble, "without --score-only"):
            command.read(self.folder / "results.json")


class PyTorch(Folder):
    def ensure(self, free):
        usage = namedtuple("Usage", "total used free")(free, 0, free)
        with mock.patch("shutil.disk_usage", return_value=usage), \
                mock.patch.object(packages, "are_ready", return_value=False), \
                mock.patch.object(places, "LAB", self.folder), \
                mock.patch.object(pytorch, "DOWNLOADS", self.folder / "downloads"), \
                mock.patch.object(packages, "renew") as renew, \
                mock.patch.object(packages, "complete") as complete, \
                mock.patch("builtins.print"):
            try:
                pytorch.ensure()
            finally:
                self.assertEqual(complete.call_count, renew.call_count)
                self.renewed = renew.call_count

    def test_a_disk_that_is_too_small_is_told_how_much_is_needed(self):
        with self.assertRaises(Trouble) as caught:
            self.ensure(free=5_000_000_000)
        self.assertIn(f"12,000 MB are needed in {self.folder}, and 5,000 MB are free",
                      str(caught.exception))
        self.assertEqual(self.renewed, 0)

    def test_a_large_disk_is_used_and_the_downloads_go(self):
        self.ensure(free=12_000_000_000)
        self.assertEqual(self.renewed, 1)
        self.assertFalse((self.folder / "downloads").exists())

    def test_a_python_without_packages_is_told_so(self):
        for version in ((3, 10), (3, 14)):
            with self.assertRaisesRegex(Trouble, "needs Python 3.11 to 3.13"):
                pytorch.check_python("a.py", version)
        for version in ((3, 11), (3, 13)):
            pytorch.check_python("a.py", version)

    def test_its_version_is_that_of_the_engine(self):
        pom = (places.ROOT / "pom.xml").read_text(encoding="utf-8")
        engine = re.search(r"<pytorch.version>(.+?)</pytorch.version>", pom)[1]
        self.assertIn(f"\ntorch=={engine}\n", pytorch.PINNED.read_text(encoding="utf-8"))
        self.assertEqual(gpu.PYTORCH, engine)


if __name__ == "__main__":
    unittest.main()
