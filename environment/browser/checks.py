"""Notebooks in JupyterLab, as a reader meets them. Run by browser_tests.py."""

from __future__ import annotations

import contextlib
import os
import unittest

from labkit import places
from playwright.sync_api import sync_playwright

from . import pictures
from .page import OUTPUT, RED, Tab
from .server import Server

WINDOW = {"width": 1280, "height": 900}
NARROW = {"width": 600, "height": 900}
IMAGE = ".jp-OutputArea-output img"
TEXT_CONTRAST = 4.5  # WCAG 2.1, level AA
TRAINING = 8  # the cell of notebook 00 that trains
PICTURES = {1: 1, 3: 1, 4: 1, 8: 1, 10: 1, 11: 1, 12: 1}  # of its cells
STEPS = 60
TINY = {  # a network that has learned next to nothing shows all that is to be seen here
    "recipe.steps(), recipe.batches": f"{STEPS}, recipe.batches",
    "last / first, 0.3": "last / first, 1",
    "new Shape(40)": "new Shape(10)",
}
SHORT, LONG = 90, 300  # seconds: on a busy machine all takes longer
LOOP = """import ddpm.notebook.*;

var progress = new Progress("Training");
for (int step = 1; step <= 3000; step++) {
    progress.update(step, 3000, 1.0 / step, 1);
    Thread.sleep(10);
}"""


class InBrowser(unittest.TestCase):
    """One server and one browser for a class of tests."""

    @classmethod
    def setUpClass(cls):
        open_things = contextlib.ExitStack()
        cls.addClassCleanup(open_things.close)
        cls.server = open_things.enter_context(Server())
        playwright = open_things.enter_context(sync_playwright())
        flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        cls.browser = playwright.chromium.launch(
            executable_path=os.environ["DDPM_BROWSER"], args=flags)
        open_things.callback(cls.browser.close)

    def open(self, name):
        """Opens a notebook in a tab of its own."""
        context = self.browser.new_context(viewport=WINDOW)
        self.addCleanup(context.close)
        return Tab(context.new_page(), self.server.url(name), places.TARGET / "browser")


    def make_dark(self, tab):
        """Takes JupyterLab's dark theme."""
        tab.menu("Settings", "Theme", "JupyterLab Dark")
        body = tab.page.locator("body")
        dark = "data-jp-theme-light"
        tab.until(lambda: body.get_attribute(dark) == "false", SHORT, "it is dark")
        tab.page.wait_for_timeout(500)

    def outputs_are_legible(self, tab):
        """All text in outputs has enough contrast."""
        for output in tab.page.locator(OUTPUT).all():
            for found in pictures.contrasts(output):
                self.assertGreater(found["contrast"], TEXT_CONTRAST, found["text"])


class FirstNotebook(InBrowser):
    def test_a_reader_runs_notebook_00(self):
        tab = self.open(self.server.copy("00", TINY))
        tab.menu("Run", "Run All Cells")
        self.progress_is_in_place(tab)
        tab.until(lambda: tab.has_run(14), LONG, "all cells have run")
        self.assertEqual([tab.prompt(n) for n in range(1, 15)], [f"[{n}]:" for n in range(1, 15)])
        self.assertEqual(tab.page.locator(RED).count(), 0)
        self.pictures_show_something(tab)
        tab.show(1, "grid")
        tab.show(3, "chart")
        tab.show(TRAINING, "training")
        self.nothing_is_cut(tab)
        self.dark_is_legible(tab)

    def progress_is_in_place(self, tab):
        texts = set()

        def trained():
            texts.add(tab.text(TRAINING))
            self.assertLessEqual(tab.outputs(TRAINING), 1)
            return tab.has_run(TRAINING)

        tab.until(trained, LONG, "the training ends")
        self.assertGreater(len(texts - {""}), 2)
        self.assertEqual(tab.outputs(TRAINING), 1)
        self.assertIn(f"step {STEPS} of {STEPS}", tab.text(TRAINING))

    def pictures_show_something(self, tab):
        for number in range(1, 15):
            images = tab.cell(number).locator(IMAGE).all()
            self.assertEqual(len(images), PICTURES.get(number, 0), f"pictures of cell {number}")
            for image in images:
                look = pictures.looks(image)
                self.assertGreater(look["spread"], 10, f"a picture of cell {number} is blank")
                self.assertGreater(min(look["width"], look["height"]), 60, f"cell {number}")

    def nothing_is_cut(self, tab):
        tab.page.set_viewport_size(NARROW)
        tab.page.keyboard.press("Control+b")  # the list of files would take half of the window
        tab.page.wait_for_timeout(500)
        for number in (3, 4, TRAINING):
            tab.show(number, f"narrow-{number}")
        self.assertLessEqual(pictures.cut(tab.page, IMAGE), 1)
        tab.page.set_viewport_size(WINDOW)

    def dark_is_legible(self, tab):
        self.make_dark(tab)
        for number in (3, 6, TRAINING):
            tab.show(number, f"dark-{number}")
        self.outputs_are_legible(tab)


