"""One tab of the browser: the steps of a reader, in words. Cells are code cells, from 1."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page

CELL = ".jp-Notebook .jp-CodeCell"
OUTPUT = ".jp-OutputArea-child"
RED = "[data-mime-type='application/vnd.jupyter.stderr']"  # an error's text too
KERNEL_WITHIN = 180.0  # seconds
LOOK = 0.1


class Tab:
    """A notebook that is open in JupyterLab."""

    def __init__(self, page: Page, url: str, screenshots: Path) -> None:
        self.page = page
        self.screenshots = screenshots
        page.goto(url, timeout=KERNEL_WITHIN * 1000)
        page.wait_for_selector(CELL, timeout=KERNEL_WITHIN * 1000)
        self.until(lambda: self.status() == "Idle", KERNEL_WITHIN, "the kernel is ready")

    def until(self, true: Callable[[], object], seconds: float, what: str) -> float:
        """Waits until something is true. Returns the seconds that it took."""
        start = time.monotonic()
        while not true():
            if time.monotonic() - start > seconds:
                self.screenshot("late")
                raise AssertionError(f"{what}: not after {seconds} s")
            self.page.wait_for_timeout(LOOK * 1000)
        return time.monotonic() - start

    def status(self) -> str:
        """The kernel's state as the page's last line shows it: Idle, Busy, …"""
        found = re.search(r"Java \| (\w+)", self.page.locator("#jp-main-statusbar").inner_text())
        return found[1] if found else ""

    def cell(self, number: int) -> Locator:
        """A code cell."""
        return self.page.locator(CELL).nth(number - 1)

    def prompt(self, number: int) -> str:
        """What stands before a cell: "[ ]:", "[*]:" or "[3]:"."""
        return self.cell(number).locator(".jp-InputPrompt").inner_text()

    def has_run(self, number: int) -> bool:
        """Whether a cell has its number."""
        return self.prompt(number)[1:-2].isdigit()

    def text(self, number: int) -> str:
        """The outputs of a cell, as text."""
        return self.cell(number).locator(".jp-OutputArea").inner_text()

    def outputs(self, number: int) -> int:
        """How many outputs a cell has."""
        return self.cell(number).locator(OUTPUT).count()

    def menu(self, name: str, *entries: str) -> None:
        """Takes an entry of a menu, or of one in a menu."""
        self.page.locator(".lm-MenuBar-itemLabel").get_by_text(name, exact=True).click()
        for entry in entries:
            self.page.locator(".lm-Menu-itemLabel").get_by_text(entry, exact=True).click()

    def button(self, command: str) -> None:
        """Presses a button above the notebook, by the command's name in JupyterLab."""
        self.page.locator(f".jp-NotebookPanel-toolbar [data-command='{command}']").click()

    def accept(self) -> None:
        """Says yes in the dialog that is open."""
        self.page.locator(".jp-Dialog .jp-mod-accept").click()

    def enter(self, number: int) -> None:
        """Clicks into a cell; once more if an output that grew moved it away meanwhile."""
        def is_entered() -> bool:
            self.cell(number).locator(".cm-content").click()
            return "jp-mod-active" in self.cell(number).get_attribute("class")

        self.until(is_entered, 10, f"cell {number} is entered")

    def run(self, number: int) -> None:
        """Runs one cell, as Ctrl-Enter does."""
        self.enter(number)
        self.page.keyboard.press("Control+Enter")

    def type(self, number: int, text: str) -> None:
        """Types at the end of a cell."""
        self.enter(number)
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type(text)

    def screenshot(self, name: str) -> None:
        """Keeps a picture of what the window shows."""
        self.page.screenshot(path=self.screenshots / f"{name}.png")

    def show(self, number: int, name: str) -> None:
        """Scrolls to the outputs of a cell and keeps a picture."""
        self.cell(number).locator(OUTPUT).first.scroll_into_view_if_needed()
        self.page.wait_for_timeout(300)
        self.screenshot(name)
