"""What a planner or a class sees: one page, served from this machine or written into one file."""