class Controls(InBrowser):
    def test_the_stop_button_ends_a_training_and_what_follows_does_not_run(self):
        name = self.server.add("stop.ipynb", ["int kept = 3;", LOOP, "kept + 1"])
        tab = self.open(name)
        tab.menu("Run", "Run All Cells")
        tab.until(lambda: "step" in tab.text(2), SHORT, "the training shows its steps")
        tab.button("notebook:interrupt-kernel")
        seconds = tab.until(lambda: tab.status() == "Idle", 5, "the kernel is idle")
        self.assertLess(seconds, 2)
        tab.page.wait_for_timeout(2000)
        self.assertEqual((tab.prompt(3), tab.outputs(3)), ("[ ]:", 0))
        tab.show(2, "stopped")
        tab.run(3)
        tab.until(lambda: tab.text(3).strip().endswith("4"), SHORT, "the kernel has what was kept")

    def test_restart_and_run_all(self):
        cells = ["int x = 1;", "x += 1;\nx", "x * 10"]
        tab = self.open(self.server.add("restart.ipynb", cells))
        for _ in range(2):
            tab.menu("Run", "Run All Cells")
            tab.until(lambda: tab.status() == "Idle" and tab.has_run(3), SHORT, "it has run")
        self.assertEqual(tab.prompt(3), "[6]:")
        tab.button("notebook:restart-run-all")
        tab.accept()
        tab.until(lambda: tab.prompt(3) == "[3]:", SHORT, "it has run again, from the start")
        self.assertTrue(tab.text(3).strip().endswith("20"), tab.text(3))

    def test_tab_completes_names_of_the_library_and_shift_tab_explains_them(self):
        cells = ["import ddpm.schedule.*;\nimport ddpm.forward.*;", "", ""]
        tab = self.open(self.server.add("names.ipynb", cells))
        tab.run(1)
        tab.until(lambda: tab.has_run(1), SHORT, "the imports have run")
        tab.type(2, "var s = LinearSchedule.DD")
        tab.page.keyboard.press("Tab")
        completer = tab.page.locator(".jp-Completer")
        completer.wait_for(timeout=SHORT * 1000)
        self.assertIn("DDPM", completer.inner_text())
        tab.screenshot("completion")
        tab.type(3, "new ForwardProcess()")
        tab.page.keyboard.press("ArrowLeft")  # the kernel explains only calls that are complete
        tab.page.keyboard.press("Shift+Tab")
        tooltip = tab.page.locator(".jp-Tooltip")
        tooltip.wait_for(timeout=SHORT * 1000)
        tab.screenshot("documentation")
        self.assertIn("NoiseSchedule schedule", tooltip.inner_text())
        self.assertIn("The process with the given variances.", tooltip.inner_text())

    def test_errors_are_legible_in_both_themes(self):
        cells = ["int f() { return unknown(); }\nf()", "int[] a = {1};\na[2]", "int x = ;"]
        tab = self.open(self.server.add("errors.ipynb", cells))
        for number in range(1, len(cells) + 1):
            tab.run(number)
            error = tab.cell(number).locator(RED)
            tab.until(error.count, SHORT, "the error shows")
        self.outputs_are_legible(tab)
        self.make_dark(tab)
        tab.show(2, "errors")
        self.outputs_are_legible(tab)
