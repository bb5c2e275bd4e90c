"""The window: the only home of Qt. `app.build` makes it, `app.run` starts it."""
