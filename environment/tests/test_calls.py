"""The cells call only what JJava and IJava 1.3.0 both have, so they run on either kernel."""

import re
import unittest

from labkit import notebooks, places

# What the kernels put into scope. Facts of JJava 1.0a8: BaseNotebookStatics, JavaNotebookStatics
# and NotebookInitializer; of IJava 1.3.0: runtime.Display, Kernel, Magics, ijava-jshell-init.
JJAVA = {"printf", "eval", "lineMagic", "cellMagic", "render", "display", "updateDisplay",
         "getKernelInstance", "kernel"}
IJAVA = {"printf", "eval", "lineMagic", "cellMagic", "render", "display", "updateDisplay",
         "getKernelInstance"}
ALLOWED = {"render", "display", "updateDisplay"}
ONLY_JJAVA_IMPORTS = {"java.time": ("Duration", "Instant", "LocalDate", "LocalTime",
                                    "LocalDateTime", "ZonedDateTime", "Clock", "Year")}

KERNELS = re.compile(r"dflib|spencerpark|jjava|ijava", re.IGNORECASE)
MAGIC = re.compile(r"^\s*%", re.MULTILINE)
CALL = re.compile(r"(?<![\w.])(\w+)\(")
COMMENT = re.compile(r"//.*")
STRING = re.compile(r'"(\\.|[^"\\\n])*"')


def faults(source):
    """What a cell does that is not in both kernels."""
    code = STRING.sub('""', COMMENT.sub("", source))
    found = [f"names a kernel: {name}" for name in KERNELS.findall(code)]
    found += ["has a line for the kernel, with %"] * bool(MAGIC.search(code))
    own = JJAVA | IJAVA
    found += [f"calls {name}" for name in CALL.findall(code) if name in own - ALLOWED]
    for package, names in ONLY_JJAVA_IMPORTS.items():
        found += [f"needs import {package}.*" for name in names
                  if re.search(rf"(?<![\w.]){name}\b", code) and package not in code]
    return found


class Calls(unittest.TestCase):
    def test_the_notebooks(self):
        paths = sorted(places.NOTEBOOKS.rglob("*.ipynb"))
        self.assertGreaterEqual(len(paths), 10)
        for path in paths:
            for number, cell in enumerate(notebooks.code_cells(notebooks.read(path)), start=1):
                with self.subTest(path.name, cell=number):
                    self.assertEqual(faults("".join(cell["source"])), [])

    def test_the_allowed_calls_are_common(self):
        self.assertLessEqual(ALLOWED, JJAVA & IJAVA)

    def test_what_one_kernel_lacks_is_found(self):
        for source in ("kernel().getName()", "%maven a:b:1", "import org.dflib.jjava.kernel.*;",
                       "var d = Duration.ofSeconds(1);", 'printf("%d", 1);',
                       "io.github.spencerpark.ijava.IJava.getKernelInstance()"):
            self.assertNotEqual(faults(source), [], source)
        for source in ('display("<b>x</b>", "text/html");', "// kernel()", 'print("%d JJava");',
                       "import java.time.*; Duration.ZERO", "a % b", "chart.render(2)"):
            self.assertEqual(faults(source), [], source)


if __name__ == "__main__":
    unittest.main()
