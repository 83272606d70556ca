"""Define the exit statuses of the commands."""

DONE, FINDINGS, USAGE, COULD_NOT_LOOK = 0, 1, 2, 3
# With the number of the signal that stopped the program added, as shells have it.
STOPPED = 128
