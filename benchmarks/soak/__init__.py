"""Hours of people talking to one process, to see that it stays as it is: its memory, its tasks, its files, its pace."""
