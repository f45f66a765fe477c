"""What browser_tests.py is made of.

command     finds a browser, and starts the checks in an environment with Playwright
server      a JupyterLab of its own, started by lab.py, on copies of notebooks
page        one tab: the steps of a reader, in words
pictures    what can be measured of what is seen: blank pictures, cut figures, contrast
checks      the tests

All but the command run inside .lab/browser.
"""
