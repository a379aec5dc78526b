"""What integrators read at `/schema`: every operation, shape, problem, and examples of each."""
