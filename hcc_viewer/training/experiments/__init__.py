"""The paper's experiments on simulated cases: what its tables compare, at a stated scale."""
