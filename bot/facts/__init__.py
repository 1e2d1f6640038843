"""The only translator between storage's rows and the domain's values."""
