"""What cannot be measured from outside: one stage against another way to do it, in one process."""
