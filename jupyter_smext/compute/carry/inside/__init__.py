"""Code that runs inside a kernel: the standard library alone, Python 3.8 and newer.

These modules are not imported here: `kernel_code.run_inside` sends their source.
"""
