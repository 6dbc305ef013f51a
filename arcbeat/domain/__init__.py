"""What things are: no input, no output, nothing of ours imported."""
