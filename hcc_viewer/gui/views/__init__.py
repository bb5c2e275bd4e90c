"""The parts of the window: they show what they are told and ask by signals."""
