"""Before anything runs: the data are checked, and the folder is this build's alone. After all is written: warnings fail it."""
