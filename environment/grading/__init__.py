"""What course.py is made of, in the order in which it is used.

command    the command line, and the set-up of an environment with nbgrader
worker     release, grade and report; it and all below run in that environment
hand_in    what a student handed in, with the cells restored that were not to be changed
kernels    the kernel's two registrations: for the solution, and for hand-ins
sandbox    what a hand-in's program may read
sessions   one kernel: limits, and the ways in which a cell can end it
sheet      the parts of a cell: visible, hidden questions, known mistakes; answers compared
trial      a hand-in runs, is asked, and is judged
marking    the step in which nbgrader would execute a notebook
"""
