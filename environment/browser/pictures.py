"""What can be measured of what is seen. All of it is computed by the browser itself."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

# The spread of the grey values of an image, and its size on the screen.
SPREAD = """async image => {
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const pen = canvas.getContext('2d');
    pen.drawImage(image, 0, 0);
    const data = pen.getImageData(0, 0, canvas.width, canvas.height).data;
    let sum = 0, squares = 0, count = data.length / 4;
    for (let i = 0; i < data.length; i += 4) {
        const grey = (data[i] + data[i + 1] + data[i + 2]) / 3;
        sum += grey;
        squares += grey * grey;
    }
    const box = image.getBoundingClientRect();
    return {spread: Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)),
            width: box.width, height: box.height};
}"""

# The contrast of each piece of text inside an element with what lies behind it (WCAG 2.1).
CONTRAST = """element => {
    const parse = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
    const light = ([r, g, b]) => {
        const part = [r, g, b].map(v => v / 255)
            .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
    };
    const over = (top, below) => {
        const a = top.length > 3 ? top[3] : 1;
        return [0, 1, 2].map(i => top[i] * a + below[i] * (1 - a));
    };
    const behind = node => {
        const layers = [];
        for (let at = node; at; at = at.parentElement) {
            layers.push(parse(getComputedStyle(at).backgroundColor));
        }
        return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
    };
    const found = [];
    const walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const text = walk.currentNode.nodeValue.trim(), parent = walk.currentNode.parentElement;
        if (!text || !parent.getClientRects().length) continue;
        const ground = behind(parent);
        const ink = over(parse(getComputedStyle(parent).color), ground);
        const [high, low] = [light(ink), light(ground)].sort((a, b) => b - a);
        found.push({text: text.slice(0, 60), contrast: (high + 0.05) / (low + 0.05)});
    }
    return found;
}"""

# How far each image sticks out of what its output shows, where nothing scrolls to it.
CUT = """images => images.map(image => {
    const box = image.getBoundingClientRect();
    let most = 0;
    for (let at = image.parentElement; at; at = at.parentElement) {
        const style = getComputedStyle(at), frame = at.getBoundingClientRect();
        if (['auto', 'scroll'].includes(style.overflowX) && at.scrollWidth > at.clientWidth) break;
        if (style.overflowX !== 'visible') most = Math.max(most, box.right - frame.right);
    }
    return most;
})"""


def looks(image: Locator) -> dict[str, float]:
    """The spread of an image's grey values (0 to 127), and its width and height on the screen."""
    return image.evaluate(SPREAD)


def contrasts(element: Locator) -> list[dict[str, Any]]:
    """Each piece of text inside an element, and its contrast with the ground behind it."""
    return element.evaluate(CONTRAST)


def cut(page: Page, selector: str) -> float:
    """By how many pixels the images that match are cut off at the right, at most."""
    return max(page.eval_on_selector_all(selector, CUT))
