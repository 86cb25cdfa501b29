"""The families of the `parley` command, a file each; `bots.cli` loads the one that is asked for."""
