"""The official JSON profile v2.0: bulletins and schedules go to the box, its status comes back."""
