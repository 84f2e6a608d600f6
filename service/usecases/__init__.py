"""What people and clocks ask of the service: one function per intent, one transaction each."""
