"""What answers the views: each controller decides for one concern and starts its jobs."""
