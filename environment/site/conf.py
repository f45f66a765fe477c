"""Sphinx's settings for the site of the notebooks, which lab.py --site makes."""

project = "Diffusion models in Java notebooks"
extensions = ["myst_nb", "sphinx-mathjax-offline"]
myst_enable_extensions = ["dollarmath"]
html_theme = "furo"
html_title = project
html_copy_source = False
html_show_sphinx = False
copyright = ""
html_show_copyright = False
nb_execution_mode = "off"  # the notebooks bring their outputs
nb_merge_streams = True
suppress_warnings = ["myst.header", "misc.highlighting_failure"]
