"""One exchange, opened: both messages, each parameter explained. A page, and in place on the ladder."""
