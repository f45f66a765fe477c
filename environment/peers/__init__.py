"""What compare.py is made of.

command     the command line, and the set-up
contest     trains, draws and scores, one program at a time
report      the table and the last line
idx         images as IDX files, the format of MNIST
lucidrains  trains and draws with denoising-diffusion-pytorch; runs under PyTorch's Python
unet2d      the same with diffusers' UNet2DModel
training    what these two share: data, time limit, command line
"""
