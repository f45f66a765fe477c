"""What benchmark.py is made of.

command    the command line, and the set-up
agreement  shows that both programs compute the same, before anything is timed
rounds     starts the two programs, and lets them take turns
programs   a program that works on demand
load       how busy other programs keep the cores
ratios     pairs of measurements, their medians and intervals
growth     time against batch, width and image size, without PyTorch
report     the table and the last line
unet       the library's U-Net in PyTorch; the modules from here on run under PyTorch's Python
steps      its training step and its sampler
modes      eager, compiled, traced and frozen networks
server     works on demand, as ddpm.benchmark.StepServer does
prove      compares what it computes with what the library wrote down
"""
