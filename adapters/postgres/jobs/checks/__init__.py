"""The figures that the checks of jobs need: what runs cost, and how the tables of jobs grow."""
