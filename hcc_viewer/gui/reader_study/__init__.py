"""The window of a reading study."""
