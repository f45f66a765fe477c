"""What lab.py, compare.py and benchmark.py are made of, in the order in which it is used.

command     the command line and the order of the steps
trouble     one clear message for each thing that can be missing, with the command that mends it
system      runs that command, if the user said --yes
progress    one line per step on the terminal, everything else in .lab/setup.log
places      where things lie; stamps that say what a step was last done for
machine     cores, disk space, ports, load, the lock
java        finds a JDK and Maven
packages    the virtual environment
library     builds the library and puts it beside its dependencies
kernel      registers the kernel, starts the engine once, archives classes
gpu         the CUDA build of the engine
pytorch     PyTorch and two libraries to compare with, in an environment of their own
site        the web site of the notebooks, by Sphinx in an environment of its own
measured    runs a program to its end; its result and its memory
markdown    tables
notebooks   finds notebooks; which sources made the outputs

run_notebooks.py, measure.py and report.py, one folder up, run inside the virtual environment.
"""
