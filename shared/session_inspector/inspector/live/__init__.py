"""What is new, while one looks: server-sent events for the inspector's pages and for those of the servers."""
