"""The second look of a model file: places, their judge, how both come into the file.

What it does in the program is in `detection/second_look.py`.
"""
