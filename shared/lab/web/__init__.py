"""The lab's web frame: templates and styles around every page, error pages, the log, one name for each server."""
