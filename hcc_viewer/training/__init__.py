"""Makes the model file: simulated or real cases, the network, its training and evaluation.

The only home of Keras. The program never imports it; a model file with its card passes between.
"""
