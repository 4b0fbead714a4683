"""What we ask of the program: settings, outcomes, comparisons, records and figures."""
